import FoundationEssentials
import NIOCore
import NIOHTTP1
import Spool
import Synchronization
import Testing

struct TruStarClientTests {
    static let enclave = "7a33144f-aef3-442b-87d4-dbf70d8afdb0"
    static let id = "35e091df-d0ea-4521-9cf3-4c642ff424bf"
    static let report = OutgoingReport(
        externalID: "MzVl+/=|752112", enclaveID: enclave, title: "t", body: "b", timeBegan: "2018-12-20T19:48:25+01:00",
        externalURL: "https://joe.test/analysis/744288/0/html"
    )

    @Test func `the client is a sink as the port asks`() async throws {
        let client = try TinyTruStar.client(TinyTruStar().transport)
        try await SinkConformance(sink: client, enclaveID: Self.enclave).check()
    }

    @Test func `requests carry who we are, the token's request does not`() async throws {
        let transport = TinyTruStar().transport
        _ = try await TinyTruStar.client(transport).create(Self.report)
        let token = try #require(transport.requests.first)
        #expect(token.endpoint.url == "https://ts.test/oauth/token")
        #expect(token.headers.first(name: "Authorization") == "Basic bW9jay1rZXk6bW9jay1zZWNyZXQ=")
        #expect(token.bodyText == "grant_type=client_credentials")
        #expect(!token.headers.contains { $0.name.lowercased().hasPrefix("client-") })
        let create = try #require(transport.requests.last)
        #expect(create.endpoint.url == "https://ts.test/api/1.3/reports")
        #expect(create.headers.first(name: "Authorization") == "Bearer token-1")
        #expect(create.headers.first(name: "Client-Type") == "PYTHON_SDK")
        #expect(create.headers.first(name: "Client-Version") == "1.0")
        #expect(create.headers.first(name: "Client-Metatag") == "trustash")
        #expect(create.headers.first(name: "Content-Type") == "application/json")
        #expect(create.headers.first(name: "User-Agent") == "spoolctl/test")
    }

