// The token: one request however many wait, one renewal per call, never a loop.

import NIOCore
import NIOHTTP1
import Spool
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10)))
struct TokenTests {
    /// A clock that is moved by hand.
    final class Clock: Sendable {
        private let start = ContinuousClock.now
        private let elapsed = Mutex(Duration.zero)

        func advance(_ duration: Duration) { elapsed.withLock { $0 += duration } }

        var now: ContinuousClock.Instant { start + elapsed.withLock { $0 } }
    }

    /// Lets nothing through until it is opened.
    actor Gate {
        private var isOpen = false
        private var waiting: [CheckedContinuation<Void, Never>] = []
        private var arrivals: [CheckedContinuation<Void, Never>] = []
        private(set) var arrived = 0

        func pass() async {
            arrived += 1
            for arrival in arrivals { arrival.resume() }
            arrivals = []
            if !isOpen { await withCheckedContinuation { waiting.append($0) } }
        }

        func somebodyArrives() async {
            if arrived == 0 { await withCheckedContinuation { arrivals.append($0) } }
        }

        func open() {
            isOpen = true
            for one in waiting { one.resume() }
            waiting = []
        }
    }

    @Test func `a hundred calls at once ask for one token`() async throws {
        let gate = Gate()
        let transport = ScriptedTransport { request in
            guard request.endpoint.path == "/oauth/token" else { return .json("{}", status: 404) }
            await gate.pass()
            return .token("t")
        }
        let client = try TinyTruStar.client(transport)
        let absent = try await withThrowingTaskGroup { group in
            for number in 0..<100 {
                group.addTask { try await client.find(externalID: "x\(number)").value == nil }
            }
            await gate.somebodyArrives()
            await gate.open()
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(absent == 100)
        #expect(await gate.arrived == 1)
        #expect(transport.requests.count == 101)
    }

    @Test func `a token is used until shortly before it ends`() async throws {
        let server = TinyTruStar()
        let clock = Clock()
        let client = try TinyTruStar.client(server.transport, now: { clock.now })
        _ = try await client.find(externalID: "x")
        clock.advance(.seconds(538))
        _ = try await client.find(externalID: "x")
        #expect(server.tokens == 1)
        clock.advance(.seconds(2))
        _ = try await client.find(externalID: "x")
        #expect(server.tokens == 2)
    }

    @Test func `a token with a few seconds left is used for most of them`() async throws {
        let server = TinyTruStar(tokenAnswer: .token("token-1", life: 8))
        let clock = Clock()
        let client = try TinyTruStar.client(server.transport, now: { clock.now })
        _ = try await client.find(externalID: "x")
        clock.advance(.seconds(5))
        _ = try await client.find(externalID: "x")
        #expect(server.tokens == 1)
        clock.advance(.seconds(2))
        _ = try await client.find(externalID: "x")
        #expect(server.tokens == 2)
    }

    @Test(arguments: [
        "\"expires_in\":0", "\"expires_in\":-9", "\"expires_in\":\"600\"", "\"x\":1", "\"expires_in\":1e300",
    ])
    func `an odd life of a token does no harm`(field: String) async throws {
        let server = TinyTruStar(tokenAnswer: .json("{\"access_token\":\"token-1\",\(field)}"))
        #expect(try await TinyTruStar.client(server.transport).find(externalID: "x").value == nil)
    }

    @Test(arguments: ["Expired", "Invalid"])
    func `a token that is refused is renewed and the call goes through`(word: String) async throws {
        let refused = Mutex(false)
        let transport = ScriptedTransport { request in
            if request.endpoint.path == "/oauth/token" { return .token(refused.withLock { $0 } ? "new" : "old") }
            if request.headers.first(name: "Authorization") == "Bearer new" { return .text("pong") }
            refused.withLock { $0 = true }
            return .tokenRefusal(word)
        }
        let client = try TinyTruStar.client(transport)
        #expect(try await client.ping().value == "pong")
        #expect(try await client.ping().value == "pong")
        #expect(transport.requests.map(\.endpoint.path).filter { $0 == "/oauth/token" }.count == 2)
    }

    @Test func `a server that refuses every token is asked twice and not again`() async throws {
        let server = TinyTruStar(expired: .max)
        let transport = server.transport
        let fault = await fault { try await TinyTruStar.client(transport).find(externalID: "x") }
        #expect(fault?.code == .unauthorized)
        #expect(fault?.scope == .stageWaits)
        #expect(fault?.traceID == "trace-refusal")
        #expect(transport.requests.count == 4)
    }

    @Test func `another 400 is no reason for another token`() async throws {
        let transport = ScriptedTransport {
            $0.endpoint.path == "/oauth/token" ? .token("t") : .json("{\"message\":\"Expired report\"}", status: 400)
        }
        #expect(await fault { try await TinyTruStar.client(transport).find(externalID: "x") }?.code == .rejected)
        #expect(transport.requests.count == 2)
    }

    @Test func `a 401 drops the token, but the call is not repeated`() async throws {
        let server = ScriptedTransport { $0.endpoint.path == "/oauth/token" ? .token("t") : .json("{}", status: 401) }
        let client = try TinyTruStar.client(server)
        #expect(await fault { try await client.ping() }?.scope == .stageStops)
        #expect(await fault { try await client.ping() }?.scope == .stageStops)
        #expect(
            server.requests.map(\.endpoint.path) == ["/oauth/token", "/api/1.3/ping", "/oauth/token", "/api/1.3/ping"])
    }

