import Spool
import Testing

@testable import SpoolCommands

struct WhyTests {
    private func story(_ bench: Bench) throws {
        let ref = try bench.analysis("752112")
        try bench.spool.noteTaken(ref.id, digest: String(repeating: "b", count: 64))
        bench.spool.note(JournalEvent("fetched", stage: "fetch", id: ref.id, detail: "100 bytes, run 0"))
        try bench.finish(ref)
        bench.spool.note(JournalEvent("mapped", stage: "map", ref: ref, detail: "20 bytes"))
        try bench.fail(bench.report("752112"), code: "rejected", error: "title missing")
    }

    @Test func `the whole history is told: ledger, places, events`() async throws {
        try await Bench.with { bench in
            try story(bench)
            let run = await bench.run("why", "752112")
            #expect(run.status == .success)
            #expect(run.outLines.first == "joe-752112")
            for part in [
                "ledger: taken", "outbox/joe-752112 is in 'failed'", "rejected: title missing",
                "inbox/joe-752112 is in 'done'",
            ] { #expect(run.out.contains(part), "\(part)") }
            let events = run.outLines.drop { !$0.hasPrefix("TIME") }.dropFirst()
            #expect(events.map { $0.split(separator: " ")[3] } == ["fetched", "mapped", "failed"])
        }
    }

    @Test func `json is one object`() async throws {
        try await Bench.with { bench in
            try story(bench)
            let run = await bench.run("why", "joe-752112", "--json")
            #expect(run.outLines.count == 1)
            #expect(
                run.out.hasPrefix(
                    #"{"id":"joe-752112","source":"joe","webid":"752112","ledger":{"state":"taken","digest":"bbbb"#))
            #expect(
                run.out.contains(
                    #""events":[{"time":"2026-11-24T12:00:00.000Z","event":"fetched","stage":"fetch","detail":"100 bytes, run 0"}"#
                ))
        }
    }

    @Test func `what was skipped or dropped still has its history`() async throws {
        try await Bench.with { bench in
            let id = try bench.id("5")
            let ledger = try bench.spool.ledger("joe")
            try ledger.note("5", .skipped("encrypted"))
            let run = await bench.run("why", "5")
            #expect(run.status == .success)
            #expect(run.out.contains("ledger: skipped (encrypted); 'spoolctl fetch 5'"))
            #expect(run.out.contains("in no queue"))
            #expect(run.out.contains("no events"))
            #expect(
                await bench.run("why", "\(id)", "--json").out.contains(
                    #""ledger":{"state":"skipped","class":"encrypted"}"#))
        }
    }
}
