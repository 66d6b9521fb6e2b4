// Finds the route of a request. Paths are split before they are decoded, so that an encoded slash in an id stays
// inside its segment; of several routes that match, the one with the most literal segments wins.

/// All routes of a mock.
struct RouteTable: Sendable {
    struct Match: Sendable {
        let route: MockRoute
        let parameters: [String: String]
    }

    private let byCount: [Int: [MockRoute]]

    init(_ routes: [MockRoute]) {
        byCount = Dictionary(grouping: routes, by: \.segments.count)
            .mapValues { $0.sorted { Self.literals($0) > Self.literals($1) } }
    }

    /// The route for `method` and `path`, or whether the path is known with other methods.
    func match(method: String, path: String) -> (match: Match?, pathIsKnown: Bool) {
        let segments = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
            .map { percentDecoded($0, plusIsBlank: false) }
        var pathIsKnown = false
        for route in byCount[segments.count] ?? [] {
            guard let parameters = Self.parameters(of: segments, in: route) else { continue }
            if route.method == method { return (Match(route: route, parameters: parameters), true) }
            pathIsKnown = true
        }
        return (nil, pathIsKnown)
    }

    private static func literals(_ route: MockRoute) -> Int {
        route.segments.count { if case .literal = $0 { true } else { false } }
    }

    private static func parameters(of segments: [String], in route: MockRoute) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (segment, expected) in zip(segments, route.segments) {
            switch expected {
            case .literal(let text):
                if text != segment { return nil }
            case .parameter(let name):
                if segment.isEmpty { return nil }
                parameters[name] = segment
            }
        }
        return parameters
    }
}
