import Glibc
import NIOCore
import Spool
import SystemPackage
import TestSupport
import Testing

@testable import SpoolCommands

/// Numbers and signs of life, as a monitoring system and a service manager get them from the real program.
struct TelemetryTests {
    @Test func `the numbers of three verbs stand in one file`() async throws {
        try await Mocked.with(more: "metrics: {textfile: out.prom}") { bench, config in
            func run(_ verb: String) async -> Run {
                await Run([verb, "--once", "--json", "--config", config], now: Surroundings.systemTime)
            }
            let fetched = try JSONValue(parsing: Array(await run("fetch").out.utf8))
            let done = Double(try #require(fetched["done"]?.intValue))
            #expect(done > 5)
            for verb in ["map", "submit"] { #expect(await run(verb).status == .success) }
            let bytes = try #require(try WholeFile.read(bench.folder.appending("out.prom")))
            let read = try StrictReader(String(decoding: bytes, as: UTF8.self))
            for stage in ["fetch", "map", "submit"] {
                #expect(read["spoolctl_outcomes_total", ["stage": stage, "outcome": "done"]] == done)
                #expect(read["spoolctl_passes_total", ["stage": stage, "result": "complete"]] == 1)
                #expect(try #require(read["spoolctl_stage_last_success_timestamp_seconds", ["stage": stage]]) > 1e9)
            }
            func requests(_ service: String, _ call: String) -> Double? {
                read["spoolctl_requests_total", ["service": service, "call": call, "status": "2xx"]]
            }
            #expect(requests("joe", "analysis/download") == done)
            #expect(requests("trustar", "token") == 1)
            #expect(requests("trustar", "POST reports") == done)
            #expect(
                read["spoolctl_request_duration_seconds_count", ["service": "joe", "call": "analysis/download"]]
                    ?? 0 >= done)
            for service in ["joe", "trustar"] {
                #expect(read["spoolctl_quota_remaining", ["service": service, "quota": "daily"]] != nil, "\(service)")
            }
            #expect(try #require(read["spoolctl_fsync_duration_seconds_count"]) > done)
            #expect(read["spoolctl_entries", ["queue": "outbox", "state": "done"]] == done)
        }
    }

    @Test func `run says that it is ready, feeds the watchdog, serves its numbers and says that it stops`() async throws
    {
        try await Mocked.with(more: "metrics: {textfile: out.prom, listen: 127.0.0.1:0}") { bench, config in
            let ear = try Ear(bench.folder.appending("notify").string)
            let program = try Talking(
                ["run", "--config", config], listeningTo: .talk,
                environment: ["NOTIFY_SOCKET=\(ear.name)", "WATCHDOG_USEC=120000000"])
            do {
                #expect(try await ear.next() == "READY=1\nSTATUS=working")
                while try await ear.next() != "WATCHDOG=1" {}
                let log = try await program.heard { $0.contains("metrics are served") }
                let address = try #require(log.split(separator: "address=").last?.split { $0.isWhitespace }.first)
                let transport = try AsyncHTTPClientTransport()
                var answer = try await transport.send(
                    HTTPRequest(.get, try Endpoint("http://\(address)/metrics"), timeout: .seconds(60)))
                var body = ByteBuffer()
                while var piece = try await answer.body.next() { body.writeBuffer(&piece) }
                await transport.shutdown()
                let scraped = try StrictReader(String(buffer: body))
                #expect(scraped["spoolctl_build_info", ["version": Version.current]] == 1)
            } catch {
                _ = try await program.ended(by: SIGKILL)
                throw error
            }
            #expect(try await program.ended(by: SIGTERM) == 0)
            #expect(ear.heard.contains { $0.hasPrefix("STOPPING=1\n") })
            // Written a last time, after the stages.
            let bytes = try #require(try WholeFile.read(bench.folder.appending("out.prom")))
            let read = try StrictReader(String(decoding: bytes, as: UTF8.self))
            #expect(read["spoolctl_passes_total", ["stage": "map", "result": "complete"]] ?? 0 >= 1)
        }
    }

    @Test func `metrics that cannot be written stop nothing, and are said once`() async throws {
        try await Bench.with { bench in
            let config = try bench.write(
                "c.yaml", "spool: {path: spool}\nrun: {stages: [map]}\nmetrics: {textfile: missing/out.prom}")
            try bench.analysis("1")
            let run = await Run(["map", "--once", "--config", config.string], now: Surroundings.systemTime)
            #expect(run.status == .success && run.out == "map: 1 done\n")
            #expect(run.talkLines.filter { $0.contains("metrics cannot be written") }.count == 1)
            let quiet = await Run(["map", "--once", "-q", "--config", config.string], now: Surroundings.systemTime)
            #expect(quiet.status == .success && quiet.talk.isEmpty)
        }
    }
}