    @Test func `a submission has every field, an update too, and an id stays one segment of the path`() async throws {
        let transport = TinyTruStar().transport
        let client = try TinyTruStar.client(transport)
        _ = try await client.create(Self.report)
        _ = try await client.update(Self.report)
        let update = try #require(transport.requests.last)
        #expect(update.method == .put)
        #expect(update.endpoint.url == "https://ts.test/api/1.3/reports/MzVl%2B%2F%3D%7C752112?idType=external")
        #expect(update.bodyText == transport.requests[1].bodyText)
        #expect(
            update.bodyText
                == "{\"distributionType\":\"ENCLAVE\",\"enclaveIds\":[\"\(Self.enclave)\"],\"externalTrackingId\":\"MzVl+/=|752112\",\"externalUrl\":\"https://joe.test/analysis/744288/0/html\",\"reportBody\":\"b\",\"timeBegan\":\"2018-12-20T19:48:25+01:00\",\"title\":\"t\"}"
        )
        var bare = Self.report
        bare.timeBegan = nil
        bare.externalURL = nil
        _ = try await client.update(bare)
        #expect(transport.requests.last?.bodyText.contains("null") == false)
    }

    @Test(arguments: ["", ".", ".."])
    func `an id that would change the path is refused before anything is sent`(id: String) async throws {
        let transport = TinyTruStar().transport
        let client = try TinyTruStar.client(transport)
        var report = Self.report
        report.externalID = id
        #expect(await fault { try await client.find(externalID: id) }?.scope == .entryFailed)
        #expect(await fault { try await client.update(report) }?.scope == .entryFailed)
        #expect(await fault { try await client.tags(of: id) }?.scope == .entryFailed)
        #expect(await fault { try await client.alterTags(of: id, add: ["x"], remove: []) }?.scope == .entryFailed)
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: ["\(id)", "\(id)\n", " \"\(id)\" ", id.uppercased()])
    func `the bare id of a new report is taken in all its forms`(text: String) async throws {
        #expect(try await TinyTruStar.client(.text(text)).create(Self.report).value == Self.id)
    }

    @Test(arguments: [
        "", "ok", "{\"id\":\"\(id)\"}", "35e091df-d0ea-4521-9cf3-4c642ff424b", "35e091df-d0ea-4521-9cf3-4c642ff424bg",
    ])
    func `an answer without an id defers the report, since it may be there`(text: String) async throws {
        let fault = await fault { try await TinyTruStar.client(.text(text)).create(Self.report) }
        #expect(fault?.code == .malformed)
        #expect(fault?.scope == .entryDeferred)
    }

    @Test func `only a 404 of the service itself means that a report is absent`() async throws {
        let absent = "{\"status\":404,\"error\":\"Not Found\",\"message\":\"No report\"}"
        let found = try await TinyTruStar.client(.json(absent, status: 404, headers: ["Trace-Id": "t9"])).find(
            externalID: "x")
        #expect(found.value == nil)
        #expect(found.traceID == "t9")
        for status in [400, 403, 410, 429, 500, 502, 503] {
            #expect(
                await fault { try await TinyTruStar.client(.json("{}", status: status)).find(externalID: "x") } != nil)
        }
        let page = await fault { try await TinyTruStar.client(.page(404)).find(externalID: "x") }
        #expect(page?.code == .htmlAnswer)
    }

    @Test(arguments: [
        ("{\"id\":\"a\",\"timeBegan\":\"1545335305000\"}", true), ("{}", false), ("[]", false), ("{\"id\":", false),
    ])
    func `a report that is found has an id`(text: String, isReport: Bool) async throws {
        let client = try TinyTruStar.client(.json(text))
        guard isReport else {
            #expect(await fault { try await client.find(externalID: "x") }?.scope == .entryDeferred)
            return
        }
        #expect(try await client.find(externalID: "x").value?.timeBegan == 1_545_335_305_000)
    }

    @Test func `a found report may name its external id and its enclave in other ways`() async throws {
        let client = try TinyTruStar.client(
            .json("{\"id\":\"a\",\"externalId\":\"e\",\"enclaveIds\":null}"),
            .json("{\"id\":\"a\",\"enclaveIds\":\"one\"}")
        )
        #expect(try await client.find(externalID: "x").value?.externalID == "e")
        #expect(try await client.find(externalID: "x").value?.enclaveIDs == ["one"])
    }

    /// An expired token is a 400, too; only its words tell it from a refusal.
    @Test(arguments: ["", "null", "{}", "{\"message\":", "[]"])
    func `a 400 that does not say why is no refusal`(body: String) async throws {
        let client = try TinyTruStar.client(.json(body, status: 400))
        let fault = try #require(await fault { try await client.create(Self.report) })
        #expect(fault.code == .malformed && fault.scope == .entryDeferred)
        #expect(fault.message.contains("does not say why"))
    }

    @Test(arguments: [
        (400, Fault.Code.rejected, Fault.Scope.entryFailed), (401, .unauthorized, .stageStops),
        (403, .forbidden, .stageStops),
        (404, .notFound, .stageWaits), (409, .conflict, .entryFailed), (413, .tooLarge, .entryFailed),
        (429, .rateLimited, .stageWaits), (500, .serverError, .entryDeferred), (503, .unavailable, .stageWaits),
    ])
    func `a refused submission has its consequence, words and Trace-Id`(
        status: Int, code: Fault.Code, scope: Fault.Scope
    ) async throws {
        let text = "{\"timestamp\":1,\"status\":\(status),\"error\":\"E\",\"message\":\"why it is so\",\"path\":\"/x\"}"
        let client = try TinyTruStar.client(.json(text, status: status, headers: ["Trace-Id": "trace-7"]))
        let fault = try #require(await fault { try await client.create(Self.report) })
        #expect(fault.code == code)
        #expect(fault.scope == scope)
        #expect(fault.status == status)
        #expect(fault.traceID == "trace-7")
        #expect(fault.message.contains("why it is so"))
        #expect(fault.message.contains("trustar.enclave_id") == (status == 403))
    }

    @Test(arguments: [
        ("{\"message\":\"wait\",\"waitTime\":4243}", [:], Duration.milliseconds(4_243)),
        ("{\"waitTime\":\"1500\"}", ["Retry-After": "9"], .milliseconds(1_500)),
        ("{}", ["Retry-After": "9"], .seconds(9)),
        ("{\"waitTime\":-5}", [:], .seconds(60)), ("{\"waitTime\":null}", [:], .seconds(60)),
        ("slow down", [:], .seconds(60)),
        ("{\"waitTime\":999999999999999}", [:], .seconds(86_400)),
    ])
    func `too many calls: how long to wait is in the body, in milliseconds, or in the header`(
        text: String, headers: [String: String], wait: Duration
    ) async throws {
        let client = try TinyTruStar.client(.json(text, status: 429, headers: HTTPHeaders(headers.map { ($0, $1) })))
        let fault = await fault { try await client.tags(of: "x") }
        #expect(fault?.code == .rateLimited)
        #expect(fault?.retryAfter == wait)
    }

    @Test func `an HTML page after a submission or a tag call is not a success`() async throws {
        #expect(await fault { try await TinyTruStar.client(.page()).create(Self.report) }?.code == .htmlAnswer)
        #expect(await fault { try await TinyTruStar.client(.page()).update(Self.report) }?.code == .htmlAnswer)
        #expect(await fault { try await TinyTruStar.client(.page()).tags(of: "x") }?.code == .htmlAnswer)
        let tagging = await fault { try await TinyTruStar.client(.page()).alterTags(of: "x", add: ["a"], remove: []) }
        #expect(tagging?.code == .htmlAnswer)
        let blocked = await fault { try await TinyTruStar.client(.page(403)).create(Self.report) }
        #expect(blocked?.scope == .entryDeferred)
        #expect(blocked?.message.contains("is trustar.api_url right?") == true)
    }

    @Test func `enclaves, quotas, ping and version are read`() async throws {
        let enclaves =
            "[{\"id\":\"e\",\"name\":\"n\",\"type\":\"INTERNAL\",\"templateName\":null,\"read\":true,\"create\":\"true\",\"update\":false}]"
        let quotas =
            "[{\"guid\":\"g\",\"maxRequests\":3000,\"usedRequests\":12,\"timeWindow\":86400000,\"nextResetTime\":1700000000000}]"
        let client = try TinyTruStar.client(.json(enclaves), .json(quotas), .text("pong\n"), .text("1.3\n"), .text(""))
        let enclave = Enclave(id: "e", name: "n", type: "INTERNAL", canRead: true, canCreate: true, canUpdate: false)
        #expect(try await client.enclaves().value == [enclave])
        let quota = RequestQuota(limit: 3_000, used: 12, window: .seconds(86_400), nextReset: 1_700_000_000_000)
        #expect(try await client.requestQuotas().value == [quota])
        #expect(try await client.ping().value == "pong")
        #expect(try await client.version().value == "1.3")
        #expect(await fault { try await client.ping() }?.scope == .stageWaits)
    }

    @Test func `each call is paced as what it is, and not made if pacing forbids it`() async throws {
        let kinds = Mutex<[CallKind]>([])
        let transport = TinyTruStar().transport
        let client = try TinyTruStar.client(transport, pace: { kind in kinds.withLock { $0.append(kind) } })
        let id = try await client.create(Self.report).value
        _ = try await client.update(Self.report)
        _ = try await client.find(externalID: "x")
        _ = try await client.tags(of: id)
        _ = try await client.alterTags(of: id, add: ["a"], remove: [])
        _ = await fault { try await client.enclaves() }
        #expect(kinds.withLock { $0 } == [.token, .submission, .submission, .lookup, .tags, .tags, .other])
        #expect(transport.requests.count == 7)

        let used = Fault(.quota, .stageWaits, "the daily quota is used up")
        let strict = try TinyTruStar.client(
            transport, pace: { (kind) throws(Fault) in if kind == .lookup { throw used } })
        #expect(await fault { try await strict.find(externalID: "x") } == used)
        #expect(transport.requests.count == 8)
    }

    @Test func `neither key, secret nor token is in any message or dump`() async throws {
        let echo = "{\"message\":\"mock-key mock-secret bW9jay1rZXk6bW9jay1zZWNyZXQ= t1-token\"}"
        let transport = ScriptedTransport {
            $0.endpoint.path == "/oauth/token" ? .token("t1-token") : .json(echo, status: 400)
        }
        let client = try TinyTruStar.client(transport)
        let fault = try #require(await fault { try await client.create(Self.report) })
        var dumped = ""
        dump(client, to: &dumped)
        for secret in ["mock-key", "mock-secret", "bW9jay1rZXk6", "t1-token"] {
            #expect(!("\(fault)" + dumped).contains(secret), "\(secret)")
        }
    }
}
