// Many reports: the deprecated listing, search, correlation. `distributionType` is ignored, as the official client
// asks for COMMUNITY unless told otherwise. Bodies are null in all of them.

import MockKit
import Synchronization

extension TruStarServer {
    var listRoutes: [MockRoute] {
        [
            call("GET", "/reports") { [self] in try list($0) },
            call("GET", "/reports/search") { [self] in try search($0, term: $0.query["searchTerm"], isRequired: true) },
            call("POST", "/reports/search") { [self] request in
                let term = request.json?["searchTerm"]?.scalarText ?? request.query["searchTerm"]
                return try search(request, term: term, isRequired: false)
            },
            call("GET", "/reports/correlated") { [self] in try correlated($0) },
            call("GET", "/reports/correlate") { [self] in try correlate($0) },
        ]
    }

    /// At most two weeks, a day unless asked otherwise.
    private func list(_ request: MockRequest) throws -> MockResponse {
        let filter = try Filter(request, window: 1, longest: 14)
        let found = state.withLock { reports(filter, request, in: $0) }
        return try page(found, of: request) { $0.json(withBody: false) }
    }

    /// At most a year, a day unless asked otherwise; at most 10,000 hits.
    private func search(_ request: MockRequest, term: String?, isRequired: Bool) throws -> MockResponse {
        let term = (term ?? "").trimmingBlanks()
        if isRequired && term.isEmpty { throw Self.bad("No search term provided.") }
        if !term.isEmpty && term.count < 3 { throw Self.bad("Search term must be at least 3 characters.") }
        let filter = try Filter(request, window: 1, longest: 365)
        var found = state.withLock { reports(filter, request, in: $0) }
        if !term.isEmpty {
            let needle = Needle(term)
            found = found.filter { needle.occurs(in: $0.title) || needle.occurs(in: $0.body) }
        }
        return try page(Array(found.prefix(10_000)), of: request, maximum: 100) { $0.json(withBody: false) }
    }

    private func correlations(_ request: MockRequest) throws -> [TruStarReport] {
        let values = Set(request.query.list("indicators").map { $0.lowercased() })
        if values.isEmpty { throw Self.bad("Required parameter 'indicators' is not present") }
        if values.count > 25 { throw Self.bad("Number of indicators must not exceed 25") }
        var filter = try Filter(request, window: 365, longest: 36_500)
        filter.from = 0
        return state.withLock { reports(filter, request, in: $0) }.filter { report in
            report.indicators.contains { values.contains($0.value.lowercased()) }
        }
    }

    private func correlated(_ request: MockRequest) throws -> MockResponse {
        try page(correlations(request), of: request) { $0.json(withBody: false) }
    }

    private func correlate(_ request: MockRequest) throws -> MockResponse {
        .json(.array(try correlations(request).map { .string($0.id) }))
    }
}

/// Finds a text in others, letter case aside (ASCII), without copying them.
struct Needle: Sendable {
    private let bytes: [UInt8]

    init(_ text: String) { bytes = text.utf8.map(Self.folded) }

    func occurs(in text: String) -> Bool {
        guard let first = bytes.first else { return true }
        var text = text
        return text.withUTF8 { haystack in
            guard haystack.count >= bytes.count else { return false }
            for start in 0...(haystack.count - bytes.count) where Self.folded(haystack[start]) == first {
                var matched = 1
                while matched < bytes.count, Self.folded(haystack[start + matched]) == bytes[matched] { matched += 1 }
                if matched == bytes.count { return true }
            }
            return false
        }
    }

    private static func folded(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }
}
