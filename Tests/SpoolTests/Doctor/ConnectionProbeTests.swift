// Connections that are looked at: what is seen of a certificate, refused or not, directly and through a proxy.

import Spool
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConnectionProbeTests {
    private static let patient = Duration.seconds(20)

    private static func look(_ server: RawServer, tls: Bool = true, _ options: TransportOptions = TransportOptions())
        async throws -> ConnectionProbe.Outcome
    {
        try await ConnectionProbe(
            host: "127.0.0.1", port: server.port, isTLS: tls, options: options, limit: patient
        ).look()
    }

    @Test func `a trusted certificate is seen`() async throws {
        let authority = try TestAuthority()
        try await RawServer.with(.never, tls: authority.server()) { server in
            guard case .connected(let sight) = try await Self.look(server, TLSTests.trusting(authority)) else {
                Issue.record("not connected")
                return
            }
            #expect(sight.version == "TLS 1.3")
            #expect(sight.certificate?.issuer == "CN=Test authority")
            #expect(sight.certificate?.names == ["127.0.0.1", "localhost"])
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `a certificate that is refused is seen all the same, and nothing is sent`() async throws {
        let authority = try TestAuthority()
        try await RawServer.with(.never, tls: authority.server(expired: true)) { server in
            guard case .failed(let failure, let certificate) = try await Self.look(server) else {
                Issue.record("connected")
                return
            }
            #expect(failure.kind == .tls)
            let seen = try #require(certificate)
            #expect(seen.issuer == "CN=Test authority" && seen.validUntil > seen.validFrom)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `without TLS there is nothing to see`() async throws {
        try await RawServer.with(.never) { (server) async throws in
            #expect(try await Self.look(server, tls: false) == .connected(.init()))
        }
    }

    @Test func `a port that nobody listens on refuses`() async throws {
        let port = try RefusingPort()
        defer { withExtendedLifetime(port) {} }
        let outcome = try await ConnectionProbe(
            host: "127.0.0.1", port: port.number, isTLS: false, options: TransportOptions(), limit: Self.patient
        ).look()
        guard case .failed(let failure, nil) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(failure.kind == .connect)
    }

    @Test func `silence in a handshake ends in time`() async throws {
        try await RawServer.with(.never) { server in
            let outcome = try await ConnectionProbe(
                host: "127.0.0.1", port: server.port, isTLS: true, options: TransportOptions(),
                limit: .milliseconds(300)
            ).look()
            guard case .failed(let failure, _) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(failure.kind == .timedOut)
        }
    }

    @Test(
        arguments: [("200 Go on", nil), ("407 Who are you", .proxyCredentials), ("403 No", .proxy)]
            as [(String, TransportFailure.Kind?)])
    func `a proxy is asked for the way, with its credentials`(status: String, kind: TransportFailure.Kind?) async throws
    {
        try await RawServer.with(.send(RawServer.response(status, []))) { server in
            var options = TransportOptions()
            options.proxy = .init(
                host: "127.0.0.1", port: server.port, username: "Aladdin", password: Credential("open sesame"))
            let outcome = try await ConnectionProbe(
                host: "service.invalid", port: 80, isTLS: false, options: options, limit: Self.patient
            ).look()
            let seen = try #require(server.requests.first)
            #expect(seen.hasPrefix("CONNECT service.invalid:80 HTTP/1.1\r\n"))
            #expect(seen.contains("Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"))
            switch outcome {
            case .connected: #expect(kind == nil)
            case .failed(let failure, _): #expect(failure.kind == kind)
            }
        }
    }
}
