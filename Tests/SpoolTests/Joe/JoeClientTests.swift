import NIOCore
import NIOHTTP1
import Spool
import Testing

struct JoeClientTests {
    @Test(arguments: [1, 2, 5, 100])
    func `the client is a source as the port asks`(pageSize: Int) async throws {
        var joe = TinyJoe()
        joe.pageSize = pageSize
        let source = try TinyJoe.client(joe.transport)
        try await SourceConformance(source: source, webids: joe.webids, finished: "752112").check()
    }

    @Test func `requests look like those of the vendor's own client`() async throws {
        let transport = ScriptedTransport(.json("{\"data\":[]}"))
        let client = try TinyJoe.client(transport)
        _ = try await client.analyses(after: nil)
        _ = try await client.analyses(after: "a b/ä")
        let first = try #require(transport.requests.first)
        #expect(first.method == .post)
        #expect(first.endpoint.url == "https://joe.test/api/v2/analysis/list")
        #expect(first.headers.first(name: "Content-Type") == "application/x-www-form-urlencoded")
        #expect(first.headers.first(name: "User-Agent") == "spoolctl/test")
        #expect(first.bodyText == "apikey=\(TinyJoe.key)&pagination=1")
        #expect(transport.requests.last?.bodyText == "apikey=\(TinyJoe.key)&pagination=1&pagination_next=a+b%2F%C3%A4")
    }

    @Test(arguments: [
        "{\"data\":[{\"webid\":\"1\"}]}", "{\"data\":[{\"webid\":1}],\"pagination\":{}}",
        "{\"data\":[{\"webid\":\"1\",\"x\":{}}],\"pagination\":null}",
        "{\"data\":[{\"webid\":1}],\"pagination\":{\"next\":null}}",
        "{\"data\":[{\"webid\":1},{\"id\":2},null,\"x\",{\"webid\":null}],\"pagination\":{\"next\":\"\"}}",
    ])
    func `a last page is known in all its forms`(text: String) async throws {
        #expect(try await TinyJoe.client(.json(text)).analyses(after: nil) == AnalysisPage(webids: ["1"], next: nil))
    }

    @Test func `a token may be a number, and an empty list is a list`() async throws {
        let page = try await TinyJoe.client(.json("{\"data\":null,\"pagination\":{\"next\":17}}")).analyses(after: nil)
        #expect(page == AnalysisPage(webids: [], next: "17"))
    }

    @Test(arguments: [
        ("{\"data\":[],\"pagination\":{\"next\":\"t\"}}", Fault.Code.malformed),
        ("{\"data\":[{\"id\":1}]}", .malformed),
        ("{\"data\":{}}", .malformed), ("{}", .malformed), ("[]", .malformed), ("{\"data\":[", .notJSON),
        ("", .notJSON),
        ("pong", .notJSON), ("<?xml version='1.0'?>", .notJSON), ("\u{0}", .notJSON),
        ("{\"errors\":[{\"code\":5,\"message\":\"down\"}]}", .maintenance),
    ])
    func `an answer that is no list makes the stage wait`(text: String, code: Fault.Code) async throws {
        let client = try TinyJoe.client(.json(text))
        let fault = await fault { try await client.analyses(after: "t") }
        #expect(fault?.code == code)
        #expect(fault?.scope == .stageWaits)
    }

    @Test func `a deeply nested answer is refused, not followed`() async throws {
        let text = "{\"data\":" + String(repeating: "[", count: 100_000)
        #expect(await fault { try await TinyJoe.client(.json(text)).analyses(after: nil) }?.code == .notJSON)
    }

    @Test func `an HTML page asks whether the address is right`() async throws {
        for status in [200, 404] {
            let fault = await fault { try await TinyJoe.client(.page(status)).analyses(after: nil) }
            #expect(fault?.code == .htmlAnswer)
            #expect(fault?.scope == .stageWaits)
            #expect(fault?.message.contains("got an HTML page from joe.test") == true)
            #expect(fault?.message.contains("is joe.base_url right?") == true)
        }
    }

