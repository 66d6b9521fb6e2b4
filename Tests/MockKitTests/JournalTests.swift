// The journal: complete, masked, bounded, and the same for the same requests.

import MockKit
import Testing

@Suite struct JournalTests {
    private func run(seed: UInt64) async throws -> String {
        let rules: JSONValue = [
            ["fault": "unavailable", "probability": 0.3], ["fault": "truncated", "probability": 0.3],
            ["fault": "reset-after", "every": 5],
        ]
        return try await withToy(faults: rules) {
            $0.seed = seed
        } body: { _, wire in
            for number in 0..<30 {
                _ = try await wire.send("POST", "/things/\(number % 4)?apikey=abc&n=\(number)", body: "x=\(number)")
            }
            return try await wire.get("/__admin/requests").body
        }
    }

    @Test func `the same seed and the same requests give the same journal, byte for byte`() async throws {
        let first = try await run(seed: 3)
        let second = try await run(seed: 3)
        let other = try await run(seed: 4)
        #expect(first == second)
        #expect(first != other)
        #expect(first.contains(#""faults":["truncated"]"#))
    }

    @Test func `an entry says what came, what was done and which fault hit it, without secrets`() async throws {
        try await withToy(faults: [["fault": "truncated", "first": 1]]) { server, wire in
            _ = try await wire.send("POST", "/things/a%20b?apikey=secret&x=1", body: "12345")
            let entry = try #require(server.journal.entries.first)
            #expect(entry.number == 1)
            #expect(entry.method == "POST")
            #expect(entry.route == "POST /things/{id}")
            #expect(entry.key == "a b")
            #expect(entry.query == "apikey=<masked>&x=1")
            #expect(entry.bytes == 5)
            #expect(entry.status == 200)
            #expect(entry.effect == "created")
            #expect(entry.faults == ["truncated"])
        }
    }

    @Test func `the listing can be filtered, and shows times only when asked`() async throws {
        try await withToy { _, wire in
            _ = try await wire.send("POST", "/things/a")
            _ = try await wire.send("POST", "/things/b")
            _ = try await wire.get("/things/c")
            func numbers(_ query: String) async throws -> [Int] {
                let answer = try await wire.get("/__admin/requests?" + query)
                return (answer.json?["requests"]?.array ?? []).compactMap { $0["number"]?.integer }
            }
            let all = try await numbers("")
            let byKey = try await numbers("key=b")
            let byStatus = try await numbers("status=404")
            let byRoute = try await numbers("route=POST%20/things/*&since=1")
            let limited = try await numbers("limit=1")
            #expect(all == [1, 2, 3])
            #expect(byKey == [2])
            #expect(byStatus == [3])
            #expect(byRoute == [2])
            #expect(limited == [1])
            let plain = try await wire.get("/__admin/requests").body
            let timed = try await wire.get("/__admin/requests?time=true").body
            let wrong = try await wire.get("/__admin/requests?routes=x")
            #expect(!plain.contains("time"))
            #expect(timed.contains(#""time":"#))
            #expect(wrong.status == 400)
        }
    }

    @Test func `only the latest requests are kept, and the loss is told`() async throws {
        try await withToy {
            $0.journalCapacity = 10
        } body: { server, wire in
            for _ in 0..<25 { _ = try await wire.get("/time") }
            #expect(server.journal.entries.count <= 10)
            #expect(server.journal.entries.last?.number == 25)
            #expect(server.journal.dropped + server.journal.entries.count == 25)
        }
    }
}
