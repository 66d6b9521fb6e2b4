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
        let pause: CallPause?
        do {
            pause = try await BlockingPool.shared.run { try spool.callPause(to: name) }
        } catch is CancellationError {
            throw .notMade
        } catch {
            throw Fault(.local, .stageWaits, "whether calls are paused cannot be read: \(error)")
        }
        if let pause { throw Fault(pause, now: spool.now()) }
    }

    private func heed(_ fault: Fault) async {
        // Only what the other side said: a pause that stands already must not make itself longer.
        guard fault.status == 429, let wait = fault.retryAfter else { return }
        let (spool, name) = (spool, name)
        let pause = CallPause(until: spool.now() + wait, code: fault.code.rawValue, reason: fault.message)
        // The stage of this process waits in any case; the others learn it at their own expense then.
        try? await BlockingPool.shared.finish { try spool.pauseCalls(to: name, pause) }
    }
}
