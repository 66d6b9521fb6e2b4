import NIOCore
import Synchronization
import Testing

@testable import Spool

@Suite struct MeasuredTransportTests {
    private final class Seen: Sendable {
        private let all = Mutex<[String]>([])
        private let signs = Mutex(0)
        var calls: [String] { all.withLock { $0 } }
        var signsOfLife: Int { signs.withLock { $0 } }
        func ended(_ call: String, _ status: String, _ duration: Duration) {
            all.withLock { $0.append("\(call) \(status)") }
            #expect(duration >= .zero && duration < .seconds(600))
        }
        func sign() { signs.withLock { $0 += 1 } }
    }

    private func measured(_ inner: any HTTPTransport, _ seen: Seen) -> MeasuredTransport {
        MeasuredTransport(
            inner: inner, name: { CallName.of($0, base: "/api") }, ended: seen.ended, signOfLife: seen.sign)
    }

    private func request(_ path: String, _ method: HTTPRequest.Method = .post) throws -> HTTPRequest {
        HTTPRequest(method, try Endpoint("https://a.example/api/\(path)"), timeout: .seconds(1))
    }

    @Test func `a request is told once, when its body has been read`() async throws {
        let seen = Seen()
        let reply = ScriptedTransport.Reply(pieces: [ByteBuffer(string: "a"), ByteBuffer(string: "b")])
        var answer = try await measured(ScriptedTransport(reply), seen).send(request("v2/analysis/download"))
        #expect(seen.calls.isEmpty)
        while try await answer.body.next() != nil {}
        _ = try await answer.body.next()
        #expect(seen.calls == ["analysis/download 2xx"])
        #expect(seen.signsOfLife >= 5)
    }

    @Test func `no answer, half an answer and an answer that nobody reads are told as well`() async throws {
        let seen = Seen()
        let transport = measured(
            ScriptedTransport(
                .failing(.connect, sent: false),
                ScriptedTransport.Reply(failure: TransportFailure(.connectionLost, requestSent: true)),
                ScriptedTransport.Reply(status: 503)), seen)
        await #expect(throws: TransportFailure.self) { try await transport.send(request("v2/analysis/list")) }
        var half = try await transport.send(request("v2/analysis/info"))
        await #expect(throws: TransportFailure.self) { try await half.body.next() }
        _ = try await transport.send(request("v2/account/info"))
        #expect(seen.calls == ["analysis/list connect", "analysis/info connectionLost", "account/info 5xx"])
    }

    @Test(arguments: [
        ("v2/analysis/list", HTTPRequest.Method.post, "analysis/list"), ("reports", .post, "POST reports"),
        ("reports/NzUy", .get, "GET reports/ID"), ("reports/NzUy", .put, "PUT reports/ID"),
        ("reports/a-b/tags", .get, "GET reports/ID/tags"),
        ("reports/a-b/alter-tags", .post, "POST reports/ID/alter-tags"),
        ("reports/a-b/752112", .get, "other"), ("enclaves", .get, "GET enclaves"), ("752112", .get, "other"),
        ("v2/analysis/752112", .post, "other"),
    ])
    func `a call's name never has an id in it`(path: String, method: HTTPRequest.Method, name: String) throws {
        #expect(CallName.of(try request(path, method), base: "/api") == name)
    }

    @Test func `the token's call is known by its own path, whatever lies elsewhere is not`() throws {
        let token = HTTPRequest(.post, try Endpoint("https://a.example/oauth/token"), timeout: .seconds(1))
        #expect(CallName.of(token, base: "/api/1.3", token: "/oauth/token") == "token")
        #expect(CallName.of(token, base: "/api/1.3") == "other")
    }
}
