// The adapter against a real server that misbehaves in every way that networks know.

import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOSSL
import Spool
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct AsyncHTTPClientTransportTests {
    typealias Raw = RawServer

    /// Short, since some servers here never answer.
    static let impatient = TransportOptions(connectTimeout: .seconds(20), idleTimeout: .milliseconds(100))
    static let patient = TransportOptions(connectTimeout: .seconds(60), idleTimeout: .seconds(60))

    static func withTransport<Value>(
        _ options: TransportOptions = patient, _ body: (AsyncHTTPClientTransport) async throws -> Value
    ) async throws -> Value {
        let transport = try AsyncHTTPClientTransport(options)
        do {
            let value = try await body(transport)
            await transport.shutdown()
            return value
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    static func request(
        _ url: String, _ method: HTTPRequest.Method = .post, body: String? = "apikey=x",
        timeout: Duration = .seconds(20)
    ) throws -> HTTPRequest {
        HTTPRequest(method, try Endpoint(url), body: body.map { ByteBuffer(string: $0) }, timeout: timeout)
    }

    /// Everything of an answer, or the failure that it ended with.
    static func outcome(
        _ options: TransportOptions = patient, _ request: HTTPRequest
    ) async throws -> Result<String, TransportFailure> {
        try await withTransport(options) { transport in
            do {
                var answer = try await transport.send(request)
                var text = "\(answer.status) "
                while let piece = try await answer.body.next() { text += String(buffer: piece) }
                return .success(text)
            } catch let failure as TransportFailure {
                return .failure(failure)
            }
        }
    }

    static func failure(
        _ behaviour: Raw.Behaviour, _ options: TransportOptions = patient, method: HTTPRequest.Method = .post,
        body: String? = "apikey=x", timeout: Duration = .seconds(20)
    ) async throws -> TransportFailure? {
        try await Raw.with(behaviour) { server in
            let request = try request("http://127.0.0.1:\(server.port)/x", method, body: body, timeout: timeout)
            if case .failure(let failure) = try await outcome(options, request) { return failure }
            return nil
        }
    }

    @Test func `a request arrives as it was meant and its answer comes back`() async throws {
        let answer = Raw.response("200 OK", ["Content-Length: 5"], "hello")
        try await Raw.with(.send(answer)) { server in
            var request = try Self.request("http://127.0.0.1:\(server.port)/api", body: "apikey=x")
            request.endpoint = request.endpoint.appending("reports/a%2Fb%3D", query: "idType=external")
            #expect(try await Self.outcome(Self.patient, request) == .success("200 hello"))
            let seen = try #require(server.requests.first)
            #expect(seen.hasPrefix("POST /api/reports/a%2Fb%3D?idType=external HTTP/1.1\r\n"))
            #expect(seen.lowercased().contains("content-length: 8\r\n"))
            #expect(seen.lowercased().contains("accept-encoding: gzip\r\n"))
            #expect(seen.hasSuffix("\r\n\r\napikey=x"))
        }
    }

    @Test func `a body that is shorter than its length is cut short`() async throws {
        let failure = try await Self.failure(.sendAndClose(Raw.response("200 OK", ["Content-Length: 50"], "half")))
        #expect(failure?.kind == .cutShort)
        #expect(failure?.requestSent == true)
    }

    @Test func `a chunked body without its last chunk is cut short`() async throws {
        let bytes = Raw.response("200 OK", ["Transfer-Encoding: chunked"], "4\r\nhalf\r\n")
        #expect(try await Self.failure(.sendAndClose(bytes))?.kind == .cutShort)
    }

    @Test func `a body without a length ends with the connection`() async throws {
        try await Raw.with(.sendAndClose(Raw.response("200 OK", [], "{\"half"))) { server in
            let request = try Self.request("http://127.0.0.1:\(server.port)/")
            #expect(try await Self.outcome(Self.patient, request) == .success("200 {\"half"))
        }
    }

    @Test func `a server that never answers times out after the request was sent`() async throws {
        let failure = try await Self.failure(.never, Self.impatient)
        #expect(failure?.kind == .timedOut)
        #expect(failure?.requestSent == true)
    }

    @Test func `a body that stalls times out`() async throws {
        let failure = try await Self.failure(
            .send(Raw.response("200 OK", ["Content-Length: 50"], "half")), Self.impatient)
        #expect(failure?.kind == .timedOut)
    }

    @Test func `the whole call has its own limit`() async throws {
        let failure = try await Self.failure(.never, Self.patient, timeout: .milliseconds(100))
        #expect(failure?.kind == .timedOut)
    }

    @Test func `the limit of the whole call holds for a body that never quite stops, too`() async throws {
        let bytes = Raw.response("200 OK", ["Content-Length: 999999"])
        let failure = try await Self.failure(.trickle(bytes), Self.patient, timeout: .milliseconds(1_500))
        #expect(failure?.kind == .timedOut)
    }

    @Test(arguments: [HTTPRequest.Method.get, .post])
    func `a reset after the request is a lost connection after sending`(method: HTTPRequest.Method) async throws {
        let failure = try await Self.failure(.reset, method: method, body: method == .get ? nil : "x")
        #expect(failure?.kind == .connectionLost)
        #expect(failure?.requestSent == true)
    }

    @Test func `a reset as soon as the connection stands is a lost connection, sent or not`() async throws {
        #expect(try await Self.failure(.resetAtOnce)?.kind == .connectionLost)
    }

    @Test(arguments: [HTTPRequest.Method.get, .post], ["127.0.0.1", "localhost"])
    func `a port where nobody listens refuses the connection, before anything was sent`(
        method: HTTPRequest.Method, host: String
    ) async throws {
        let port = try RefusingPort()
        defer { withExtendedLifetime(port) {} }
        let request = try Self.request("http://\(host):\(port.number)/", method, body: method == .get ? nil : "x")
        let failure = await #expect(throws: TransportFailure.self) {
            try await Self.outcome(Self.patient, request).get()
        }
        #expect(failure?.kind == .connect)
        #expect(failure?.requestSent == false)
        #expect(failure?.detail.contains("refused") == true)
    }

    @Test func `a name that does not exist is not found, before anything was sent`() async throws {
        let failure = await #expect(throws: TransportFailure.self) {
            try await Self.outcome(Self.patient, Self.request("http://no-such-host.invalid/")).get()
        }
        #expect(failure?.kind == .resolve)
        #expect(failure?.requestSent == false)
    }

    @Test(arguments: ["127.0.0.1", "no-such-proxy.invalid"])
    func `a proxy that cannot be reached is the proxy's fault`(host: String) async throws {
        let port = try RefusingPort()
        defer { withExtendedLifetime(port) {} }
        var options = Self.patient
        options.proxy = .init(host: host, port: port.number)
        let failure = await #expect(throws: TransportFailure.self) {
            try await Self.outcome(options, Self.request("http://service.invalid/")).get()
        }
        #expect(failure?.kind == .proxy)
        #expect(failure?.requestSent == false)
    }

    @Test(arguments: [("407 Who are you", TransportFailure.Kind.proxyCredentials), ("403 No", .proxy)])
    func `a proxy that refuses says so, and gets its credentials`(
        status: String, kind: TransportFailure.Kind
    ) async throws {
        try await Raw.with(.send(Raw.response(status, ["Content-Length: 0"]))) { server in
            var options = Self.patient
            options.proxy = .init(
                host: "127.0.0.1", port: server.port, username: "Aladdin", password: Credential("open sesame")
            )
            let failure = await #expect(throws: TransportFailure.self) {
                try await Self.outcome(options, Self.request("https://service.invalid/")).get()
            }
            #expect(failure?.kind == kind)
            let seen = try #require(server.requests.first)
            #expect(seen.hasPrefix("CONNECT service.invalid:443 HTTP/1.1\r\n"))
            #expect(seen.lowercased().contains("proxy-authorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq==\r\n"))
        }
    }

    @Test func `a redirect is an answer and is not followed`() async throws {
        try await Raw.with(.never) { other in
            let moved = Raw.response("307 Moved", ["Location: http://127.0.0.1:\(other.port)/", "Content-Length: 0"])
            try await Raw.with(.send(moved)) { server in
                for method in [HTTPRequest.Method.get, .post] {
                    let body = method == .get ? nil : "apikey=x"
                    let request = try Self.request("http://127.0.0.1:\(server.port)/", method, body: body)
                    #expect(try await Self.outcome(Self.patient, request) == .success("307 "))
                }
            }
            #expect(other.requests.isEmpty)
        }
    }

    @Test func `a compressed body is inflated`() async throws {
        let gzip = try Self.bytes("H4sIAAAAAAACA6tWSkksSVSyiq5WKk9NykxRslIyNzUyNDRSqo2tBQDRjS8hHQAAAA==")
        let head = Raw.response("200 OK", ["Content-Encoding: gzip", "Content-Length: \(gzip.count)"])
        try await Raw.with(.send(head + gzip)) { server in
            let request = try Self.request("http://127.0.0.1:\(server.port)/")
            #expect(
                try await Self.outcome(Self.patient, request) == .success("200 {\"data\":[{\"webid\":\"752112\"}]}"))
        }
        let damaged = head + gzip.map { $0 ^ 0x55 }
        #expect(try await Self.failure(.send(damaged))?.kind == .garbled)
    }

    @Test func `compressed data that ends too early is cut short, even if the connection says it is complete`()
        async throws
    {
        let gzip = try Self.bytes("H4sIAAAAAAACA6tWSkksSVSyiq5WKk9NykxRslIyNzUyNDRSqo2tBQDRjS8hHQAAAA==").prefix(30)
        let head = Raw.response("200 OK", ["Content-Encoding: gzip", "Content-Length: \(gzip.count)"])
        #expect(try await Self.failure(.send(head + gzip))?.kind == .cutShort)
    }

    @Test func `a body that inflates out of all proportion is stopped`() async throws {
        // 300,000 zeros.
        let zeros = String(repeating: "A", count: 386)
        let bomb = try Self.bytes("H4sIAAAAAAACA+3BAQ0AAADCoPdPbQ8HFA" + zeros + "/Bj74rL24JMEAA==")
        let head = Raw.response("200 OK", ["Content-Encoding: gzip", "Content-Length: \(bomb.count)"])
        #expect(try await Self.failure(.send(head + bomb))?.kind == .inflation)
    }

    @Test func `what is not HTTP is garbled`() async throws {
        #expect(try await Self.failure(.sendAndClose(Array("220 smtp ready\r\n".utf8)))?.kind == .garbled)
    }

    @Test func `a header that HTTP does not allow is our mistake, and its value stays unsaid`() async throws {
        try await Raw.with(.never) { server in
            var request = try Self.request("http://127.0.0.1:\(server.port)/")
            request.headers.add(name: "Authorization", value: "Basic hunter2\nX: y")
            let failure = await #expect(throws: TransportFailure.self) {
                try await Self.outcome(Self.patient, request).get()
            }
            #expect(failure?.kind == .unusable)
            #expect(failure?.detail.contains("hunter2") == false)
        }
    }

    @Test func `a cancelled call ends at once`() async throws {
        try await Raw.with(.never) { server in
            let request = try Self.request("http://127.0.0.1:\(server.port)/")
            try await Self.withTransport { transport in
                let task = Task { try await transport.send(request).status }
                task.cancel()
                let failure = await #expect(throws: TransportFailure.self) { try await task.value }
                #expect(failure?.kind == .cancelled)
            }
        }
    }

    @Test func `a body whose reader is cancelled does not pass for a whole one`() async throws {
        try await Raw.with(.send(Raw.response("200 OK", [], "half"))) { server in
            let request = try Self.request("http://127.0.0.1:\(server.port)/")
            try await Self.withTransport { transport in
                let (pieces, piece) = AsyncStream.makeStream(of: Void.self)
                let task = Task {
                    var answer = try await transport.send(request)
                    while try await answer.body.next() != nil { piece.yield() }
                }
                for await _ in pieces { break }
                task.cancel()
                let failure = await #expect(throws: TransportFailure.self) { try await task.value }
                #expect(failure?.kind == .cancelled)
            }
        }
    }

    @Test func `a transport never dumps the proxy's password`() async throws {
        var options = Self.patient
        options.proxy = .init(host: "127.0.0.1", port: 1, username: "Aladdin", password: Credential("open sesame"))
        try await Self.withTransport(options) { transport in
            var dumped = ""
            dump(transport, to: &dumped)
            dump(options, to: &dumped)
            #expect(!dumped.contains("open sesame"))
            #expect(!dumped.contains("QWxhZGRpbjpvcGVuIHNlc2FtZQ=="))
        }
    }

    static func bytes(_ base64: String) throws -> [UInt8] {
        Array(try #require(Data(base64Encoded: base64)))
    }
}
