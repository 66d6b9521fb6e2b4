// A Joe Sandbox of a few lines behind the scripted transport: enough to run the port's conformance suite on the real
// client without a network.

import NIOCore
import NIOHTTP1
import Spool

struct TinyJoe: Sendable {
    static let key = String(repeating: "mock", count: 16)

    var webids = ["752114", "752113", "752112", "0f8fad5b-d9cb-469f-a165-70867728950e", "7"]
    var pageSize = 2
    var report = "{\"analysis\":{\"generalinfo\":{\"id\":744288}}}"

    static func client(_ replies: ScriptedTransport.Reply..., limits: JoeClient.Limits = .init()) throws -> JoeClient {
        let next = ScriptedTransport.sequence(replies)
        return try client(ScriptedTransport(next), limits: limits)
    }

    static func client(_ transport: any HTTPTransport, limits: JoeClient.Limits = .init()) throws -> JoeClient {
        JoeClient(
            transport: transport, apiURL: try Endpoint("https://joe.test/api"), apiKey: key, userAgent: "spoolctl/test",
            limits: limits
        )
    }

    var transport: ScriptedTransport { ScriptedTransport { reply(to: $0) } }

    private func reply(to request: HTTPRequest) -> ScriptedTransport.Reply {
        let form = request.form
        guard form["apikey"] == Self.key else { return error(4, "Invalid API key", 403) }
        let webid = form["webid"] ?? ""
        switch request.endpoint.path {
        case "/api/v2/analysis/list": return list(form["pagination_next"])
        case "/api/v2/analysis/info" where webids.contains(webid):
            let run = "{\"detection\":\"malicious\",\"error\":null,\"system\":\"w10\",\"score\":64}"
            return .json("{\"data\":{\"webid\":\"\(webid)\",\"status\":\"finished\",\"runs\":[\(run)]}}")
        case "/api/v2/analysis/download" where webids.contains(webid):
            let bytes = Array(report.utf8)
            let pieces = stride(from: 0, to: bytes.count, by: 10).map {
                ByteBuffer(bytes: bytes[$0..<min($0 + 10, bytes.count)])
            }
            return .init(
                headers: ["Content-Type": "application/json", "Content-Length": "\(bytes.count)"], pieces: pieces)
        case "/api/v2/analysis/info", "/api/v2/analysis/download": return error(3, "Invalid parameter: webid", 400)
        default: return error(8, "Unknown endpoint", 404)
        }
    }

    private func list(_ token: String?) -> ScriptedTransport.Reply {
        let start = token.flatMap { webids.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        let page = webids[start...].prefix(pageSize)
        let items = page.map { "{\"webid\":\"\($0)\"}" }.joined(separator: ",")
        let isLast = start + page.count == webids.count
        let more = isLast ? "" : ",\"pagination\":{\"next\":\"\(page.last ?? "")\"}"
        return .json("{\"data\":[\(items)]\(more)}")
    }

    private func error(_ code: Int, _ message: String, _ status: Int) -> ScriptedTransport.Reply {
        .json("{\"errors\":[{\"code\":\(code),\"message\":\"\(message)\"}]}", status: status)
    }
}
