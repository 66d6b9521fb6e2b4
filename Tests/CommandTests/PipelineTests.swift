import Glibc
import Spool
import SystemPackage
import Testing

@testable import SpoolCommands

/// The pipeline verbs, on the mocks as users start them.
struct PipelineTests {
    private func withMocks(_ arguments: [String] = [], _ body: (Bench, String) async throws -> Void) async throws {
        try await Mocked.with(arguments, body)
    }

    private func run(_ arguments: String..., config: String) async -> Run {
        await Run(arguments + ["--config", config], now: Surroundings.systemTime)
    }

    private func number(_ name: String, _ run: Run) throws -> Int {
        try #require(try JSONValue(parsing: Array(run.out.utf8))[name]?.intValue)
    }

    @Test func `three verbs take each analysis all the way, and a second fetch downloads nothing`() async throws {
        try await withMocks { bench, config in
            let fetched = await run("fetch", "--once", "--json", config: config)
            let done = try number("done", fetched)
            #expect(done > 5)
            #expect(try number("listed", fetched) == 12)
            #expect(try number("done", await run("fetch", "--once", "--json", config: config)) == 0)
            let mapped = await run("map", "--once", config: config)
            #expect(mapped.status == .success)
            #expect(mapped.out == "map: \(done) done\n")
            let dry = await run("submit", "--dry-run", "--json", config: config)
            #expect(dry.outLines.count == done)
            #expect(dry.outLines.allSatisfy { $0.contains(#""would":"create","externalId":""#) })
            let submitted = await run("submit", "--once", "--json", config: config)
            #expect(submitted.status == .success)
            #expect(try number("done", submitted) == done)
            #expect(try bench.spool.list(.outbox, .done).entries.count == done)
            let webid = try #require(try bench.spool.list(.outbox, .done).entries.first).ref.id.webid
            let why = await run("why", webid, config: config)
            for event in ["fetched", "mapped", "submitted"] { #expect(why.out.contains(event)) }
            #expect(await run("show", webid, config: config).out.contains("title:"))
        }
    }

    @Test func `fetch takes what is named, whatever the ledger says`() async throws {
        try await withMocks { bench, config in
            let first = await run("fetch", "--once", "--json", config: config)
            #expect(try JSONValue(parsing: Array(first.out.utf8))["skipped"]?["encrypted"]?.intValue == 1)
            let skipped = await run("fetch", "--skipped", "encrypted", "--json", config: config)
            #expect(try number("fresh", skipped) == 1)
            let ref = try #require(try bench.spool.list(.inbox, .ready).entries.first).ref
            #expect(await run("drop", "\(ref)", "--yes", config: config).status == .success)
            #expect(try number("done", await run("fetch", "--once", "--json", config: config)) == 0)
            let taken = await run("fetch", ref.id.webid, config: config)
            #expect(taken.status == .success)
            #expect(taken.out == "fetch: 1 done\n")
            #expect(await run("fetch", "../x", config: config).status == .usage)
            #expect(await run("fetch", "1", "--skipped", "x", config: config).status == .usage)
        }
    }

    @Test func `a second fetch beside the first is told to try again`() async throws {
        try await withMocks { bench, config in
            let ledger = try bench.spool.ledger("joe")
            let run = await run("fetch", "--once", config: config)
            #expect(run.status == .tryAgain)
            #expect(run.talk.contains("another process fetches from 'joe'"))
            withExtendedLifetime(ledger) {}
        }
    }

    @Test func `run goes on until SIGTERM and then ends with 0`() async throws {
        try await withMocks { bench, config in
            let running = try Talking(["run", "--config", config], listeningTo: .talk)
            let log = try await running.heard { $0.contains("stage=submit") }
            #expect(try await running.ended(by: SIGTERM) == 0)
            #expect(log.contains("info pass done="))
            #expect(try bench.spool.list(.outbox, .active).entries.isEmpty)
        }
    }

    /// While one stage finishes what is in flight, the others find nothing more to do, which is no reason to end all.
    @Test func `a call that takes its time is waited for when run is told to stop, and the end is 0`() async throws {
        try await Bench.with { bench in
            let plan = try bench.write(
                "plan.yaml", "[{fault: latency, milliseconds: 1500, route: POST /api/1.3/reports}]")
            try await Mocked.with(["--faults", plan.string], more: "run: {poll: 20ms}") { bench, config in
                let running = try Talking(["run", "--config", config], listeningTo: .talk)
                _ = try await running.heard { $0.contains("stage=map") }
                while try bench.spool.list(.outbox, .active).entries.isEmpty { await Task.yield() }
                #expect(try await running.ended(by: SIGTERM) == 0)
                #expect(try bench.spool.list(.outbox, .active).entries.isEmpty)
                // What was on its way came to its end, and was not cut off.
                #expect(try !bench.spool.list(.outbox, .done).entries.isEmpty)
                for entry in try bench.spool.list(.outbox, .deferred).entries {
                    #expect(bench.spool.tries(entry.ref) == nil, "not begun")
                }
            }
        }
    }

    @Test func `wrong credentials stop with 77 and say which`() async throws {
        try await withMocks { bench, config in
            let text = String(decoding: try WholeFile.read(FilePath(config)) ?? [], as: UTF8.self)
            let wrong = try bench.write("wrong.yaml", text.replacing("mockmock", with: "wrong000"))
            let fetched = await run("fetch", "--once", config: wrong.string)
            #expect(fetched.status == .refused)
            #expect(fetched.talk.contains("fetch: stopped: "))
            #expect(!fetched.talk.contains(" stops "))
            #expect(!fetched.talk.contains("wrong000"))
            let status = await run("status", config: wrong.string)
            #expect(status.status == .partial)
            #expect(status.out.contains("fetch has stopped"))
        }
    }

    @Test func `nobody there is unavailable`() async throws {
        try await Bench.with { bench in
            let config = try bench.write("c.yaml", ConfigTests.text())
            let fetched = await run("fetch", "--once", "--json", config: config.string)
            #expect(fetched.status == .unavailable)
            #expect(fetched.out.contains(#""halt":{"code":"connect","#))
            // Said once, and no time that nobody waits for.
            #expect(fetched.talkLines.count { $0.contains("cannot connect") } == 1 && !fetched.talk.contains("until="))
        }
    }

    @Test func `mock serves one alone, over https, with its state in a folder`() async throws {
        try await Bench.with { bench in
            let state = bench.folder.appending("state").string
            let mock = try Talking(
                ["mock", "trustar", "--port", "0", "--tls", "--state", state, "--json"], listeningTo: .out)
            let said = try JSONValue(parsing: Array(try await mock.heard { _ in true }.utf8))
            #expect(try await mock.ended(by: SIGINT) == 0)
            #expect(said["joe"] == nil)
            #expect(said["trustar"]?["url"]?.stringValue?.hasPrefix("https://127.0.0.1:") == true)
            let authority = try #require(said["ca"]?.stringValue)
            #expect(authority == "\(state)/ca.pem")
            #expect(try WholeFile.read(FilePath(authority))?.starts(with: Array("-----BEGIN CERT".utf8)) == true)
            #expect(try Kernel.status(FilePath(state).appending("trustar.json")) != nil)
        }
    }

    @Test func `the first thing that mock says to people is a url`() async throws {
        let mock = try Talking(["mock", "trustar", "--port", "0"], listeningTo: .out)
        #expect(try await mock.heard { _ in true }.hasPrefix("http://127.0.0.1:"))
        #expect(try await mock.ended(by: SIGTERM) == 0)
    }

    @Test func `a port that is taken is said, and nothing is served`() async throws {
        try await Bench.with { bench in
            let mock = try Talking(["mock", "joe", "--port", "0", "--json"], listeningTo: .out)
            let url = try #require(
                JSONValue(parsing: Array(try await mock.heard { _ in true }.utf8))["joe"]?["url"]?.stringValue)
            let port = try #require(url.split(separator: ":").last)
            let second = try await Program.run(["mock", "joe", "--port", String(port)], in: bench.folder)
            #expect(second.status == 73)
            #expect(second.talk.contains("cannot listen") && second.out.isEmpty)
            #expect(try await mock.ended(by: SIGTERM) == 0)
        }
    }

    @Test func `demo proves that each analysis arrived once, and leaves nothing`() async throws {
        try await Bench.with { bench in
            let keep = bench.folder.appending("kept")
            let run = await Run(["demo", "--analyses", "8", "--keep", keep.string], now: Surroundings.systemTime)
            #expect(run.status == .success)
            #expect(run.out.contains("TruSTAR holds exactly one report for each of the"))
            for part in [
                "fetch ", "map ", "submit ", "external id", "time began", "tags", "link", "indicators", "body",
            ] {
                #expect(run.out.contains(part), "\(part)")
            }
            let config = keep.appending("config.yaml").string
            #expect(await Run(["list", "outbox/done", "--json", "--config", config]).outLines.count > 3)
            #expect(await Run(["demo", "--keep", keep.string]).status == .cannotCreate)
            #expect(await Run(["demo", "--analyses", "0"]).status == .usage)
        }
    }
}
