// Tokens, the two 400 answers, limits and quotas.

import MockKit
import MockTruStar
import Testing

@Suite struct TokenTests {
    @Test func `the same token comes back while it lives, with the seconds that are left`() async throws {
        try await withStation { station in
            let first = try await station.newToken()
            #expect(first.json?["access_token"]?.string == station.token)
            #expect(first.json?["expires_in"] == 599)
            #expect(first.json?["token_type"] == "bearer")
            #expect(first.json?["scope"] == "read")
            station.server.clock.advance(milliseconds: 590_500)
            let late = try await station.newToken()
            #expect(late.json?["access_token"]?.string == station.token)
            #expect(late.json?["expires_in"] == 9)
            station.server.clock.advance(milliseconds: 9500)
            let next = try await station.newToken()
            #expect(next.json?["access_token"]?.string != station.token)
            #expect(next.json?["expires_in"] == 599)
        }
    }

    @Test func `grant_type may be in the body or in the query, and must be somewhere`() async throws {
        try await withStation { station in
            let query = try await station.newToken(nil, query: "?grant_type=client_credentials")
            #expect(query.status == 200)
            let none = try await station.newToken(nil)
            #expect(none.status == 400)
            #expect(none.json?["error"] == "invalid_request")
            let other = try await station.newToken("grant_type=password")
            #expect(other.json?["error"] == "unsupported_grant_type")
        }
    }

    @Test func `wrong credentials are 401`() async throws {
        try await withStation { station in
            for header in ["Basic bW9jay1rZXk6d3Jvbmc=", "Basic !!!", "Bearer x", ""] {
                let answer = try await station.send(
                    "POST", "/oauth/token", body: "grant_type=client_credentials", headers: [("Authorization", header)])
                #expect(answer.status == 401)
                #expect(answer.headers["trace-id"] != nil)
            }
        }
    }

    @Test func `an expired token and one that was never issued are 400 with their fixed texts, none at all is 401`()
        async throws
    {
        try await withStation { station in
            station.server.clock.advance(milliseconds: 599_999)
            let alive = try await station.get("/ping")
            #expect(alive.text == "pong\n")
            station.server.clock.advance(milliseconds: 1)
            let expired = try await station.get("/ping")
            #expect(expired.status == 400)
            #expect(
                expired.text == #"{"error":"invalid_request","error_description":"Expired oauth2 access token"}"#)
            _ = try await station.newToken()
            let retired = try await station.get("/ping")
            #expect(retired.json?["error_description"] == "Expired oauth2 access token")
            var stranger = station
            stranger.token = "00000000-0000-4000-8000-000000000000"
            let invalid = try await stranger.get("/ping")
            #expect(
                invalid.text == #"{"error":"invalid_request","error_description":"Invalid oauth2 access token"}"#)
            let none = try await station.send("GET", "/api/1.3/ping")
            #expect(none.status == 401)
        }
    }

    @Test func `a token that a fault calls expired is gone, and the next one is another`() async throws {
        try await withStation(faults: [["fault": "token-expired", "route": "GET /api/1.3/ping", "first": 1]]) {
            station in
            let refused = try await station.get("/ping")
            #expect(refused.json?["error_description"] == "Expired oauth2 access token")
            let still = try await station.get("/ping")
            #expect(still.status == 400)
            var renewed = station
            renewed.token = try await station.newToken().json?["access_token"]?.string ?? ""
            #expect(renewed.token != station.token)
            let answer = try await renewed.get("/ping")
            #expect(answer.status == 200)
        }
    }

    @Test func `beyond the calls of a minute comes 429 with the milliseconds to wait, tokens are not counted`()
        async throws
    {
        try await withStation {
            $0.callsPerMinute = 3
        } body: { station in
            for _ in 0..<3 {
                let answer = try await station.get("/ping")
                #expect(answer.status == 200)
                station.server.clock.advance(milliseconds: 1000)
            }
            let limited = try await station.get("/ping")
            #expect(limited.status == 429)
            #expect(limited.json?["waitTime"] == 57_000)
            #expect(
                limited.message
                    == "Request limit exceeded for the current time period.  Please wait 57000 milliseconds before making more requests."
            )
            let token = try await station.newToken()
            #expect(token.status == 200)
            station.server.clock.advance(milliseconds: 57_000)
            let after = try await station.get("/ping")
            #expect(after.status == 200)
            let verification = try station.server.verify()
            #expect(verification.passed)
        }
    }

    @Test
    func `submit, update, enclaves, ping, quotas and indicator submission are free, look-ups and tags are counted`()
        async throws
    {
        try await withStation { station in
            func used() async throws -> Int? {
                try await station.get("/request-quotas").json?.array?.first?["usedRequests"]?.integer
            }
            let id = try await station.submit("e1").text
            _ = try await station.call("PUT", "/reports/\(id)", Station.report("e1"))
            _ = try await station.get("/enclaves")
            _ = try await station.get("/ping")
            _ = try await station.call(
                "POST", "/indicators", ["enclaveIds": [.string(Station.enclave)], "content": [["value": "8.8.4.4"]]])
            let free = try await used()
            #expect(free == 0)
            _ = try await station.get("/reports/\(id)")
            _ = try await station.call("POST", "/reports/\(id)/alter-tags", ["addedTags": [["name": "a"]]])
            _ = try await station.get("/reports/\(id)/tags")
            _ = try await station.get("/reports/\(id)/status")
            _ = try await station.call("DELETE", "/reports/\(id)")
            let counted = try await used()
            #expect(counted == 5)
            station.server.clock.advance(milliseconds: 86_400_000)
            var tomorrow = station
            tomorrow.token = try await station.newToken().json?["access_token"]?.string ?? ""
            let quota = try await tomorrow.get("/request-quotas").json?.array?.first
            #expect(quota?["usedRequests"] == 0)
            #expect(quota?["maxRequests"] == 3000)
            #expect(quota?["timeWindow"] == 86_400_000)
        }
    }

    @Test func `a quota that is enforced says to wait until midnight UTC`() async throws {
        try await withStation {
            $0.dailyQuota = 1
            $0.enforcesDailyQuota = true
        } body: { station in
            _ = try await station.get("/version")
            _ = try await station.get("/reports")
            let limited = try await station.get("/reports")
            #expect(limited.status == 429)
            let now = station.server.clock.now
            #expect(limited.json?["waitTime"]?.integer == 86_400_000 - now % 86_400_000)
        }
    }
}
