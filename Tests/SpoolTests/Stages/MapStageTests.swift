import Spool
import TestSupport
import Testing

@Suite struct MapStageTests {
    @Test func `an analysis becomes a report, and goes to done`() async throws {
        try await withBench { (bench) async throws in
            let ref = try bench.add("752112")
            let report = await bench.map().pass()
            #expect(report.done == 1 && report.halt == nil)
            #expect(try bench.census() == ["inbox/done 1", "outbox/ready 1"])
            let place = try #require(try bench.spool.places(of: EntryRef(.outbox, ref.id)).first)
            let reader = try bench.spool.reader(place)
            let source = try bench.spool.reader(#require(try bench.spool.places(of: ref).first))
            #expect(reader.envelope.parent == source.envelope.sha256)
            let mapped = try MappedReport(decoding: reader.payload(limit: 1 << 20))
            #expect(mapped.title == "a.exe")
            #expect(mapped.tags == ["confidence:64", "Maliciousness:true"])
            #expect(mapped.externalURL == "https://jbxcloud.joesecurity.org/analysis/744288/0/html")
            #expect(mapped.timeBegan == "2018-12-20T19:48:25+01:00")
        }
    }

    @Test func `a report is born only once, however often its analysis is mapped`() async throws {
        try await withBench { (bench) async throws in
            let ref = try bench.add("1")
            _ = await bench.map().pass()
            // As after a crash between the birth and the move to done: the analysis is in active, nobody holds it.
            let done = try #require(try bench.spool.places(of: ref).first)
            let layout = bench.spool.layout
            try Kernel.rename(layout.entry(done), to: layout.entry(EntryPlace(ref, .active)))
            let report = await bench.map().pass()
            #expect(report.unchanged == 1)
            #expect(try bench.census() == ["inbox/done 1", "outbox/ready 1"])
        }
    }

    @Test func `a report that is there already is made durable before its analysis is done`() async throws {
        try await withBench { (bench) async throws in
            let ref = try bench.add("1")
            _ = await bench.map().pass()
            let place = try #require(try bench.spool.places(of: ref).first)
            let layout = bench.spool.layout
            try Kernel.rename(layout.entry(place), to: layout.entry(EntryPlace(ref, .active)))
            let stage = bench.map()
            let calls = await KernelProbe.trace(below: bench.spool.layout.root) { () async in _ = await stage.pass() }
                .map(\.description)
            let synced = try #require(calls.firstIndex(of: "fsync outbox/ready"))
            let done = try #require(calls.lastIndex(of: "rename inbox/active/joe-1.entry"))
            #expect(synced < done)
        }
    }

    @Test func `what was claimed before is born deferred, due when it can be looked up`() async throws {
        try await withBench { (bench) async throws in
            let ref = try bench.add("1")
            try #require(try bench.spool.claim(EntryPlace(ref, .ready))).putBack()
            _ = await bench.map().pass()
            #expect(try bench.census() == ["inbox/done 1", "outbox/deferred 1"])
            let entry = try #require(try bench.spool.list(.outbox, .deferred).entries.first)
            #expect(entry.modified.since(bench.clock.now) == bench.settle)
        }
    }

    @Test func `a document that is no report goes to failed with the reason, and delays nobody`() async throws {
        try await withBench { (bench) async throws in
            let bad = try bench.add("1", #"{"something": "else"}"#)
            try bench.add("2")
            let report = await bench.map().pass()
            #expect(report.done == 1 && report.failed == 1)
            #expect(try bench.ids(.inbox, .failed) == ["1"])
            let tries = try #require(bench.spool.tries(bad))
            #expect(tries.code == "not-a-report")
        }
    }

    @Test func `a damaged analysis is set aside, its bytes left alone`() async throws {
        try await withBench { (bench) async throws in
            let ref = try bench.add("1")
            let path = bench.spool.layout.entry(EntryPlace(ref, .ready))
            try OpenFile(path, .readWrite).write([0x5a], at: Envelope.size + 40)
            let report = await bench.map().pass()
            #expect(report.failed == 1)
            #expect(bench.spool.tries(ref)?.code == "damaged")
            let moved = bench.spool.layout.entry(EntryPlace(ref, .failed))
            #expect(try OpenFile(moved, .read).bytes(at: Envelope.size + 40, limit: 1) == [0x5a])
        }
    }

    @Test func `a newer analysis waits until the report before it is through`() async throws {
        try await withBench { (bench) async throws in
            try bench.add("1")
            _ = await bench.map().pass()
            try bench.add("1", StageBench.report(score: 99))
            let report = await bench.map().pass()
            #expect(report.deferred == 1 && report.halt == nil)
            #expect(try bench.ids(.outbox, .ready) == ["1"])
        }
    }

    @Test func `draining takes nothing new`() async throws {
        try await withBench { (bench) async throws in
            try bench.add("1")
            bench.drain.set()
            let report = await bench.map().pass()
            #expect(report.halt == .draining)
            #expect(try bench.census() == ["inbox/ready 1"])
        }
    }
}
