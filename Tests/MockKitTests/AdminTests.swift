// The admin routes: there only when asked for, and what they do.

import MockKit
import Testing

@Suite struct AdminTests {
    @Test func `without admin the routes are unknown to the mock`() async throws {
        try await withToy {
            $0.admin = false
        } body: { server, wire in
            let answer = try await wire.get("/__admin/health")
            #expect(answer.status == 404)
            #expect(server.journal.entries.count == 1)
        }
    }

    @Test func `health answers, and admin calls are neither journaled nor hit by faults`() async throws {
        try await withToy(faults: [["fault": "unavailable"]]) { server, wire in
            let answer = try await wire.get("/__admin/health")
            #expect(answer.status == 200)
            #expect(answer.json?["mock"]?.string == "toy")
            #expect(answer.json?["status"]?.string == "ready")
            #expect(server.journal.entries.isEmpty)
            let unknown = try await wire.get("/__admin/helth")
            #expect(unknown.status == 404)
            #expect(unknown.body.contains("GET health"))
        }
    }

    @Test func `faults are put in place, shown with their hits, and taken away while it runs`() async throws {
        try await withToy { _, wire in
            let put = try await wire.send(
                "PUT", "/__admin/faults", body: #"[{"fault":"unavailable","route":"GET /time"}]"#)
            #expect(put.status == 200)
            let hit = try await wire.get("/time")
            #expect(hit.status == 503)
            let shown = try await wire.get("/__admin/faults")
            #expect(shown.json?.array?.first?["hits"]?.integer == 1)
            let wrong = try await wire.send("PUT", "/__admin/faults", body: #"[{"fault":"nonsense"}]"#)
            #expect(wrong.status == 400)
            #expect(wrong.body.contains("one of latency"))
            let still = try await wire.get("/time")
            #expect(still.status == 503, "a wrong plan leaves the old one in place")
            _ = try await wire.send("DELETE", "/__admin/faults")
            let gone = try await wire.get("/time")
            #expect(gone.status == 200)
        }
    }

    @Test func `the clock is frozen, moved and let go`() async throws {
        try await withToy { server, wire in
            _ = try await wire.send("POST", "/__admin/clock", body: #"{"freeze": 1000000}"#)
            let frozen = try await wire.get("/time")
            _ = try await wire.send("POST", "/__admin/clock", body: #"{"advance": "10m"}"#)
            let moved = try await wire.get("/time")
            _ = try await wire.send("POST", "/__admin/clock", body: #"{"advance": -600000, "resume": true}"#)
            #expect(frozen.body == "1000000")
            #expect(moved.body == "1600000")
            #expect(!server.clock.isFrozen)
            #expect((1_000_000...1_100_000).contains(server.clock.now))
            let wrong = try await wire.send("POST", "/__admin/clock", body: #"{"advence": 1}"#)
            #expect(wrong.status == 400)
            let huge = try await wire.send("POST", "/__admin/clock", body: #"{"advance": 9223372036854775807}"#)
            #expect(huge.status == 200)
        }
    }

    @Test func `state can be taken out, put in and reset`() async throws {
        try await withToy { _, wire in
            _ = try await wire.send("POST", "/things/a")
            let taken = try await wire.get("/__admin/state")
            #expect(taken.body == #"{"a":1}"#)
            _ = try await wire.send("PUT", "/__admin/state", body: #"{"b":4}"#)
            let put = try await wire.get("/things/b")
            #expect(put.json?["count"]?.integer == 4)
            let wrong = try await wire.send("PUT", "/__admin/state", body: "[]")
            #expect(wrong.status == 400)
            _ = try await wire.send("POST", "/__admin/reset")
            let empty = try await wire.get("/__admin/state")
            let requests = try await wire.get("/__admin/requests")
            #expect(empty.body == "{}")
            #expect(requests.json?["matching"]?.integer == 0)
        }
    }

    @Test func `what is no JSON is told so`() async throws {
        try await withToy { _, wire in
            for path in ["state", "faults"] {
                let answer = try await wire.send("PUT", "/__admin/" + path, body: "{")
                #expect(answer.status == 400)
                #expect(answer.body.contains("not a JSON document"))
            }
        }
    }
}
