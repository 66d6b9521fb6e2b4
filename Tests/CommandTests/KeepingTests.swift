import Spool
import SystemPackage
import Testing

@testable import SpoolCommands

/// `verify` and `prune`.
struct KeepingTests {
    @Test func `a sound spool is said to be sound`() async throws {
        try await Bench.with { bench in
            let ref = try bench.analysis("1")
            try bench.spool.noteTaken(ref.id, digest: String(repeating: "b", count: 64))
            let run = await bench.run("verify")
            #expect(run.status == .success)
            #expect(run.out.contains("1 entry checked") && run.out.contains("0 problems"))
            #expect(
                await bench.run("verify", "--json").outLines.last
                    == #"{"kind":"summary","entries":1,"bytes":\#(Bench.report.utf8.count),"findings":0,"problems":0}"#)
        }
    }

    @Test func `damage is named, and repaired only by who is sure`() async throws {
        try await Bench.with { bench in
            let ref = try bench.analysis("1")
            try bench.spool.noteTaken(ref.id, digest: String(repeating: "b", count: 64))
            try OpenFile(bench.spool.layout.entry(EntryPlace(ref, .ready)), .readWrite).write(
                [0x58], at: Envelope.size + 3)
            let found = await bench.run("verify")
            #expect(found.status == .badData)
            #expect(found.out.contains("inbox/ready/joe-1.entry: ") && found.out.contains("(damaged-payload)"))
            #expect(await bench.run("verify", "--quick").status == .success)
            let plan = await bench.run("verify", "--repair")
            #expect(plan.status == .badData)
            #expect(plan.out.contains("would do: move it to 'failed', as it is"))
            #expect(try bench.spool.places(of: ref).map(\.state) == [.ready])
            let done = await bench.run("verify", "--repair", "--yes")
            #expect(done.out.contains("done: move it to 'failed', as it is"))
            #expect(done.status == .success)
            #expect(try bench.spool.places(of: ref).map(\.state) == [.failed])
            #expect(await bench.run("verify", "--yes").status == .usage)
        }
    }

    @Test func `what cannot be repaired now keeps nothing else from it, and the exit status tells`() async throws {
        try await Bench.with { bench in
            for webid in ["1", "2", "3"] {
                let ref = try bench.analysis(webid)
                try bench.spool.noteTaken(ref.id, digest: String(repeating: "b", count: 64))
                try OpenFile(bench.spool.layout.entry(EntryPlace(ref, .ready)), .readWrite).write(
                    [0x58], at: Envelope.size + 3)
            }
            let layout = bench.spool.layout
            let held = layout.entry(EntryPlace(EntryRef(.inbox, try bench.id("1")), .ready))
            // Somebody works on the first; the name of the second is taken where it should go.
            let worker = try OpenFile(held, .read)
            #expect(try worker.tryLock())
            let taken = layout.entry(EntryPlace(EntryRef(.inbox, try bench.id("2")), .failed))
            try Kernel.makeDirectory(taken)

            let first = await bench.run("verify", "--repair", "--yes")
            #expect(first.status == .badData)
            for (webid, states) in [("1", [EntryState.ready]), ("2", [.ready, .failed]), ("3", [.failed])] {
                #expect(
                    try bench.spool.places(of: EntryRef(.inbox, bench.id(webid))).map(\.state) == states, "\(webid)")
            }
            for webid in ["1", "2"] {
                #expect(first.talk.contains("inbox/ready/joe-\(webid).entry was left as it is: "), "\(first.talk)")
            }
            #expect(
                first.out.ranges(of: "left: move it").count == 2 && first.out.ranges(of: "done: move it").count == 1)
            // Those two, and what lies in the second one's way, under its name.
            #expect(first.out.contains("4 problems"))

            try worker.unlock()
            try Kernel.removeDirectory(taken)
            let second = await bench.run("verify", "--repair", "--yes")
            #expect(second.out.ranges(of: "done: move it").count == 2 && second.out.contains("1 problem"))
            #expect(try bench.spool.list(.inbox, .failed).entries.count == 3)
        }
    }

    @Test func `prune removes what is old only if told so, and only what is done`() async throws {
        try await Bench.with { bench in
            for webid in ["1", "2"] {
                let ref = try bench.analysis(webid)
                try bench.spool.noteTaken(ref.id, digest: String(repeating: "b", count: 64))
                try bench.finish(ref)
            }
            try bench.fail(bench.analysis("3"), code: "not-a-report", error: "x")
            let old = try #require(try bench.spool.places(of: EntryRef(.inbox, bench.id("1"))).first)
            try Kernel.setModified(bench.spool.layout.entry(old), to: (Run.noon + .seconds(-40 * 86_400)).nanoseconds)
            #expect(await bench.run("prune").status == .usage)
            let unsure = await bench.run("prune", "--older-than", "30d")
            #expect(unsure.status == .usage)
            #expect(unsure.talk.contains("nothing was removed"))
            let plan = await bench.run("prune", "--older-than", "30d", "--dry-run")
            #expect(plan.status == .success)
            #expect(plan.outLines.first == "would remove inbox/joe-1 (done)")
            #expect(try bench.spool.holds(old.ref))
            let done = await bench.run("prune", "--older-than", "30d", "--yes")
            #expect(done.status == .success)
            #expect(done.outLines.first == "removed inbox/joe-1 (done)")
            #expect(try !bench.spool.holds(old.ref))
            #expect(await bench.run("list", "--json").outLines.count == 2)
            #expect(await bench.run("prune", "--older-than", "30d", "/ready", "--yes").status == .refused)
        }
    }

    @Test(arguments: [
        ("30d", Duration.seconds(30 * 86_400)), ("2s", .seconds(2)), ("500ms", .milliseconds(500)),
        ("1w", .seconds(604_800)),
    ])
    func `durations are written as in the configuration`(text: String, duration: Duration) {
        #expect(SpanArgument(argument: text)?.duration == duration)
    }

    @Test(arguments: ["", "30", "d", "-1d", "30 d", "1.5h", "99999999999999999999d", "9999999999999999d"])
    func `anything else is no duration`(text: String) {
        #expect(SpanArgument(argument: text) == nil)
    }

    @Test(arguments: [("110MB", 110_000_000), ("64MiB", 64 << 20), ("12", 12), ("1kB", 1000)])
    func `sizes too`(text: String, bytes: Int) {
        #expect(SizeArgument(argument: text)?.bytes == bytes)
    }
}
