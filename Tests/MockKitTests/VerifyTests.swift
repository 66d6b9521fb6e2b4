// Assertions: each passes for a client that behaves and names the offence of one that does not.

import MockKit
import Testing

@Suite struct VerifyTests {
    private func passed(_ answer: Wire.Answer, _ name: String) -> Bool? {
        answer.json?["assertions"]?.array?.first { $0["assert"]?.string == name }?["passed"]?.bool
    }

    @Test func `a request before the wait of a 429 is over is an offence, one after it is none`() async throws {
        let rules: JSONValue = [["fault": "rate-limited", "waitTime": 5000, "first": 1]]
        try await withToy(faults: rules) {
            $0.clock = VirtualClock(frozenAt: 1_000_000)
        } body: { server, wire in
            _ = try await wire.get("/time")
            server.clock.advance(milliseconds: 5000)
            _ = try await wire.get("/time")
            let good = try await wire.get("/__admin/verify")
            #expect(good.status == 200)
            #expect(passed(good, "waits-honoured") == true)
            _ = try await wire.send("POST", "/__admin/reset")
            server.clock.freeze(at: 1_000_000)
            _ = try await wire.get("/time")
            server.clock.advance(milliseconds: 4999)
            _ = try await wire.get("/time")
            let bad = try await wire.get("/__admin/verify")
            #expect(bad.status == 409)
            let result = bad.json?["assertions"]?.array?.first
            #expect(result?["assert"]?.string == "waits-honoured")
            #expect(result?["offenders"] == [["number": 2, "refused": 1, "after": 4999, "early": 1]])
            let graced = try await wire.send(
                "POST", "/__admin/verify", body: #"{"assertions":[{"assert":"waits-honoured","grace":5000}]}"#)
            #expect(graced.status == 200)
        }
    }

    @Test func `calls that were under way behind a 429 can be forgiven, by number, also when they are refused`()
        async throws
    {
        let rules: JSONValue = [["fault": "rate-limited", "waitTime": 5000, "first": 3]]
        try await withToy(faults: rules) {
            $0.clock = VirtualClock(frozenAt: 1_000_000)
        } body: { server, wire in
            for _ in 1...4 {
                _ = try await wire.get("/time")
                server.clock.advance(milliseconds: 1)
            }
            func failing(underWay: Int) throws -> Int {
                let assertion = Assertion("waits-honoured", ["underWay": .integer(underWay)])
                return try server.verify([assertion]).results.first?.offenders.count ?? -1
            }
            #expect(try failing(underWay: 0) == 3)
            #expect(try failing(underWay: 2) == 1, "those that were refused again are counted on")
            #expect(try failing(underWay: 3) == 0)
        }
    }

    @Test func `the mock's own assertions are asked with the general ones`() async throws {
        try await withToy { _, wire in
            _ = try await wire.send("POST", "/things/a")
            let once = try await wire.get("/__admin/verify?assert=created-once")
            #expect(once.status == 200)
            _ = try await wire.send("POST", "/things/a")
            let twice = try await wire.get("/__admin/verify?assert=created-once")
            #expect(twice.status == 409)
            #expect(twice.json?["assertions"]?.array?.first?["offenders"] == ["a"])
        }
    }

    @Test func `counts, keys, routes and idle rules are checked from the journal`() async throws {
        try await withToy(faults: [["fault": "unavailable", "route": "GET /nowhere"]]) { _, wire in
            _ = try await wire.send("POST", "/things/a")
            _ = try await wire.send("POST", "/things/a")
            _ = try await wire.get("/unknown")
            func status(_ assertion: String) async throws -> Int? {
                try await wire.send("POST", "/__admin/verify", body: #"{"assertions":[\#(assertion)]}"#).status
            }
            let exactly = try await status(#"{"assert":"requests","route":"POST /things/*","exactly":2}"#)
            let tooFew = try await status(#"{"assert":"requests","effect":"created","minimum":3}"#)
            let tooMany = try await status(#"{"assert":"requests","maximum":2}"#)
            let perKey = try await status(#"{"assert":"once-per-key","route":"POST *"}"#)
            let perKeyTwo = try await status(#"{"assert":"once-per-key","maximum":2}"#)
            let routes = try await status(#""known-routes""#)
            let idle = try await status(#""faults-hit""#)
            #expect(exactly == 200)
            #expect(tooFew == 409)
            #expect(tooMany == 409)
            #expect(perKey == 409)
            #expect(perKeyTwo == 200)
            #expect(routes == 409)
            #expect(idle == 409)
        }
    }

    @Test func `a wrong assertion is an error with what is allowed, not a pass`() async throws {
        try await withToy { _, wire in
            let name = try await wire.get("/__admin/verify?assert=created-onec")
            #expect(name.status == 400)
            #expect(name.body.contains("one of waits-honoured, known-routes"))
            let key = try await wire.send(
                "POST", "/__admin/verify", body: #"{"assertions":[{"assert":"requests","exact":1}]}"#)
            #expect(key.status == 400)
            let value = try await wire.send(
                "POST", "/__admin/verify", body: #"{"assertions":[{"assert":"requests","exactly":"two"}]}"#)
            #expect(value.status == 400)
        }
    }
}
