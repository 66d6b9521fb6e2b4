// A TruSTAR of a few lines behind the scripted transport: tokens, reports, tags. Enough to run the port's conformance
// suite on the real client without a network.

import FoundationEssentials
import NIOCore
import NIOHTTP1
import Spool
import Synchronization

final class TinyTruStar: Sendable {
    struct Stored: Sendable {
        var id: String
        var fields: [String: String]
        var enclave: String
        var tags: Set<String> = []
    }

    struct State: Sendable {
        var reports: [String: Stored] = [:]
        var tokens = 0
        var refusals = 0
    }

    let state = Mutex(State())
    /// What a token call answers instead of a token.
    let tokenAnswer: ScriptedTransport.Reply?
    /// How many data calls are refused with the words of an expired token.
    let expired: Int

    init(tokenAnswer: ScriptedTransport.Reply? = nil, expired: Int = 0) {
        self.tokenAnswer = tokenAnswer
        self.expired = expired
    }

    var tokens: Int { state.withLock { $0.tokens } }

    var transport: ScriptedTransport { ScriptedTransport { [self] in reply(to: $0) } }

    static func client(
        _ transport: any HTTPTransport, pace: Pace? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) throws -> TruStarClient {
        TruStarClient(
            transport: transport,
            endpoints: .init(
                api: try Endpoint("https://ts.test/api/1.3"), auth: try Endpoint("https://ts.test/oauth/token")),
            key: "mock-key", secret: "mock-secret", identity: .init(version: "1.0", userAgent: "spoolctl/test"),
            pace: pace,
            now: now
        )
    }

    /// A client whose token is given and whose next answers are these.
    static func client(_ replies: ScriptedTransport.Reply...) throws -> TruStarClient {
        let next = ScriptedTransport.sequence(replies)
        return try client(ScriptedTransport { $0.endpoint.path == "/oauth/token" ? .token("t1") : await next($0) })
    }

    private func reply(to request: HTTPRequest) -> ScriptedTransport.Reply {
        state.withLock { state in
            if request.endpoint.path == "/oauth/token" {
                state.tokens += 1
                return tokenAnswer ?? .token("token-\(state.tokens)")
            }
            guard request.headers.first(name: "Authorization")?.hasPrefix("Bearer token-") == true else {
                return .tokenRefusal("Invalid")
            }
            if state.refusals < expired {
                state.refusals += 1
                return .tokenRefusal("Expired")
            }
            return answer(request, &state)
        }
    }

    private func answer(_ request: HTTPRequest, _ state: inout State) -> ScriptedTransport.Reply {
        let path = request.endpoint.path.dropFirst("/api/1.3/".count).split(separator: "/").map(Self.decoded)
        switch (request.method, path.count, path.last) {
        case (.post, 1, "reports"):
            var stored = Stored(
                id: "00000000-0000-4000-8000-\(100_000_000_000 + state.reports.count)", fields: [:], enclave: "")
            guard let external = fill(&stored, request) else { return .json("{\"message\":\"bad\"}", status: 400) }
            state.reports[external] = stored
            return .text(stored.id, headers: ["Trace-Id": "trace-create"])
        case (.get, 2, _):
            guard let stored = state.reports[path[1]] else { return .json("{\"status\":404}", status: 404) }
            return .json(json(stored, external: path[1]), headers: ["Trace-Id": "trace-find"])
        case (.put, 2, _):
            guard var stored = state.reports[path[1]] else { return .json("{\"status\":404}", status: 404) }
            _ = fill(&stored, request)
            state.reports[path[1]] = stored
            return .text("", headers: ["Trace-Id": "trace-update"])
        case (_, 3, _):
            guard let external = state.reports.first(where: { $0.value.id == path[1] })?.key else {
                return .json("{\"status\":404}", status: 404)
            }
            if request.method == .get {
                let tags = state.reports[external]?.tags.map { "{\"guid\":\"\($0)\",\"name\":\"\($0)\"}" } ?? []
                return .json("[\(tags.joined(separator: ","))]")
            }
            guard let change = try? JSONDecoder().decode(Change.self, from: Data(request.bodyText.utf8)) else {
                return .json("{\"message\":\"bad\"}", status: 400)
            }
            state.reports[external]?.tags.formUnion(change.addedTags.map { $0.name.lowercased() })
            state.reports[external]?.tags.subtract(change.removedTags.map { $0.name.lowercased() })
            return .json("{\"id\":\"\(path[1])\"}")
        default:
            return .json("{\"status\":404}", status: 404)
        }
    }

    private struct Submission: Decodable {
        var title: String
        var reportBody: String
        var enclaveIds: [String]
        var externalTrackingId: String
        var externalUrl: String?
        var timeBegan: String?
        var distributionType: String
    }

    private struct Change: Decodable {
        struct Name: Decodable { var name: String }
        var addedTags: [Name]
        var removedTags: [Name]
    }

    private func fill(_ stored: inout Stored, _ request: HTTPRequest) -> String? {
        guard let sent = try? JSONDecoder().decode(Submission.self, from: Data(request.bodyText.utf8)),
            sent.enclaveIds.count == 1, sent.distributionType == "ENCLAVE"
        else { return nil }
        stored.enclave = sent.enclaveIds[0]
        stored.fields = ["title": sent.title, "reportBody": sent.reportBody, "externalUrl": sent.externalUrl ?? ""]
        return sent.externalTrackingId
    }

    private func json(_ stored: Stored, external: String) -> String {
        struct Wire: Encodable {
            var id: String
            var externalTrackingId: String
            var title: String?
            var reportBody: String?
            var externalUrl: String?
            var enclaveIds: [String]
            var timeBegan = 1_545_335_305_000
        }
        let wire = Wire(
            id: stored.id, externalTrackingId: external, title: stored.fields["title"],
            reportBody: stored.fields["reportBody"], externalUrl: stored.fields["externalUrl"],
            enclaveIds: [stored.enclave]
        )
        return (try? JSONEncoder().encode(wire)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// One segment of a path, percent-decoded.
    private static func decoded(_ segment: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = segment.utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(rest.prefix(2)) ?? "", radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ScriptedTransport.Reply {
    static func token(_ value: String, life: Int = 599) -> ScriptedTransport.Reply {
        .json("{\"access_token\":\"\(value)\",\"token_type\":\"bearer\",\"expires_in\":\(life),\"scope\":\"read\"}")
    }

    static func tokenRefusal(_ word: String) -> ScriptedTransport.Reply {
        let text = "{\"error\":\"invalid_request\",\"error_description\":\"\(word) oauth2 access token\"}"
        return .json(text, status: 400, headers: ["Trace-Id": "trace-refusal"])
    }
}
