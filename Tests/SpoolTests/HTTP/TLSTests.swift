// Trust: what is verified, what each refusal says, and what a wrong file says at the start.

import NIOSSL
import Spool
import Testing

@Suite(.timeLimit(.minutes(10)))
struct TLSTests {
    typealias Transport = AsyncHTTPClientTransportTests

    static func call(
        _ context: NIOSSLContext, _ options: TransportOptions = Transport.patient
    ) async throws -> Result<String, TransportFailure> {
        try await RawServer.with(.send(RawServer.response("200 OK", ["Content-Length: 2"], "ok")), tls: context) {
            server in
            try await Transport.outcome(options, Transport.request("https://127.0.0.1:\(server.port)/"))
        }
    }

    static func failure(_ result: Result<String, TransportFailure>) -> TransportFailure? {
        if case .failure(let failure) = result { return failure }
        return nil
    }

    static func trusting(_ authority: TestAuthority) throws -> TransportOptions {
        var options = Transport.patient
        options.extraCA = .bytes(try authority.pem)
        return options
    }

    @Test func `a certificate of an unknown authority is refused, with the remedy`() async throws {
        let authority = try TestAuthority()
        let failure = try #require(Self.failure(try await Self.call(authority.server())))
        #expect(failure.kind == .tls)
        #expect(!failure.requestSent)
        #expect(failure.detail.contains("not signed by an authority that is trusted here"))
        let fault = try SmallAnswerTests.call().fault(failure)
        #expect(fault.code == .tls)
        #expect(fault.scope == .stageWaits)
        #expect(fault.message.contains("name its file in joe.ca"))
    }

    @Test func `an extra authority is trusted`() async throws {
        let authority = try TestAuthority()
        #expect(try await Self.call(authority.server(), Self.trusting(authority)) == .success("200 ok"))
    }

    @Test func `a certificate for another name is refused`() async throws {
        let authority = try TestAuthority()
        let result = try await Self.call(authority.server(dnsName: "elsewhere.test"), Self.trusting(authority))
        #expect(Self.failure(result)?.kind == .tls)
        #expect(Self.failure(result)?.detail == "its certificate is for another host name")
    }

    @Test func `an expired certificate is refused`() async throws {
        let authority = try TestAuthority()
        let result = try await Self.call(authority.server(expired: true), Self.trusting(authority))
        #expect(Self.failure(result)?.kind == .tls)
    }

    @Test func `TLS before 1·2 is refused`() async throws {
        let authority = try TestAuthority()
        let result = try await Self.call(authority.oldServer(), Self.trusting(authority))
        #expect(Self.failure(result)?.kind == .tls)
        #expect(Self.failure(result)?.detail == "it offers only TLS versions before 1.2")
    }

    @Test func `a server without TLS is recognised`() async throws {
        let result = try await RawServer.with(.greet(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))) { server in
            try await Transport.outcome(Transport.patient, Transport.request("https://127.0.0.1:\(server.port)/"))
        }
        #expect(Self.failure(result)?.kind == .tls)
        #expect(Self.failure(result)?.detail == "it does not speak TLS on this port; is it http instead of https?")
    }

    @Test func `a server that asks for a certificate gets ours`() async throws {
        let authority = try TestAuthority()
        let server = try authority.server(clientsMustProve: true)
        var options = try Self.trusting(authority)
        #expect(Self.failure(try await Self.call(server, options))?.kind == .tls)
        let issued = try authority.issue(dnsName: "client.test")
        options.clientCertificate = .init(chain: .bytes(issued.chain), key: .bytes(issued.key))
        #expect(try await Self.call(server, options) == .success("200 ok"))
    }

    @Test func `a file that cannot be used is known at the start, by name`() throws {
        var options = TransportOptions()
        options.extraCA = .file("/no/such/ca.pem")
        let missing = #expect(throws: Fault.self) { try AsyncHTTPClientTransport(options) }
        #expect(missing?.scope == .stageStops)
        #expect(missing?.message.contains("/no/such/ca.pem") == true)
        options.extraCA = .bytes(Array("not a certificate".utf8))
        #expect(throws: Fault.self) { try AsyncHTTPClientTransport(options) }
        let issued = try TestAuthority().issue()
        options.extraCA = nil
        options.clientCertificate = .init(chain: .bytes(issued.chain), key: .file("/no/such/key.pem"))
        let key = #expect(throws: Fault.self) { try AsyncHTTPClientTransport(options) }
        #expect(key?.message.contains("/no/such/key.pem") == true)
    }
}
