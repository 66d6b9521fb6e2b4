// Faults in place of the application, each seen from the other end of a socket: what arrives, how the connection
// ends, and that the request was not processed.

import MockKit
import Testing

@Suite struct FaultBeforeTests {
    /// The answer to one POST under a fault, and how many things exist afterwards.
    private func post(_ fault: JSONValue, timeout: Double = 5) async throws -> (answer: Wire.Answer, made: Int) {
        try await withToy(faults: [fault]) { server, wire in
            let answer = try await wire.send("POST", "/things/a", timeout: timeout)
            let made = try server.mock.dump().object?.count ?? 0
            return (answer, made)
        }
    }

    @Test func `status answers with the given status, headers and body`() async throws {
        let (answer, made) = try await post([
            "fault": "status", "status": 507, "body": "full", "contentType": "text/x", "headers": ["X-A": "b"],
        ])
        #expect(answer.status == 507)
        #expect(answer.body == "full")
        #expect(answer.header("content-type") == "text/x")
        #expect(answer.header("x-a") == "b")
        #expect(made == 0)
    }

    @Test func `internal-error, unavailable, bad-gateway and gateway-timeout have their statuses and forms`()
        async throws
    {
        let internalError = try await post(["fault": "internal-error"])
        #expect(internalError.answer.status == 500)
        #expect(internalError.answer.header("trace-id") == "t1")
        let unavailable = try await post(["fault": "unavailable", "retryAfter": 7])
        #expect(unavailable.answer.status == 503)
        #expect(unavailable.answer.header("retry-after") == "7")
        let gateway = try await post(["fault": "bad-gateway"])
        #expect(gateway.answer.status == 502)
        #expect(gateway.answer.header("content-type") == "text/html")
        let timeout = try await post(["fault": "gateway-timeout"])
        #expect(timeout.answer.status == 504)
        #expect([internalError, unavailable, gateway, timeout].allSatisfy { $0.made == 0 })
    }

    @Test func `rate-limited gives the vendor's 429 with the wait that was asked for`() async throws {
        let (answer, made) = try await post(["fault": "rate-limited", "waitTime": 4243])
        #expect(answer.status == 429)
        #expect(answer.json?["waitTime"]?.integer == 4243)
        #expect(made == 0)
    }

    @Test func `vendor-error, token-expired and wrong-credentials take the vendor's form`() async throws {
        let error = try await post(["fault": "vendor-error", "code": 7])
        #expect(error.answer.body == "code 7")
        let expired = try await post(["fault": "token-expired"])
        #expect(expired.answer.body == "expired")
        let credentials = try await post(["fault": "wrong-credentials"])
        #expect(credentials.answer.status == 401)
        #expect(error.made + expired.made + credentials.made == 0)
    }

    @Test func `login-page is a 200 that is not what was asked for, login-redirect leads there`() async throws {
        let page = try await post(["fault": "login-page"])
        #expect(page.answer.status == 200)
        #expect(page.answer.header("content-type")?.hasPrefix("text/html") == true)
        #expect(page.answer.body.contains("<form"))
        let redirect = try await post(["fault": "login-redirect"])
        #expect(redirect.answer.status == 302)
        #expect(redirect.answer.header("location") == "/login")
        #expect(page.made + redirect.made == 0)
    }

    @Test func `reset-before ends in a reset, with nothing processed`() async throws {
        let (answer, made) = try await post(["fault": "reset-before"])
        #expect(answer.end == .reset)
        #expect(answer.text.isEmpty)
        #expect(made == 0)
    }

    @Test func `close-before ends without an answer, with nothing processed`() async throws {
        let (answer, made) = try await post(["fault": "close-before"])
        #expect(answer.end == .eof)
        #expect(answer.text.isEmpty)
        #expect(made == 0)
    }

    @Test func `hang keeps the connection open and silent`() async throws {
        let (answer, made) = try await post(["fault": "hang"], timeout: 0.2)
        #expect(answer.end == .timeout)
        #expect(answer.text.isEmpty)
        #expect(made == 0)
        let ended = try await post(["fault": "hang", "seconds": 0])
        #expect(ended.answer.end == .eof)
    }

    @Test func `not-http answers with bytes of another protocol`() async throws {
        let (answer, made) = try await post(["fault": "not-http"])
        #expect(answer.text.hasPrefix("220 "))
        #expect(answer.end == .eof)
        #expect(made == 0)
    }

    @Test func `latency delays the answer by its milliseconds`() async throws {
        let (answer, made) = try await post(["fault": "latency", "milliseconds": 60, "jitter": 5])
        #expect(answer.status == 200)
        #expect(answer.seconds >= 0.06)
        #expect(made == 1)
    }

    @Test func `slow-body drips the body at its rate`() async throws {
        let answer = try await withToy(faults: [["fault": "slow-body", "bytesPerSecond": 200]]) { _, wire in
            try await wire.get("/stream/3?length=30")
        }
        #expect(answer.body.utf8.count == 30)
        #expect(answer.seconds >= 0.1)
    }

    @Test func `clock-skew shifts the time that the application sees and the Date header`() async throws {
        let answer = try await withToy(faults: [["fault": "clock-skew", "seconds": -3600]]) {
            $0.clock = VirtualClock(frozenAt: 784_111_777_000)
        } body: { _, wire in
            try await wire.get("/time")
        }
        #expect(answer.body == "784108177000")
        #expect(answer.header("date") == "Sun, 06 Nov 1994 07:49:37 GMT")
    }
}
