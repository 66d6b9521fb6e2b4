// Calls that look for indicators: search, related, trends, the deprecated listing; and the bulk export, which is
// finished as soon as it is asked for.

import MockKit
import Synchronization

extension TruStarServer {
    var indicatorListRoutes: [MockRoute] {
        [
            call("GET", "/indicators") { [self] request in
                try listed(request, IndicatorFilter(request, window: 7, longest: 365), term: "", maximum: 1000)
            },
            call("GET", "/indicators/search") { [self] in try search($0, term: $0.query["searchTerm"]) },
            call("POST", "/indicators/search") { [self] request in
                try search(request, term: request.json?["searchTerm"]?.scalarText ?? request.query["searchTerm"])
            },
            call("GET", "/indicators/related") { [self] in try related($0) },
            call("GET", "/indicators/community-trending") { [self] in try trending($0) },
        ]
    }

    var exportRoutes: [MockRoute] {
        [
            call("POST", "/indicators/metadata/bulk-export") { [self] in try startExport($0) },
            call("GET", "/indicators/metadata/bulk-export/{id}/status") { [self] in try exportStatus($0) },
            call("GET", "/indicators/metadata/bulk-export/{id}/data") { [self] in try exportData($0) },
            call("GET", "/indicators/metadata/bulk-export/{id}/data.csv") { [self] in try exportData($0) },
        ]
    }

    private func term(_ text: String?) throws -> String {
        let term = (text ?? "").trimmingBlanks()
        if !term.isEmpty && term.count < 3 { throw Self.bad("Search term must be at least 3 characters.") }
        return term
    }

    private func search(_ request: MockRequest, term: String?) throws -> MockResponse {
        let filter = try IndicatorFilter(request, window: 365, longest: 365)
        return try listed(request, filter, term: self.term(term), maximum: 1000)
    }

    private func listed(
        _ request: MockRequest, _ filter: IndicatorFilter, term: String, maximum: Int
    ) throws -> MockResponse {
        let needle = Needle(term)
        let (views, whitelist) = state.withLock { (self.views(filter, at: request.arrived, in: $0), Set($0.whitelist)) }
        let found = views.filter { needle.occurs(in: $0.indicator.value) }.prefix(10_000)
        return try page(Array(found), of: request, maximum: maximum) { Self.short($0, whitelist) }
    }

    /// Those in the reports that hold the given ones, of the last 90 days.
    private func related(_ request: MockRequest) throws -> MockResponse {
        let values = Set(request.query.list("indicators"))
        if values.isEmpty { throw Self.bad("Required parameter 'indicators' is not present") }
        let filter = try IndicatorFilter(request, window: 90, longest: 90)
        let (views, whitelist) = state.withLock { (self.views(filter, at: request.arrived, in: $0), Set($0.whitelist)) }
        let reports = Set(views.filter { values.contains($0.indicator.value) }.flatMap(\.reports))
        let found = views.filter { view in
            !values.contains(view.indicator.value) && view.reports.contains(where: reports.contains)
        }
        return try page(found, of: request, size: 100, maximum: 1000) { Self.short($0, whitelist) }
    }

    /// The most correlated first; malware names and CVEs only when asked for.
    private func trending(_ request: MockRequest) throws -> MockResponse {
        let days = try Self.whole("daysBack", request) ?? 1
        guard (1...30).contains(days) else { throw Self.bad("daysBack must be between 1 and 30") }
        let filter = try IndicatorFilter(request, window: days, longest: 30)
        let views = state.withLock { self.views(filter, at: request.arrived, in: $0) }
        let shown = filter.types.isEmpty ? views.filter { $0.indicator.type != "CVE" } : views
        return .json(
            .array(
                shown.prefix(10).map { view in
                    [
                        "indicatorType": .string(view.indicator.type), "value": .string(view.indicator.value),
                        "correlationCount": .integer(view.reports.count),
                    ]
                }))
    }

    private func startExport(_ request: MockRequest) throws -> MockResponse {
        let filter = try IndicatorFilter(request, window: 365, longest: 365)
        let needle = Needle(try term(request.json?["searchTerm"]?.scalarText))
        let id = state.withLock { state in
            let found = views(filter, at: request.arrived, in: state).filter { needle.occurs(in: $0.indicator.value) }
            let rows = found.prefix(10_000).map { view in
                [
                    view.indicator.type, view.indicator.value, "\(view.firstSeen)", "\(view.lastSeen)",
                    "\(view.sightings)",
                ]
                .map(Self.csvField).joined(separator: ",")
            }
            let head = "indicatorType,value,firstSeen,lastSeen,sightings"
            let id = state.newID(seed: options.seed, "export")
            state.exports.append(.init(id: id, rows: ([head] + rows).joined(separator: "\n") + "\n"))
            if state.exports.count > 20 { state.exports.removeFirst() }
            state.revision += 1
            return id
        }
        return .json(["guid": .string(id)], effect: "export")
    }

    private static func csvField(_ text: String) -> String {
        text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
            ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }

    private func export(_ request: MockRequest) throws -> TruStarState.Export {
        let id = request.parameters["id"] ?? ""
        guard let export = state.withLock({ $0.exports.first { $0.id == id } }) else {
            throw Self.refused(404, "Export not found: \(id)")
        }
        return export
    }

    private func exportStatus(_ request: MockRequest) throws -> MockResponse {
        .json(["guid": .string(try export(request).id), "status": "COMPLETE"])
    }

    private func exportData(_ request: MockRequest) throws -> MockResponse {
        .text(try export(request).rows, contentType: "text/csv;charset=UTF-8")
    }
}
