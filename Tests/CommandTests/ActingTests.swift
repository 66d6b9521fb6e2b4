import Spool
import Testing

@testable import SpoolCommands

struct ActingTests {
    @Test func `requeue, hold and release move an entry and say so`() async throws {
        try await Bench.with { bench in
            try bench.fail(bench.report("1"), code: "rejected", error: "x")
            #expect(await bench.run("requeue", "1").out == "requeued outbox/joe-1 (was failed)\n")
            #expect(await bench.run("hold", "1").out == "held outbox/joe-1 (was deferred)\n")
            #expect(
                await bench.run("release", "1", "--json").out
                    == #"{"ref":"outbox/joe-1","event":"released","from":"hold","to":"deferred"}"# + "\n")
            #expect(try bench.spool.places(of: EntryRef(.outbox, bench.id("1"))).map(\.state) == [.deferred])
            #expect(bench.spool.tries(EntryRef(.outbox, try bench.id("1"))) == nil)
        }
    }

    @Test func `an analysis is not requeued while its report is on its way`() async throws {
        try await Bench.with { bench in
            try bench.finish(bench.analysis("1"))
            try bench.report("1")
            let run = await bench.run("requeue", "inbox/1")
            #expect(run.status == .refused)
            #expect(run.talk.contains("outbox/joe-1"))
        }
    }

    @Test func `an entry that is being worked on is not taken away`() async throws {
        try await Bench.with { bench in
            let ref = try bench.report("1")
            let claim = try bench.spool.claim(EntryPlace(ref, .ready))
            for verb in ["hold", "requeue", "release"] {
                #expect(await bench.run(verb, "1").status == .tryAgain, "\(verb)")
            }
            #expect(await bench.run("drop", "1", "--yes").status == .tryAgain)
            try claim?.putBack()
        }
    }

    @Test func `drop wants to be sure`() async throws {
        try await Bench.with { bench in
            try bench.report("1")
            let unsure = await bench.run("drop", "1")
            #expect(unsure.status == .usage)
            #expect(unsure.talk.contains("--yes"))
            #expect(try bench.spool.holds(EntryRef(.outbox, bench.id("1"))))
            #expect(await bench.run("drop", "1", "--yes").out == "dropped outbox/joe-1 (was ready)\n")
            #expect(try !bench.spool.holds(EntryRef(.outbox, bench.id("1"))))
        }
    }

    @Test func `all of a state only with --all`() async throws {
        try await Bench.with { bench in
            for webid in ["1", "2"] { try bench.fail(bench.report(webid), code: "rejected", error: "x") }
            try bench.report("3")
            let without = await bench.run("requeue", "/failed")
            #expect(without.status == .usage)
            #expect(without.talk.contains("--all"))
            #expect(await bench.run("requeue").status == .usage)
            #expect(await bench.run("requeue", "--all").outLines.count == 2)
            #expect(await bench.run("hold", "--all").status == .usage)
            #expect(await bench.run("hold", "--all", "outbox").outLines.count == 3)
            #expect(await bench.run("release", "--all").outLines.count == 3)
            #expect(await bench.run("drop", "--all", "outbox", "--yes").status == .usage)
            #expect(await bench.run("drop", "--all", "outbox/deferred").status == .usage)
            #expect(await bench.run("drop", "--all", "outbox/deferred", "--yes").outLines.count == 3)
            #expect(try bench.spool.list(.outbox, .deferred).entries.isEmpty)
        }
    }

    @Test func `one bad name does not keep the others from being done`() async throws {
        try await Bench.with { bench in
            for webid in ["1", "2"] { try bench.report(webid) }
            let run = await bench.run("hold", "1", "999", "2")
            #expect(run.status == .partial)
            #expect(run.outLines == ["held outbox/joe-1 (was ready)", "held outbox/joe-2 (was ready)"])
            #expect(run.talk.contains("no entry 999"))
            #expect(await bench.run("hold", "998", "999").status == .missing)
        }
    }

    @Test func `verbs compose: list selects, requeue acts`() async throws {
        try await Bench.with { bench in
            for webid in ["1", "2"] { try bench.fail(bench.report(webid), code: "rejected", error: "x") }
            let refs = await bench.run("list", "/failed", "--json").outLines.compactMap {
                $0.split(separator: "\"").dropFirst(3).first
            }
            let run = await bench.run("requeue", "-", input: refs.joined(separator: "\n"))
            #expect(run.outLines.count == 2)
        }
    }

    @Test func `nothing to do is no error`() async throws {
        try await Bench.with { bench in
            let run = await bench.run("requeue", "--all")
            #expect(run.status == .success)
            #expect(run.talk.contains("nothing to do"))
            #expect(await bench.run("hold", "-", input: "").status == .success)
        }
    }
}