    @Test(arguments: [
        (1, Fault.Code.quota, Fault.Scope.stageWaits), (2, .rejected, .entryFailed), (3, .rejected, .entryFailed),
        (4, .unauthorized, .stageStops), (5, .maintenance, .stageWaits), (6, .serverError, .entryDeferred),
        (7, .licence, .stageStops), (8, .notFound, .stageWaits), (99, .rejected, .entryFailed),
    ])
    func `the vendor's code decides, whatever the status`(code: Int, name: Fault.Code, scope: Fault.Scope) async throws
    {
        for body in ["{\"code\":\(code),\"message\":\"m\"}", "{\"code\":\"\(code)\"}"] {
            let client = try TinyJoe.client(.json("{\"errors\":[\(body)]}", status: 400))
            let fault = await fault { try await client.download("7", type: "json", run: nil) { _ in } }
            #expect(fault?.code == name)
            #expect(fault?.scope == scope)
            #expect(fault?.vendorCode == code)
            #expect(fault?.status == 400)
        }
    }

    @Test(arguments: ["{\"errors\":[]}", "{\"errors\":\"no\"}", "{\"errors\":[3]}", "{}", "", "no"])
    func `without a code the status decides`(text: String) async throws {
        let client = try TinyJoe.client(.json(text, status: 502))
        #expect(await fault { try await client.info("7") }?.code == .serverError)
    }

    @Test func `the key is in no message, even if the server echoes it`() async throws {
        let text = "{\"errors\":[{\"code\":4,\"message\":\"Invalid API key: \(TinyJoe.key)\"}]}"
        let client = try TinyJoe.client(.json(text, status: 403))
        let fault = try #require(await fault { try await client.analyses(after: nil) })
        var dumped = ""
        dump(client, to: &dumped)
        #expect(!("\(fault)" + dumped).contains("mockmock"))
        #expect(fault.message.contains("Invalid API key: <redacted>"))
        #expect(fault.message.contains("check joe.api_key"))
    }

    @Test func `a wait that the server asks for is passed on`() async throws {
        let client = try TinyJoe.client(.text("busy", status: 429, headers: ["Retry-After": "7"]))
        let fault = await fault { try await client.info("7") }
        #expect(fault?.code == .rateLimited)
        #expect(fault?.retryAfter == .seconds(7))
    }

    @Test(arguments: TransportFailure.Kind.allCases)
    func `a failure of the network makes a list wait or stop, never an entry`(kind: TransportFailure.Kind) async throws
    {
        for sent in [true, false] {
            let fault = await fault { try await TinyJoe.client(.failing(kind, sent: sent)).analyses(after: nil) }
            #expect(fault?.scope == .stageWaits || fault?.scope == .stageStops)
        }
    }

    @Test func `server and account are read`() async throws {
        #expect(try await TinyJoe.client(.json("{\"data\":{\"online\":true}}")).serverOnline())
        #expect(try await !TinyJoe.client(.json("{\"data\":{\"online\":\"0\"}}")).serverOnline())
        #expect(await fault { try await TinyJoe.client(.json("{\"data\":{}}")).serverOnline() }?.code == .malformed)
        #expect(try await TinyJoe.client(.json("{\"data\":{\"queuesize\":3}}")).serverQueue() == 3)
        let quota = "{\"daily\":{\"current\":1,\"limit\":\"30\",\"remaining\":29},\"monthly\":null}"
        let account = try await TinyJoe.client(.json("{\"data\":{\"type\":\"ultimate\",\"quota\":\(quota)}}")).account()
        #expect(account.type == "ultimate")
        #expect(account.daily?.limit == 30)
        #expect(account.daily?.remaining == 29)
        #expect(account.monthly == nil)
        #expect(try await TinyJoe.client(.json("{\"data\":{\"type\":\"x\",\"quota\":null}}")).account().type == "x")
    }
}