    @Test(arguments: [400, 401, 403])
    func `wrong credentials stop the stage and name the keys`(status: Int) async throws {
        let server = TinyTruStar(
            tokenAnswer: .json("{\"error\":\"Unauthorized\"}", status: status, headers: ["Trace-Id": "t"]))
        let fault = try #require(
            await fault { try await TinyTruStar.client(server.transport).create(TruStarClientTests.report) })
        #expect(fault.code == .unauthorized)
        #expect(fault.scope == .stageStops)
        #expect(fault.traceID == "t")
        #expect(fault.message.contains("check trustar.api_key and trustar.api_secret"))
    }

    @Test(arguments: [
        (ScriptedTransport.Reply.page(), Fault.Code.htmlAnswer), (.page(403), .htmlAnswer), (.json("{}"), .malformed),
        (.json("{\"access_token\":\"a b\"}"), .malformed), (.json("no"), .notJSON),
        (.json("{}", status: 500), .serverError),
        (.json("{\"waitTime\":5}", status: 429), .rateLimited), (.failing(.timedOut, sent: true), .timedOut),
    ])
    func `trouble with the token makes the stage wait, not the entry`(
        reply: ScriptedTransport.Reply, code: Fault.Code
    ) async throws {
        let server = TinyTruStar(tokenAnswer: reply)
        let fault = await fault { try await TinyTruStar.client(server.transport).create(TruStarClientTests.report) }
        #expect(fault?.code == code)
        #expect(fault?.scope == .stageWaits)
    }

    @Test func `a failed request for a token is not remembered`() async throws {
        let next = ScriptedTransport.sequence([.json("{}", status: 503), .token("t")])
        let transport = ScriptedTransport { $0.endpoint.path == "/oauth/token" ? await next($0) : .text("pong") }
        let client = try TinyTruStar.client(transport)
        #expect(await fault { try await client.ping() }?.code == .unavailable)
        #expect(try await client.ping().value == "pong")
    }

    /// A server whose token comes only when the gate is open.
    static func gated(_ gate: Gate) -> ScriptedTransport {
        ScriptedTransport { request in
            guard request.endpoint.path == "/oauth/token" else { return .text("pong") }
            await gate.pass()
            return .token("t")
        }
    }

    @Test func `who is cancelled stops waiting for a token at once`() async throws {
        let gate = Gate()
        let client = try TinyTruStar.client(Self.gated(gate))
        let impatient = Task { await fault { try await client.ping() } }
        await gate.somebodyArrives()
        impatient.cancel()
        #expect(await impatient.value?.code == .cancelled)
        await gate.open()
        #expect(try await client.ping().value == "pong")
    }

    @Test func `the others get their token when one is cancelled`() async throws {
        let gate = Gate()
        let client = try TinyTruStar.client(Self.gated(gate))
        let patient = Task { try await client.ping().value }
        await gate.somebodyArrives()
        let impatient = Task { await fault { try await client.ping() } }
        impatient.cancel()
        #expect(await impatient.value?.code == .cancelled)
        await gate.open()
        #expect(try await patient.value == "pong")
        #expect(await gate.arrived == 1)
    }
}
