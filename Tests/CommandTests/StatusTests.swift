import Spool
import Testing

@testable import SpoolCommands

struct StatusTests {
    @Test func `an empty spool is healthy`() async throws {
        try await Bench.with { bench in
            let run = await bench.run("status")
            #expect(run.status == .success)
            #expect(run.out.hasPrefix("healthy  \(bench.root)\n"))
            #expect(run.out.contains("no entries"))
            #expect(run.out.contains("fetch   never      never"))
        }
    }

    @Test func `each state has its count, size and age`() async throws {
        try await Bench.with { bench in
            try bench.analysis("1")
            try bench.analysis("2")
            try bench.report("3", due: Run.noon + .seconds(240))
            let run = await bench.run("status")
            #expect(
                run.outLines.contains {
                    $0.split(separator: " ") == ["inbox", "ready", "2", "\(2 * Bench.report.utf8.count)", "B", "5m"]
                })
            #expect(run.outLines.contains { $0.split(separator: " ").suffix(3) == ["due", "in", "4m"] })
        }
    }

    @Test func `failed entries need attention: what, since when, why, what next`() async throws {
        try await Bench.with { bench in
            let ref = try bench.report("1")
            try bench.fail(ref, code: "rejected", error: "title missing")
            try bench.age(ref, .failed, .seconds(7200))
            let run = await bench.run("status")
            #expect(run.status == .partial)
            #expect(run.out.hasPrefix("needs attention"))
            #expect(run.out.contains("! outbox/failed has 1 entry, since 2h"))
            #expect(run.out.contains("why:  outbox/joe-1: rejected: title missing"))
            #expect(run.out.contains("next: mend the cause, then 'spoolctl requeue --all outbox/failed'"))
        }
    }

    @Test func `a stage that waits goes on by itself`() async throws {
        try await Bench.with { bench in
            var record = StageRecord(stage: "submit")
            record.lastPass = Run.noon.rfc3339
            record.waitingSince = (Run.noon + .seconds(-600)).rfc3339
            record.waitingUntil = (Run.noon + .seconds(60)).rfc3339
            (record.code, record.reason) = ("rate-limited", "TruSTAR asked to wait")
            bench.spool.keep(record)
            let run = await bench.run("status")
            #expect(run.status == .success)
            #expect(run.out.hasPrefix("waiting"))
            #expect(run.out.contains("submit waits, since 10m"))
            #expect(run.out.contains("rate-limited: TruSTAR asked to wait"))
            #expect(run.out.contains("it tries again in 1m"))
        }
    }

    @Test func `a stage that has stopped needs somebody`() async throws {
        try await Bench.with { bench in
            var record = StageRecord(stage: "fetch")
            record.waitingSince = Run.noon.rfc3339
            (record.code, record.reason) = ("unauthorized", "the key is not known")
            bench.spool.keep(record)
            let run = await bench.run("status")
            #expect(run.status == .partial)
            #expect(run.out.contains("! fetch has stopped"))
        }
    }

    @Test func `ready entries that nobody takes need somebody`() async throws {
        try await Bench.with { bench in
            let ref = try bench.analysis("1")
            #expect(await bench.run("status").status == .success)
            try bench.age(ref, .ready, .seconds(7200))
            let idle = await bench.run("status")
            #expect(idle.status == .partial)
            #expect(idle.out.contains("'map' never looked") && idle.out.contains("spoolctl map --once"))
            var record = StageRecord(stage: "map")
            record.lastPass = (Run.noon + .seconds(-60)).rfc3339
            bench.spool.keep(record)
            #expect(await bench.run("status").status == .success)
        }
    }

    @Test func `held by an operator is no alarm, held after crashes is`() async throws {
        try await Bench.with { bench in
            let ref = try bench.report("1")
            try bench.spool.hold(ref)
            let held = await bench.run("status")
            #expect(held.status == .success)
            #expect(held.out.contains("held by an operator"))
            bench.spool.noteTry(ref, code: "crashed", error: "the process ended without a word", crash: true)
            #expect(await bench.run("status").status == .partial)
        }
    }

    @Test func `json is one object with every queue and state`() async throws {
        try await Bench.with { bench in
            try bench.fail(bench.report("1"), code: "rejected", error: "x")
            let run = await bench.run("status", "--json")
            #expect(run.status == .partial)
            #expect(run.outLines.count == 1)
            #expect(
                run.out.hasPrefix(
                    #"{"health":"attention","spool":{"path":"\#(bench.root)","id":"\#(bench.spool.id)","free":"#))
            #expect(
                run.out.contains(#""queues":{"inbox":{"ready":{"count":0,"bytes":0},"active":{"count":0,"bytes":0},"#))
            #expect(run.out.contains(#""stages":[{"stage":"fetch"},{"stage":"map"},{"stage":"submit"}]"#))
            #expect(run.out.contains(#""concerns":[{"what":"outbox/failed has 1 entry","since":"#))
            #expect(run.out.contains(#""needsAttention":true}]}"#))
        }
    }

    @Test func `what failed and is tried again is told with the next try, and is no alarm`() async throws {
        try await Bench.with { bench in
            try bench.report("1", due: Run.noon + .seconds(240))
            #expect(await bench.run("status").out.hasPrefix("healthy"))
            let ref = try bench.report("2", due: Run.noon + .seconds(120))
            bench.spool.noteTry(ref, code: "timeout", error: "no answer in time")
            let run = await bench.run("status")
            #expect(run.status == .success)
            #expect(run.out.hasPrefix("waiting"))
            #expect(run.out.contains("· outbox/deferred has 1 entry that failed before, since 0s"))
            #expect(run.out.contains("why:  outbox/joe-2: timeout: no answer in time"))
            #expect(run.out.contains("(the next one in 2m)"))
        }
    }

    @Test func `deferred entries that are due and that nobody takes need somebody`() async throws {
        try await Bench.with { bench in
            try bench.report("1", due: Run.noon + .seconds(-7200))
            let run = await bench.run("status")
            #expect(run.status == .partial)
            #expect(run.out.contains("! outbox has 1 entry deferred, and some are due, since 2h"))
            #expect(run.out.contains("'submit' never looked"))
        }
    }

    @Test func `on a narrow terminal sentences are broken between words, in a pipe they are not`() async throws {
        try await Bench.with { bench in
            try bench.fail(bench.report("1"), code: "rejected", error: String(repeating: "many words ", count: 30))
            let style = OutputStyle(isTerminal: true, width: 60, hasColour: false)
            let run = await bench.run("status", style: style)
            #expect(run.outLines.allSatisfy { $0.count <= 60 || !$0.contains(" many") })
            #expect(run.out.contains("\n        many words"))
            #expect(
                await bench.run("status").outLines.contains { $0.contains("many words many words") && $0.count > 300 })
        }
    }
}
