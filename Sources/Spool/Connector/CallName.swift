// Which call of which service a request is, for labels: paths as the vendors' pages write them, never with an id in it, so
// that there are as many names as calls and no more.

enum RemoteService: String, Sendable {
    case joe, trustar

    /// The stage that talks to it.
    var stage: StageName {
        switch self {
        case .joe: .fetch
        case .trustar: .submit
        }
    }
}

enum CallName {
    static let other = "other"

    /// `base` is the API's own path; `token` the path that tokens come from.
    static func of(_ request: HTTPRequest, base: String, token: String? = nil) -> String {
        let path = request.endpoint.path
        if let token, path == token { return "token" }
        guard path.hasPrefix(base) else { return other }
        let parts = path.dropFirst(base.count).split(separator: "/")
        let words = parts.map(String.init)
        switch (words.first, words.count) {
        case ("v2", 3) where known.contains("\(words[1])/\(words[2])"): return "\(words[1])/\(words[2])"
        case ("reports", 1): return "\(request.method.rawValue) reports"
        case ("reports", 2): return "\(request.method.rawValue) reports/ID"
        case ("reports", 3) where ["tags", "alter-tags"].contains(words[2]):
            return "\(request.method.rawValue) reports/ID/\(words[2])"
        case (let word?, 1) where known.contains(word): return "\(request.method.rawValue) \(word)"
        default: return other
        }
    }

    private static let known: Set<String> = [
        "analysis/list", "analysis/info", "analysis/download", "server/online", "server/info", "account/info",
        "enclaves", "request-quotas", "ping", "version",
    ]
}
