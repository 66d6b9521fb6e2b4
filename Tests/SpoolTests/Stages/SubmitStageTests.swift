import Dispatch
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct SubmitStageTests {
    /// A bench with `count` mapped reports in outbox/ready.
    private func withReports(_ count: Int, _ body: (StageBench, FakeSink) async throws -> Void) async throws {
        try await withBench { (bench) async throws in
            for webid in 1...count { try bench.add("\(webid)") }
            _ = await bench.map().pass()
            try await body(bench, FakeSink())
        }
    }

    @Test func `a report is created once, with its tags, and goes to done`() async throws {
        try await withReports(1) { (bench, sink) async throws in
            let report = await bench.submit(sink).pass()
            #expect(report.done == 1 && report.halt == nil)
            #expect(sink.calls == ["create", "alterTags"])
            let stored = try #require(sink.stored.first)
            #expect(stored.report.externalID == "MQ==")
            #expect(stored.report.enclaveID == FakeSink.enclave)
            #expect(stored.tags == ["confidence:64", "maliciousness:true"])
            #expect(try bench.census() == ["inbox/done 1", "outbox/done 1"])
        }
    }

    @Test func `an answer that is lost is looked up after settle, not sent again`() async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.fail("create", Fault(.timedOut, .entryDeferred, "no answer"), afterwards: true)
            #expect(await bench.submit(sink).pass().deferred == 1)
            bench.clock.advance(by: .seconds(59))
            #expect(await bench.submit(sink).pass().done == 0)
            bench.clock.advance(by: .seconds(1))
            #expect(await bench.submit(sink).pass().done == 1)
            #expect(sink.stored.count == 1)
            #expect(sink.stored.first?.tags == ["confidence:64", "maliciousness:true"])
        }
    }

    @Test(arguments: [
        Fault(.tooLarge, .entryFailed, "too large", status: 413), Fault(.rejected, .entryFailed, "no", status: 400),
    ])
    func `what is said to the tags never sends the report again`(fault: Fault) async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.fail("alterTags", fault)
            #expect(await bench.submit(sink).pass().failed == 1)
            #expect(sink.calls == ["create", "alterTags"])
            #expect(sink.stored.count == 1)
        }
    }

    @Test func `tags that failed are set when the report comes back`() async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.fail("alterTags", Fault(.serverError, .entryDeferred, "500", status: 500))
            #expect(await bench.submit(sink).pass().deferred == 1)
            bench.clock.advance(by: .seconds(3600))
            #expect(await bench.submit(sink).pass().done == 1)
            #expect(sink.stored.count == 1)
            #expect(sink.stored.first?.tags == ["confidence:64", "maliciousness:true"])
        }
    }

    /// The stage waits, its entry goes back; but it may be there already, unseen.
    @Test(arguments: [("alterTags", false, 503), ("alterTags", false, 429), ("create", true, 503)])
    func `what may have been accepted is not looked up before settle, whatever stopped the stage`(
        call: String, afterwards: Bool, status: Int
    ) async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.fail(call, Fault(.unavailable, .stageWaits, "busy", status: status), afterwards: afterwards)
            #expect(await bench.submit(sink).pass().halt?.code == "unavailable")
            let sent = sink.calls
            bench.clock.advance(by: .seconds(59))
            #expect(await bench.submit(sink).pass().done == 0)
            #expect(sink.calls == sent)
            bench.clock.advance(by: .seconds(1))
            #expect(await bench.submit(sink).pass().done == 1)
            #expect(sink.stored.count == 1)
            #expect(sink.stored.first?.tags == ["confidence:64", "maliciousness:true"])
        }
    }

    @Test func `a report that was never sent is due at once when the stage goes on`() async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.fail("create", Fault(.connect, .stageWaits, "refused"))
            #expect(await bench.submit(sink).pass().halt != nil)
            #expect(await bench.submit(sink).pass().done == 1)
        }
    }

    @Test func `a report that is there unchanged is not sent again, only its tags are looked after`() async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.fail("create", Fault(.timedOut, .entryDeferred, "no answer"), afterwards: true)
            _ = await bench.submit(sink).pass()
            bench.clock.advance(by: bench.settle)
            #expect(await bench.submit(sink).pass().unchanged == 1)
            #expect(sink.calls == ["create", "find", "tags", "alterTags"])
        }
    }

    @Test(arguments: ["update", "tags", "alterTags"])
    func `a report that was found and is not seen yet by the next call is tried again`(call: String) async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.state.withLock { state in
                state.refusesTaken = true
                let old = OutgoingReport(
                    externalID: "MQ==", enclaveID: FakeSink.enclave, title: "old", body: "old", timeBegan: nil,
                    externalURL: nil)
                state.stored = [.init(id: "id-0", report: old)]
            }
            sink.fail(call, Fault(.notFound, .entryFailed, "not seen yet", status: 404))
            #expect(await bench.submit(sink).pass().deferred == 1)
            bench.clock.advance(by: .seconds(3600))
            #expect(await bench.submit(sink).pass().done == 1)
            #expect(sink.stored.count == 1)
        }
    }

    @Test func `a taken external id leads to an update, never to a second report`() async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.state.withLock { state in
                state.refusesTaken = true
                let old = OutgoingReport(
                    externalID: "MQ==", enclaveID: FakeSink.enclave, title: "old", body: "old", timeBegan: nil,
                    externalURL: nil)
                state.stored = [
                    .init(id: "id-0", report: old, tags: ["confidence:1", "analyst", "Maliciousness:unknown"])
                ]
            }
            let report = await bench.submit(sink).pass()
            #expect(report.done == 1 && report.updated == 1)
            #expect(sink.calls == ["create", "find", "update", "tags", "alterTags"])
            let stored = try #require(sink.stored.first)
            #expect(sink.stored.count == 1 && stored.report.title == "a.exe")
            #expect(stored.tags.sorted() == ["analyst", "confidence:64", "maliciousness:true"])
        }
    }

    @Test(arguments: [["confidence:1", "analyst"], ["analyst"]])
    func `on_existing skip touches nothing but what a crash left without our tags`(tags: [String]) async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.state.withLock { state in
                state.refusesTaken = true
                let old = OutgoingReport(
                    externalID: "MQ==", enclaveID: FakeSink.enclave, title: "old", body: "old", timeBegan: nil,
                    externalURL: nil)
                state.stored = [.init(id: "id-0", report: old, tags: tags)]
            }
            let report = await bench.submit(sink, onExisting: .skip).pass()
            #expect(report.done == 1 && report.unchanged == 1)
            let stored = try #require(sink.stored.first)
            #expect(sink.stored.count == 1 && stored.report.title == "old")
            let healed = ["analyst", "confidence:64", "maliciousness:true"]
            #expect(stored.tags.sorted() == (tags.count == 1 ? healed : tags.sorted()))
        }
    }

    @Test func `while calls are paused nothing is claimed, so that nothing needs a look-up later`() async throws {
        try await withReports(3) { (bench, sink) async throws in
            struct Paused: ReportSink {
                let sink: FakeSink
                func create(_ report: OutgoingReport) async throws(Fault) -> Traced<String> {
                    try await sink.create(report)
                }
                func find(externalID: String) async throws(Fault) -> Traced<RemoteReport?> {
                    try await sink.find(externalID: externalID)
                }
                func update(_ report: OutgoingReport) async throws(Fault) -> Traced<Void> {
                    try await sink.update(report)
                }
                func tags(of id: String) async throws(Fault) -> Traced<[String]> { try await sink.tags(of: id) }
                func alterTags(of id: String, add: [String], remove: [String]) async throws(Fault) -> Traced<Void> {
                    try await sink.alterTags(of: id, add: add, remove: remove)
                }
                func obstacle() async -> Fault? {
                    Fault(.quota, .stageWaits, "paused", retryAfter: .seconds(9))
                }
                func explained(_ fault: Fault, enclave id: String) async -> Fault {
                    Fault(fault.code, fault.scope, "\(fault.message), explained for \(id)")
                }
            }
            let report = await bench.submit(Paused(sink: sink)).pass()
            #expect(report.halt?.code == "quota" && report.halt?.retryAfter == .seconds(9))
            #expect(sink.calls.isEmpty)
            #expect(try bench.census() == ["inbox/done 3", "outbox/ready 3"])
        }
    }

    @Test(arguments: ["another", ""]) func `a report in another enclave, or in none that is named, is left alone`(
        enclave: String
    ) async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.state.withLock { state in
                state.refusesTaken = true
                state.enclave = enclave
                let old = OutgoingReport(
                    externalID: "MQ==", enclaveID: "another", title: "old", body: "old", timeBegan: nil,
                    externalURL: nil)
                state.stored = [.init(id: "id-0", report: old)]
            }
            #expect(await bench.submit(sink).pass().failed == 1)
            #expect(sink.stored.first?.report.title == "old")
            #expect(!sink.calls.contains("update") && !sink.calls.contains("alterTags"))
            #expect(try bench.ids(.outbox, .failed) == ["1"])
            let ref = EntryRef(.outbox, try #require(EntryID("joe-1")))
            #expect(bench.spool.tries(ref)?.error?.contains("in another enclave") == true)
        }
    }

    /// A TruSTAR that never answers a new report.
    private struct SilentSink: ReportSink {
        let calls: AsyncStream<Void>.Continuation

        func create(_ report: OutgoingReport) async throws(Fault) -> Traced<String> {
            calls.yield()
            for await _ in AsyncStream(Void.self, { _ in }) {}
            throw Fault(.cancelled, .entryDeferred, "stopped before the answer was complete")
        }

        func find(externalID: String) async throws(Fault) -> Traced<RemoteReport?> { Traced(nil, traceID: nil) }
        func update(_ report: OutgoingReport) async throws(Fault) -> Traced<Void> { Traced((), traceID: nil) }
        func tags(of id: String) async throws(Fault) -> Traced<[String]> { Traced([], traceID: nil) }
        func alterTags(of id: String, add: [String], remove: [String]) async throws(Fault) -> Traced<Void> {
            Traced((), traceID: nil)
        }
    }

    @Test func `what is in flight when a drain takes too long goes back, and is looked up after settle`() async throws {
        try await withReports(3) { (bench, _) async throws in
            let (calls, called) = AsyncStream.makeStream(of: Void.self)
            let stage = bench.submit(SilentSink(calls: called))
            let pass = Task { await stage.pass() }
            for await _ in calls { break }
            bench.drain.set()
            pass.cancel()
            let report = await pass.value
            #expect(report.deferred == 0 && report.halt == .draining)
            #expect(try bench.spool.list(.outbox, .deferred).entries.allSatisfy { bench.spool.tries($0.ref) == nil })
            #expect(try bench.census() == ["inbox/done 3", "outbox/ready 2", "outbox/deferred 1"])
            let due = try #require(try bench.spool.nextDue(.outbox))
            #expect(due >= bench.clock.now + bench.settle)
        }
    }

    @Test func `what was not sent when the stage is told to stop is due at once, what may have been after settle`()
        async throws
    {
        try await withReports(2) { (bench, sink) async throws in
            let stopped = Fault(.cancelled, .stageWaits, "stopping: the call was not made")
            sink.fail("create", stopped)
            #expect(await bench.submit(sink).pass().halt == .draining)
            #expect(try bench.spool.nextDue(.outbox) == bench.clock.now)
            // Looked up first, and created; its tags are not sent any more.
            sink.fail("alterTags", stopped)
            #expect(await bench.submit(sink).pass().halt == .draining)
            let due = try bench.spool.list(.outbox, .deferred).entries.map(\.modified).max()
            #expect(due == bench.clock.now + bench.settle)
        }
    }

    @Test func `who is cancelled while a report is read sends nothing, and the report is due at once`() async throws {
        try await withReports(1) { (bench, sink) async throws in
            let stage = bench.submit(sink)
            let (reads, reading) = AsyncStream.makeStream(of: Void.self)
            let cancelled = DispatchSemaphore(value: 0)
            let pass = Task {
                try await KernelProbe.with(
                    below: bench.spool.layout.root,
                    { (call, path) throws(FileError) in
                        guard call == .read, path.lastComponent?.string == "joe-1.entry" else { return }
                        reading.yield()
                        _ = cancelled.wait(timeout: .now() + 20)
                    }
                ) { () async throws in await stage.pass() }
            }
            for await _ in reads { break }
            pass.cancel()
            for _ in 0..<10 { cancelled.signal() }
            _ = try await pass.value
            #expect(sink.calls.isEmpty)
            #expect(try bench.census() == ["inbox/done 1", "outbox/deferred 1"])
            #expect(try bench.spool.nextDue(.outbox) == bench.clock.now)
        }
    }

    @Test func `a refusal is looked up once and then fails for good`() async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.fail("create", Fault(.rejected, .entryFailed, "no", status: 400))
            #expect(await bench.submit(sink).pass().failed == 1)
            #expect(sink.calls == ["create", "find"])
            let ref = EntryRef(.outbox, try #require(EntryID("joe-1")))
            #expect(bench.spool.tries(ref)?.code == "rejected")
        }
    }

    @Test func `a report that is called too large is shortened and sent again`() async throws {
        try await withReports(1) { (bench, sink) async throws in
            sink.state.withLock { $0.largestBody = 300 }
            let report = await bench.submit(sink).pass()
            let stored = try #require(sink.stored.first)
            #expect(report.done == 1 && stored.report.body.utf8.count <= 300)
        }
    }

    @Test func `trouble of the whole service makes the stage wait and puts the entry back untried`() async throws {
        try await withReports(3) { (bench, sink) async throws in
            sink.fail("create", Fault(.rateLimited, .stageWaits, "slow down", status: 429, retryAfter: .seconds(4)))
            let report = await bench.submit(sink).pass()
            #expect(report.halt?.retryAfter == .seconds(4) && report.done == 0)
            #expect(sink.calls == ["create"])
            #expect(try bench.census() == ["inbox/done 3", "outbox/ready 2", "outbox/deferred 1"])
            let ref = try #require(try bench.spool.list(.outbox, .deferred).entries.first).ref
            #expect(bench.spool.tries(ref) == nil)
        }
    }

    @Test func `three different entries without an answer make the stage wait`() async throws {
        try await withReports(5) { (bench, sink) async throws in
            for _ in 1...5 { sink.fail("create", Fault(.serverError, .entryDeferred, "500", status: 500)) }
            let report = await bench.submit(sink).pass()
            #expect(report.deferred == 3 && report.halt?.isFinal == false)
            #expect(try bench.ids(.outbox, .ready).count == 2)
        }
    }

    @Test func `an entry that fails for days is given up`() async throws {
        try await withReports(1) { (bench, sink) async throws in
            let retry = RetryPolicy(minimum: .seconds(60), maximum: .seconds(3600), giveUpAfter: .seconds(7200))
            var passes = 0
            while try bench.ids(.outbox, .failed).isEmpty, passes < 50 {
                sink.fail(passes == 0 ? "create" : "find", Fault(.serverError, .entryDeferred, "500", status: 500))
                _ = await bench.submit(sink, retry).pass()
                bench.clock.advance(by: .seconds(3600))
                passes += 1
            }
            #expect(try bench.ids(.outbox, .failed) == ["1"])
            #expect((3...4).contains(passes))
        }
    }

    @Test func `what a dead worker left is looked up after settle, not sent again`() async throws {
        try await withReports(1) { (bench, sink) async throws in
            let ref = EntryRef(.outbox, try #require(EntryID("joe-1")))
            try await die(after: sink, ref, bench)
            #expect(await bench.submit(sink).pass().done == 0)
            bench.clock.advance(by: bench.settle)
            #expect(await bench.submit(sink).pass().done == 1)
            #expect(sink.stored.count == 1)
        }
    }

    /// As a worker that is killed right after the other side took its report: the entry in `active`, its lock free.
    private func die(after sink: FakeSink, _ ref: EntryRef, _ bench: StageBench) async throws {
        let claim = try #require(try bench.spool.claim(EntryPlace(ref, .ready)))
        let payload = try MappedReport(decoding: claim.reader().payload(limit: 1 << 20))
        _ = try await sink.create(
            OutgoingReport(
                externalID: "MQ==", enclaveID: FakeSink.enclave, title: payload.title, body: payload.body,
                timeBegan: payload.timeBegan, externalURL: payload.externalURL))
    }
}
