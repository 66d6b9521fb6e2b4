// Rubbish in, an answer out; a state that survives; assertions that catch what they are for.

import MockKit
import MockTruStar
import Testing

@Suite struct RobustnessTests {
    @Test func `no body of the wrong shape is more than a 4xx`() async throws {
        try await withStation { station in
            try await station.submit("e", body: "8.1.1.1")
            let bodies: [JSONValue] = [
                .null, [], [:], 7, "text", true, ["title": [1]], ["content": [7, nil]], ["addedTags": "x"],
                ["addedTags": [[1]]], ["enclaveIds": [[]], "content": [["value": 1]]], [[:]], ["timeBegan": 1e300],
                Station.report("x", ["timeBegan": "yesterday"]), Station.report("x", ["timeBegan": -5]),
            ]
            let id = station.mock.reports[0].id
            let calls = [
                "POST /reports", "PUT /reports/\(id)", "POST /reports/upsert", "POST /reports/\(id)/alter-tags",
                "POST /reports/search",
                "POST /reports/copy/\(id)?destEnclaveId=\(Station.enclave)&copyFromProvidedSubmission=1",
                "POST /reports/move/\(id)", "POST /indicators", "POST /indicators/metadata", "POST /indicators/search",
                "POST /indicators/summaries", "POST /indicators/tags", "POST /whitelist", "POST /redaction/report",
                "POST /triage/submissions", "POST /triage/submissions/x/status",
                "POST /indicators/metadata/bulk-export",
                "DELETE /indicators/tags/x", "DELETE /whitelist", "GET /indicators/details", "GET /indicators/related",
            ]
            for call in calls {
                let parts = call.split(separator: " ").map(String.init)
                for body in bodies {
                    let answer = try await station.call(parts[0], parts[1], body)
                    #expect((200..<500).contains(answer.status), "\(call) \(body) \(answer.text)")
                }
            }
            let alive = try await station.get("/ping")
            #expect(alive.status == 200)
        }
    }

    @Test func `no text makes the extraction trap or find more than it may`() async throws {
        var random = SeededRandom(seed: 11, "extraction")
        let pieces = [
            "8.8.8.8", "://", "http", "/", "@", ".", "..", ":", "::", "-", "CVE-", "2020", "HKLM\\", "HKEY_", "\\",
            "\"",
            " ", "\n", "evil", "com", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "ä", "😀", "%", "=", "0", "ffff", "\u{0}",
            "é",
            "44d88612fea8a8f36de82e1278abb02f", "exe", "*", "?", "#", "[", "]",
        ]
        try await withStation { station in
            for round in 0..<60 {
                var text = "x"
                for _ in 0..<60 { text += pieces[Int(random.next() % UInt64(pieces.count))] }
                let answer = try await station.submit("e\(round)", body: text)
                #expect(answer.status == 200)
            }
            for indicator in station.mock.reports.flatMap(\.indicators) {
                #expect(!indicator.value.isEmpty)
                #expect(!indicator.value.contains("\""))
            }
        }
    }

    @Test func `a state survives its dump and load, ids go on where they were`() async throws {
        let (state, token) = try await withStation { station in
            let id = try await station.submit("e", body: "8.1.1.1").text
            _ = try await station.call("POST", "/reports/\(id)/alter-tags", ["addedTags": [["name": "a"]]])
            _ = try await station.call("POST", "/whitelist", ["9.9.9.9"])
            return (try await station.send("GET", "/__admin/state").text, station.token)
        }
        try await withStation { station in
            let loaded = try await station.send("PUT", "/__admin/state", body: state)
            #expect(loaded.status == 200)
            var same = station
            same.token = token
            let found = try await same.get("/reports/e?idType=external")
            #expect(found.status == 200)
            let again = try await same.submit("e")
            #expect(again.status == 400, "uniqueness is remembered")
            let other = try await same.submit("f").text
            #expect(Set(station.mock.reports.map(\.id)).count == 2)
            #expect(station.mock.reports.contains { $0.id == other })
            #expect(station.mock.reports[0].tags == ["a"])
            _ = try await same.call("DELETE", "/reports/e?idType=external")
            try await same.submit("e")
            #expect(station.mock.reports.last?.createdCount == 2, "the first creation is remembered")
            let dumped = try await station.send("GET", "/__admin/state")
            #expect(dumped.status == 200)
            let wrong = try await station.send("PUT", "/__admin/state", body: #"{"reports":{}}"#)
            #expect(wrong.status == 400)
            #expect(station.mock.reports.count == 2, "a wrong state changes nothing")
        }
    }

    @Test func `verify catches double creation, missing tags, wasted tokens and wrong counts`() async throws {
        try await withStation {
            $0.duplicateIDs = .accept
        } body: { station in
            func status(_ assertion: String) async throws -> Int {
                try await station.send("POST", "/__admin/verify", body: #"{"assertions":[\#(assertion)]}"#).status
            }
            let prefixes = #"{"assert":"tagged","prefixes":["confidence:","Maliciousness:"]}"#
            let id = try await station.submit("e").text
            let untagged = try await status(prefixes)
            #expect(untagged == 409)
            _ = try await station.call(
                "POST", "/reports/\(id)/alter-tags",
                ["addedTags": [["name": "confidence:1"], ["name": "maliciousness:true"]]])
            let tagged = try await status(prefixes)
            #expect(tagged == 200)
            _ = try await station.call("POST", "/reports/\(id)/alter-tags", ["addedTags": [["name": "confidence:2"]]])
            let stale = try await status(prefixes)
            #expect(stale == 409, "two tags for one prefix")
            let one = try await status(#"{"assert":"reports","exactly":1}"#)
            #expect(one == 200)
            let thrifty = try await status(#""token-reused""#)
            #expect(thrifty == 200)
            _ = try await station.newToken()
            let wasteful = try await status(#""token-reused""#)
            let forgiven = try await status(#"{"assert":"token-reused","allowed":1}"#)
            #expect(wasteful == 409)
            #expect(forgiven == 200)
            try await station.submit("e")
            let verify = try await station.send("GET", "/__admin/verify")
            #expect(verify.status == 409)
            #expect(verify.text.contains(#""externalId":"e""#))
            let two = try await status(#"{"assert":"reports","maximum":1}"#)
            #expect(two == 409)
        }
    }

    @Test func `the journal names reports by their external id, whichever id was used`() async throws {
        try await withStation { station in
            let id = try await station.submit("e").text
            _ = try await station.get("/reports/\(id)")
            _ = try await station.get("/reports/e?idType=external")
            _ = try await station.call("PUT", "/reports/\(id)", Station.report("e"))
            let entries = station.server.journal.entries.filter { $0.key != nil }
            #expect(entries.map(\.key) == ["e", "e", "e", "e"])
            #expect(entries.map(\.effect) == ["created", nil, nil, "updated"])
        }
    }

    @Test(arguments: [
        ("expired-token", 400), ("invalid-token", 400), ("wrong-credentials", 401), ("bad-request", 400),
        ("duplicate-id", 400), ("forbidden", 403), ("not-found", 404), ("payload-too-large", 413),
        ("query-too-long", 414), ("internal-error", 500),
    ])
    func `each of the vendor's errors can be asked for`(_ code: String, _ status: Int) async throws {
        let rules: JSONValue = [["fault": "vendor-error", "code": .string(code), "mock": "trustar", "route": "/api/*"]]
        let answer = try await withStation(faults: rules) { try await $0.get("/ping") }
        #expect(answer.status == status)
        #expect(answer.headers["trace-id"] != nil)
    }
}
