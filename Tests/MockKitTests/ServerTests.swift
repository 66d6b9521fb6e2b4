// A mock on a real socket: routes, bodies, limits, start and stop.

import MockKit
import Testing

@Suite struct ServerTests {
    @Test func `a route answers with the vendor's decoration, a length and a date`() async throws {
        try await withToy { _, wire in
            let answer = try await wire.send("POST", "/things/a%20b+c")
            #expect(answer.status == 200)
            #expect(answer.json?["id"]?.string == "a b+c")
            #expect(answer.header("trace-id") == "t1")
            #expect(answer.header("content-length") == String(answer.body.utf8.count))
            #expect(answer.header("date")?.hasSuffix("GMT") == true)
        }
    }

    @Test func `literal segments win over parameters and a wrong method is told from a wrong path`() async throws {
        try await withToy { _, wire in
            let got1 = try await wire.get("/things/first").body
            #expect(got1 == "the first")
            let got2 = try await wire.send("DELETE", "/things/first").status
            #expect(got2 == 405)
            let got3 = try await wire.get("/things/a/b").status
            #expect(got3 == 404)
            let got4 = try await wire.get("/things/").status
            #expect(got4 == 404)
        }
    }

    @Test func `a body over the limit is refused in the vendor's form`() async throws {
        try await withToy { _, wire in
            let answer = try await wire.send("POST", "/things/a", body: String(repeating: "x", count: 1001))
            #expect(answer.status == 413)
            let got5 = try await wire.send("POST", "/things/a", body: String(repeating: "x", count: 1000)).status
            #expect(got5 == 200)
        }
    }

    @Test func `a client that waits for permission to send its body gets it`() async throws {
        try await withToy { _, wire in
            let answer = try await wire.send("POST", "/things/a", body: "x", headers: ["Expect: 100-continue"])
            #expect(answer.text.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
        }
    }

    @Test func `a streamed body has its length when it is known and chunks when it is not`() async throws {
        try await withToy { _, wire in
            let known = try await wire.get("/stream/3?length=30")
            #expect(known.header("content-length") == "30")
            #expect(known.body == "012345678901234567890123456789")
            let unknown = try await wire.get("/stream/3")
            #expect(unknown.header("transfer-encoding") == "chunked")
            #expect(unknown.body.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func `bytes that are no HTTP get a 400 or an end, and the next client is served`() async throws {
        try await withToy { _, wire in
            let answer = try await wire.raw("\u{0}\u{1}garbage\r\n\r\n")
            #expect(answer.status == nil || answer.status == 400)
            let got6 = try await wire.get("/things/first").status
            #expect(got6 == 200)
        }
    }

    @Test func `two mocks run side by side and stop with their work`() async throws {
        let first = try MockServer(ToyMock())
        let second = try MockServer(ToyMock())
        let urls = try await withMocks(first, second) { urls in
            let got7 = try await Wire(urls[0]).get("/things/first").status
            #expect(got7 == 200)
            let got8 = try await Wire(urls[1]).get("/things/first").status
            #expect(got8 == 200)
            return urls
        }
        #expect(urls[0] != urls[1])
        await #expect(throws: MockError.self) { try await Wire(urls[0]).get("/things/first") }
    }

    @Test func `a port that is taken is an error for whoever waits for the address`() async throws {
        try await withToy { _, wire in
            var options = MockServerOptions()
            options.port = Int(wire.port)
            let second = try MockServer(ToyMock(), options: options)
            await #expect(throws: (any Error).self) { try await withMocks(second) { _ in } }
        }
    }
}
