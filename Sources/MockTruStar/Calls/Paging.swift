// Pages as TruSTAR numbers them, and the filters that listings share.

import MockKit

extension TruStarServer {
    /// A page of `all`; refuses numbers that are none, and cuts a page size that is too large.
    func page<Item>(
        _ all: [Item], of request: MockRequest, size: Int = 25, maximum: Int = 50, _ show: (Item) -> JSONValue
    ) throws -> MockResponse {
        let number = try Self.whole("pageNumber", request) ?? 0
        let asked = try Self.whole("pageSize", request) ?? size
        let size = min(max(1, asked), maximum)
        var all = all[...]
        if request.hasFault(.listingChanges), number > 0 { all = all.dropFirst() }
        let start = number > all.count / size ? all.count : min(all.count, number * size)
        var items = all.dropFirst(start).prefix(size).map(show)
        if request.hasFault(.duplicateItems), let first = items.first { items.insert(first, at: 0) }
        let hasNext = start + size < all.count
        return .json([
            "items": .array(items), "hasNext": .bool(hasNext), "pageNumber": .integer(number),
            "pageSize": .integer(size), "totalElements": .integer(all.count),
            "totalPages": .integer((all.count + size - 1) / size), "empty": .bool(items.isEmpty),
        ])
    }

    static func whole(_ name: String, _ request: MockRequest) throws -> Int? {
        guard let text = request.query[name], !text.isEmpty else { return nil }
        guard let number = Int(text), number >= 0, number < 100_000_000_000_000 else {
            throw bad("Failed to convert value of '\(name)' to a number: \(text)")
        }
        return number
    }

    /// What a listing asks for: time of last change, enclaves, tags.
    struct Filter: Sendable {
        var from: Int
        var to: Int
        let enclaves: [String]
        let tags: [String]
        let excludedTags: [String]

        init(_ request: MockRequest, window: Int, longest: Int) throws {
            let day = 86_400_000
            to = try TruStarServer.whole("to", request) ?? request.time
            from = try TruStarServer.whole("from", request) ?? (to - window * day)
            from = max(from, to - longest * day)
            enclaves = request.query.list("enclaveIds")
            tags = request.query.list("tags").map { $0.lowercased() }
            excludedTags = request.query.list("excludedTags").map { $0.lowercased() }
        }
    }

    /// Visible reports that match, most lately changed first.
    func reports(_ filter: Filter, _ request: MockRequest, in state: TruStarState) -> [TruStarReport] {
        state.all.filter { report in
            report.visibleFrom <= request.arrived && report.updated >= filter.from && report.updated <= filter.to
                && enclaveIsReadable(report.enclaveID)
                && (filter.enclaves.isEmpty || filter.enclaves.contains(report.enclaveID))
                && filter.tags.allSatisfy(report.tags.contains)
                && !filter.excludedTags.contains(where: report.tags.contains)
        }
        .enumerated().sorted { ($0.element.updated, $0.offset) > ($1.element.updated, $1.offset) }.map(\.element)
    }
}
