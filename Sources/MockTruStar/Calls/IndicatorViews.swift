// Indicators as clients see them: gathered from the reports that hold them and from those submitted by themselves.

import MockKit

/// One indicator over all that the user may read.
struct IndicatorView: Sendable {
    let indicator: TruStarIndicator
    var firstSeen: Int
    var lastSeen: Int
    var sightings = 0
    var enclaves: [String] = []
    var reports: [String] = []
    var source: String?
    var notes: String?

    mutating func add(enclave: String, from: Int, to: Int, sightings: Int) {
        firstSeen = min(firstSeen, from)
        lastSeen = max(lastSeen, to)
        self.sightings += min(max(0, sightings), 1_000_000_000)
        if !enclaves.contains(enclave) { enclaves.append(enclave) }
    }
}

extension TruStarServer {
    /// What to gather.
    struct IndicatorFilter: Sendable {
        var from = 0
        var to = Int.max
        var enclaves: [String] = []
        var types: Set<String> = []
        var tags: [String] = []
        var excludedTags: [String] = []

        /// `window` in days, up to `longest`.
        init(_ request: MockRequest, window: Int, longest: Int) throws {
            let filter = try Filter(request, window: window, longest: longest)
            from = filter.from
            to = filter.to
            enclaves = filter.enclaves
            types = Set((request.query.list("entityTypes") + request.query.list("type")).map { $0.uppercased() })
            tags = filter.tags + request.query.list("tagIds").map { $0.lowercased() }
            excludedTags = filter.excludedTags + request.query.list("excludedTagIds").map { $0.lowercased() }
        }

        init(_ request: MockRequest) { enclaves = request.query.list("enclaveIds") }
    }

    /// All indicators that match, the most often seen first.
    func views(_ filter: IndicatorFilter, at time: Int, in state: TruStarState) -> [IndicatorView] {
        var views: [TruStarIndicator: IndicatorView] = [:]
        var order: [TruStarIndicator] = []
        func add(_ indicator: TruStarIndicator, _ change: (inout IndicatorView) -> Void, _ from: Int, _ to: Int) {
            if views[indicator] == nil { order.append(indicator) }
            var view = views[indicator] ?? IndicatorView(indicator: indicator, firstSeen: from, lastSeen: to)
            change(&view)
            views[indicator] = view
        }
        for report in state.all where reads(report.enclaveID, filter) && report.visibleFrom <= time {
            guard report.updated >= filter.from, report.updated <= filter.to else { continue }
            for indicator in report.indicators {
                add(
                    indicator,
                    {
                        $0.add(enclave: report.enclaveID, from: report.created, to: report.updated, sightings: 1)
                        $0.reports.append(report.id)
                    }, report.created, report.updated)
            }
        }
        for entry in state.submitted where reads(entry.enclaveID, filter) {
            guard entry.lastSeen >= filter.from, entry.lastSeen <= filter.to else { continue }
            add(
                entry.indicator,
                {
                    $0.add(
                        enclave: entry.enclaveID, from: entry.firstSeen, to: entry.lastSeen, sightings: entry.sightings)
                    $0.source = entry.source ?? $0.source
                    $0.notes = entry.notes ?? $0.notes
                }, entry.firstSeen, entry.lastSeen)
        }
        return order.compactMap { views[$0] }
            .filter { matches($0, filter, in: state) }
            .enumerated().sorted { ($1.element.sightings, $0.offset) < ($0.element.sightings, $1.offset) }
            .map(\.element)
    }

    private func reads(_ enclaveID: String, _ filter: IndicatorFilter) -> Bool {
        enclaveIsReadable(enclaveID) && (filter.enclaves.isEmpty || filter.enclaves.contains(enclaveID))
    }

    private func matches(_ view: IndicatorView, _ filter: IndicatorFilter, in state: TruStarState) -> Bool {
        if !filter.types.isEmpty && !filter.types.contains(view.indicator.type) { return false }
        if filter.tags.isEmpty && filter.excludedTags.isEmpty { return true }
        let names = state.indicatorTags.filter { $0.value == view.indicator.value }.map(\.name)
        return filter.tags.allSatisfy(names.contains) && !filter.excludedTags.contains(where: names.contains)
    }

    /// Type and value, as listings show it.
    static func short(_ view: IndicatorView, _ whitelist: Set<TruStarIndicator>) -> JSONValue {
        [
            "indicatorType": .string(view.indicator.type), "value": .string(view.indicator.value), "weight": 1,
            "whitelisted": .bool(whitelist.contains(view.indicator)),
        ]
    }

    /// Everything, as metadata shows it.
    func full(_ view: IndicatorView, in state: TruStarState) -> JSONValue {
        let tags = state.indicatorTags.filter {
            $0.value == view.indicator.value && view.enclaves.contains($0.enclaveID)
        }
        return [
            "indicatorType": .string(view.indicator.type), "value": .string(view.indicator.value),
            "guid": .string("\(view.indicator.type)|\(view.indicator.value)"),
            "noteCount": .integer(view.notes == nil ? 0 : 1), "sightings": .integer(view.sightings),
            "firstSeen": .integer(view.firstSeen), "lastSeen": .integer(view.lastSeen),
            "enclaveIds": .array(view.enclaves.map(JSONValue.string)),
            "tags": .array(tags.map { Self.tagObject($0.name, $0.enclaveID) }),
            "source": view.source.map(JSONValue.string) ?? .null,
            "notes": .array(view.notes.map { [.string($0)] } ?? []),
            "correlationCount": .integer(view.reports.count),
        ]
    }
}
