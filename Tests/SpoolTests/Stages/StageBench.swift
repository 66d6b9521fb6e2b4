// A spool with a clock that only moves when told, and stages around it, on fakes of both ends.

import Glibc
import Logging
import Spool
import Synchronization
import SystemPackage
import Testing

/// The clock of a test.
final class SteppedClock: Sendable {
    private let time = Mutex(Timestamp(nanoseconds: 1_796_000_000_000_000_000))

    var now: Timestamp { time.withLock { $0 } }

    func advance(by step: Duration) { time.withLock { $0 = $0 + step } }
}

struct StageBench {
    let spool: SpoolStore
    let clock: SteppedClock
    let drain = DrainSignal()
    let settle = Duration.seconds(60)

    func context(_ retry: RetryPolicy = RetryPolicy()) -> StageContext {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return StageContext(spool: spool, retry: retry, drain: drain, logger: logger, settle: settle, scatter: { 0 })
    }

    func fetch(_ source: FakeSource, _ change: (inout FetchStage.Options) -> Void = { _ in }) throws -> FetchStage {
        var options = FetchStage.Options(origin: "https://joe.example")
        change(&options)
        return try FetchStage(context(), source: source, options: options)
    }

    func map() -> MapStage { MapStage(context(), options: MappingOptions()) }

    func submit(
        _ sink: any ReportSink, _ retry: RetryPolicy = RetryPolicy(),
        onExisting: SubmitStage.Options.OnExisting = .update
    ) -> SubmitStage {
        SubmitStage(
            context(retry), sink: sink,
            options: SubmitStage.Options(
                enclaveID: FakeSink.enclave, externalID: .base64, onExisting: onExisting, width: 1))
    }

    /// Ids in one state, sorted.
    func ids(_ queue: QueueName, _ state: EntryState) throws -> [String] {
        try spool.list(queue, state).entries.map(\.ref.id.webid).sorted()
    }

    /// Where everything is: `["inbox/done 1", "outbox/ready 1"]`.
    func census() throws -> [String] {
        try [QueueName.inbox, .outbox].flatMap { queue in
            try EntryState.allCases.compactMap { state in
                let count = try spool.list(queue, state).entries.count
                return count == 0 ? nil : "\(queue)/\(state.rawValue) \(count)"
            }
        }
    }

    /// Puts an analysis into inbox/ready.
    @discardableResult
    func add(_ webid: String, _ body: String = StageBench.report()) throws -> EntryRef {
        let id = try #require(EntryID(source: "joe", webid: webid))
        let writer = try spool.writer(
            .inbox, Envelope(id: id, kind: .analysis, run: 0, created: clock.now, origin: "test", program: "test"))
        try writer.write(Array(body.utf8))
        try writer.commit()
        return EntryRef(.inbox, id)
    }

    /// A small report of Joe Sandbox.
    static func report(sample: String = "a.exe", score: Int = 64) -> String {
        """
        {"analysis":{"generalinfo":{"id":744288,"target":{"sample":"\(sample)","url":""},"startdate":"20/12/2018",\
        "starttime":"19:48:25"},"fileinfo":null,"signaturedetections":{"strategy":[{"@name":"empiric","detection":"MAL",\
        "score":\(score),"malicious":true,"suspicious":false,"clean":false,"unknown":false}]}}}
        """
    }
}

func withBench(_ body: (StageBench) async throws -> Void) async throws {
    let path = FilePath("/tmp/spool-stage-\(getpid())-\(UInt64.random(in: 0 ... .max))")
    let clock = SteppedClock()
    let spool = try SpoolStore.create(at: path, program: "test", now: { clock.now })
    defer { removeTree(path) }
    try await body(StageBench(spool: spool, clock: clock))
}

private func removeTree(_ path: FilePath) {
    // A test's own folder; what cannot be removed is left to the machine.
    for name in (try? Folder.names(path)) ?? [] {
        let child = path.appending(name)
        if (try? Kernel.status(child))?.kind == .directory { removeTree(child) } else { try? Kernel.unlink(child) }
    }
    try? Kernel.removeDirectory(path)
}
