import NIOCore
import Synchronization
import Testing

@testable import Spool

/// After a 429 nobody on the spool calls before the time is over.
@Suite struct HeedfulSourceTests {
    enum Call: CaseIterable, Sendable { case list, info, download }

    /// What the call was told; nil: it was answered.
    private func fault(_ call: Call, _ source: HeedfulSource) async -> Fault? {
        do {
            switch call {
            case .list: _ = try await source.analyses(after: nil)
            case .info: _ = try await source.info("1")
            case .download: try await source.download("1", type: "jsonfixed", run: nil) { _ in }
            }
            return nil
        } catch {
            return error as? Fault
        }
    }

    private func answer(_ fake: FakeSource, _ call: Call, with fault: Fault?) {
        switch call {
        case .list: fake.state.withLock { $0.listFault = fault }
        case .info: fake.state.withLock { $0.infoFault = fault }
        case .download: fake.change("1") { $0.fault = fault }
        }
    }

    @Test(arguments: Call.allCases)
    func `a 429 holds every call back, also another process's, until its time is over`(first: Call) async throws {
        try await withBench { (bench) async throws in
            let slow = Fault(.rateLimited, .stageWaits, "slow down", status: 429, retryAfter: .seconds(4))
            let fake = FakeSource(["1"])
            let source = HeedfulSource(fake, name: "joe", spool: bench.spool)
            answer(fake, first, with: slow)
            #expect(await fault(first, source) == slow)
            answer(fake, first, with: nil)
            bench.clock.advance(by: .seconds(3))
            for other in [source, HeedfulSource(fake, name: "joe", spool: bench.spool)] {
                for call in Call.allCases {
                    let held = await fault(call, other)
                    #expect(held?.code == .rateLimited && held?.scope == .stageWaits)
                    #expect(held?.retryAfter == .seconds(1))
                }
            }
            #expect(fake.state.withLock(\.listed) == (first == .list ? 1 : 0))
            #expect(fake.downloads.count == (first == .download ? 1 : 0))
            bench.clock.advance(by: .seconds(1))
            for call in Call.allCases { #expect(await fault(call, source) == nil) }
        }
    }

    /// Refuses, and is told to stop before the refusal is heard.
    private struct RefusingSource: AnalysisSource {
        private func refuse() -> Fault {
            withUnsafeCurrentTask { $0?.cancel() }
            return Fault(.rateLimited, .stageWaits, "slow down", status: 429, retryAfter: .seconds(4))
        }

        func analyses(after token: String?) async throws(Fault) -> AnalysisPage { throw refuse() }
        func info(_ webid: String) async throws(Fault) -> AnalysisInfo? { throw refuse() }
        func download(
            _ webid: String, type: String, run: Int?, receive: (ByteBuffer) async throws -> Void
        ) async throws { throw refuse() }
    }

    @Test(arguments: Call.allCases) func `a 429 that comes while we are cancelled still counts for the others`(
        call: Call
    )
        async throws
    {
        try await withBench { (bench) async throws in
            let source = HeedfulSource(RefusingSource(), name: "joe", spool: bench.spool)
            let calling = Task { await fault(call, source) }
            #expect(await calling.value?.code == .rateLimited)
            let other = HeedfulSource(FakeSource(["1"]), name: "joe", spool: bench.spool)
            #expect(await fault(call, other)?.retryAfter == .seconds(4))
        }
    }

    @Test(arguments: Call.allCases) func `who is cancelled makes no call, and that is no trouble`(call: Call)
        async throws
    {
        try await withBench { (bench) async throws in
            let fake = FakeSource(["1"])
            let source = HeedfulSource(fake, name: "joe", spool: bench.spool)
            let (goes, go) = AsyncStream.makeStream(of: Void.self)
            let calling = Task {
                for await _ in goes {}
                return await fault(call, source)
            }
            calling.cancel()
            go.finish()
            let stopped = try #require(await calling.value)
            #expect(Halt(stopped) == .draining)
            #expect(fake.state.withLock(\.listed) == 0 && fake.downloads.isEmpty)
        }
    }

    @Test func `other trouble holds nobody back, and neither does a pause of another source`() async throws {
        try await withBench { (bench) async throws in
            let fake = FakeSource(["1"])
            let source = HeedfulSource(fake, name: "joe", spool: bench.spool)
            for status in [500, 503, nil] {
                answer(
                    fake, .list,
                    with: Fault(.serverError, .stageWaits, "busy", status: status, retryAfter: .seconds(60)))
                #expect(await fault(.list, source)?.message == "busy")
            }
            answer(fake, .list, with: nil)
            try bench.spool.pauseCalls(
                to: "lab", CallPause(until: bench.clock.now + .seconds(60), code: "rate-limited", reason: "slow down"))
            for call in Call.allCases { #expect(await fault(call, source) == nil) }
        }
    }
}
