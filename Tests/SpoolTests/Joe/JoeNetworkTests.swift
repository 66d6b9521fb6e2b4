// The client on the real transport: what the network does to a report, and what becomes of it.

import NIOCore
import NIOSSL
import Spool
import Testing

@Suite(.timeLimit(.minutes(10)))
struct JoeNetworkTests {
    typealias Transport = AsyncHTTPClientTransportTests

    /// What a download of one report ends with, and how much was handed on.
    static func download(
        _ behaviour: RawServer.Behaviour, _ options: TransportOptions = Transport.patient, tls: NIOSSLContext? = nil
    ) async throws -> (text: String, fault: Fault?) {
        try await RawServer.with(behaviour, tls: tls) { server in
            let scheme = tls == nil ? "http" : "https"
            let url = try Endpoint("\(scheme)://127.0.0.1:\(server.port)/api")
            return try await Transport.withTransport(options) { transport in
                let client = JoeClient(
                    transport: transport, apiURL: url, apiKey: TinyJoe.key, userAgent: "spoolctl/test"
                )
                var text = ""
                let fault = await fault {
                    try await client.download("752112", type: "json", run: 0) { text += String(buffer: $0) }
                }
                return (text, fault)
            }
        }
    }

    static let report = "{\"analysis\":{\"x\":\"" + String(repeating: "0123456789", count: 500) + "\"}}"

    @Test func `a report comes through`() async throws {
        let head = ["Content-Type: application/json", "Content-Length: \(Self.report.utf8.count)"]
        let outcome = try await Self.download(.send(RawServer.response("200 OK", head, Self.report)))
        #expect(outcome.text == Self.report)
        #expect(outcome.fault == nil)
    }

    @Test(arguments: ["Content-Length: 999999", "Transfer-Encoding: chunked"])
    func `a report that is cut is never complete`(framing: String) async throws {
        let size = String(Self.report.utf8.count, radix: 16)
        let body = framing.hasPrefix("T") ? "\(size)\r\n\(Self.report)\r\n" : Self.report
        let outcome = try await Self.download(.sendAndClose(RawServer.response("200 OK", [framing], body)))
        #expect(outcome.fault?.code == .truncated)
        #expect(outcome.fault?.scope == .entryDeferred)
    }

    @Test func `a report cut without a length ends where it ends; that it is no JSON is for the receiver to see`()
        async throws
    {
        let outcome = try await Self.download(.sendAndClose(RawServer.response("200 OK", [], "{\"analysis\":{\"x")))
        // The client library sometimes takes the end for a cut: as safe, since it is fetched again.
        if let fault = outcome.fault {
            #expect(fault.code == .truncated && fault.scope == .entryDeferred)
        } else {
            #expect(outcome.text == "{\"analysis\":{\"x")
        }
    }

    @Test func `a stalled report is deferred`() async throws {
        let bytes = RawServer.response("200 OK", ["Content-Length: 999999"], Self.report)
        let outcome = try await Self.download(.send(bytes), Transport.impatient)
        #expect(outcome.fault?.code == .timedOut)
        #expect(outcome.fault?.scope == .entryDeferred)
    }

    @Test func `a redirect to another host makes the stage wait and says where to`() async throws {
        let moved = RawServer.response(
            "302 Found", ["Location: https://sso.test/login?key=\(TinyJoe.key)", "Content-Length: 0"])
        let outcome = try await Self.download(.send(moved))
        #expect(outcome.fault?.code == .redirect)
        #expect(outcome.fault?.scope == .stageWaits)
        #expect(outcome.fault?.message.contains("https://sso.test/login") == true)
        #expect(outcome.fault?.message.contains("mock") == false)
    }

    @Test func `a report that inflates out of all proportion fails`() async throws {
        let zeros = String(repeating: "A", count: 386)
        let bomb = try Transport.bytes("H4sIAAAAAAACA+3BAQ0AAADCoPdPbQ8HFA" + zeros + "/Bj74rL24JMEAA==")
        let head = RawServer.response("200 OK", ["Content-Encoding: gzip", "Content-Length: \(bomb.count)"])
        let outcome = try await Self.download(.send(head + bomb))
        // Zeros are no JSON either, and which of the two is seen first is a race.
        #expect(outcome.fault?.code == .tooLarge || outcome.fault?.code == .notJSON)
        #expect(outcome.text.isEmpty)
    }

    @Test func `an unknown authority makes the stage wait, with the remedy`() async throws {
        let authority = try TestAuthority()
        let outcome = try await Self.download(.never, tls: authority.server())
        #expect(outcome.fault?.code == .tls)
        #expect(outcome.fault?.scope == .stageWaits)
        #expect(outcome.fault?.message.contains("name its file in joe.ca_file") == true)
    }

    @Test func `a service that is not there makes the stage wait`() async throws {
        let outcome = try await Self.download(.resetAtOnce)
        #expect(outcome.fault?.code == .connect || outcome.fault?.code == .connectionLost)
        #expect(outcome.text.isEmpty)
    }
}
