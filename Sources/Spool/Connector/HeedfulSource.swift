// A source that keeps to what it was told: after a 429 nobody on this spool calls it before the time is over, neither the
// downloads that are under way in this process nor the next one that cron starts.

import NIOCore

struct HeedfulSource: AnalysisSource {
    private let source: any AnalysisSource
    private let name: String
    private let spool: SpoolStore

    /// `name`: the source's, for the file in `stages/` that all processes share.
    init(_ source: any AnalysisSource, name: String, spool: SpoolStore) {
        self.source = source
        self.name = name
        self.spool = spool
    }

    func analyses(after token: String?) async throws(Fault) -> AnalysisPage {
        try await checkPause()
        do throws(Fault) {
            return try await source.analyses(after: token)
        } catch {
            await heed(error)
            throw error
        }
    }

    func info(_ webid: String) async throws(Fault) -> AnalysisInfo? {
        try await checkPause()
        do throws(Fault) {
            return try await source.info(webid)
        } catch {
            await heed(error)
            throw error
        }
    }

    func download(
        _ webid: String, type: String, run: Int?, receive: (ByteBuffer) async throws -> Void
    ) async throws {
        try await checkPause()
        do {
            try await source.download(webid, type: type, run: run, receive: receive)
        } catch let fault as Fault {
            await heed(fault)
            throw fault
        }
    }

    private func checkPause() async throws(Fault) {
        let (spool, name) = (spool, name)
        let free: Timestamp
        do {
            free = try await BlockingPool.shared.run { try spool.reserveCall(to: name, gap: .zero) }
        } catch {
            throw Fault(.local, .stageWaits, "the pace of calls cannot be kept: \(error)")
        }
        let rest = free.since(spool.now())
        guard rest > .milliseconds(1) else { return }
        throw Fault(
            .rateLimited, .stageWaits, "\(name) has asked not to be called before \(free.rfc3339)", retryAfter: rest)
    }

    private func heed(_ fault: Fault) async {
        guard fault.code == .rateLimited, let wait = fault.retryAfter else { return }
        let (spool, name, until) = (spool, name, spool.now() + wait)
        // The stage of this process waits in any case; the others learn it at their own expense then.
        try? await BlockingPool.shared.run { try spool.pauseCalls(to: name, until: until) }
    }
}
