// Calls about indicators that a client names: submit, metadata, details, summaries, tags.

import MockKit
import Synchronization

extension TruStarServer {
    var indicatorRoutes: [MockRoute] {
        [
            call("POST", "/indicators", .exempt) { [self] in try submitIndicators($0) },
            call("POST", "/indicators/metadata") { [self] in try metadata($0) },
            call("GET", "/indicators/details") { [self] in try details($0) },
            call("POST", "/indicators/summaries") { [self] in try summaries($0) },
            call("POST", "/indicators/tags") { [self] in try addIndicatorTag($0) },
            call("DELETE", "/indicators/tags/{tag}") { [self] in try deleteIndicatorTag($0) },
            call("GET", "/indicators/tags") { [self] in indicatorTags($0) },
        ]
    }

    /// The indicator that a value is, by its form; nil for what TruSTAR would not recognise.
    static func recognised(_ value: String) -> TruStarIndicator? {
        IndicatorExtractor.indicators(in: [value]).first {
            $0.value.lowercased() == value.trimmingBlanks().lowercased()
        }
    }

    private func submitIndicators(_ request: MockRequest) throws -> MockResponse {
        guard let members = request.json?.object, let content = members["content"]?.array else {
            throw Self.bad("Required request body is missing or has no 'content'")
        }
        if content.count > 10_000 { throw Self.bad("Number of indicators must not exceed 10000") }
        let ids = (members["enclaveIds"]?.array ?? []).compactMap(\.string)
        if ids.isEmpty { throw Self.bad("enclaveIds must not be empty") }
        for id in ids { _ = try enclave(id, .create) }
        let common = try tags(members["tags"])
        let entries = try content.map { item in
            guard let value = item["value"]?.scalarText, !value.isEmpty else {
                throw Self.bad("value must not be empty")
            }
            return (value, item, try tags(item["tags"]))
        }
        state.withLock { state in
            for (value, item, tags) in entries {
                guard let indicator = Self.recognised(value) else { continue }
                for id in ids { state.add(Self.submitted(indicator, item, id, request.time)) }
                for tag in tags.isEmpty ? common : tags {
                    state.tag(.init(value: indicator.value, name: tag.name, enclaveID: tag.enclaveID))
                }
            }
            state.revision += 1
        }
        return MockResponse(effect: "indicators")
    }

    private static func submitted(
        _ indicator: TruStarIndicator, _ item: JSONValue, _ enclaveID: String, _ time: Int
    ) -> TruStarState.Submitted {
        .init(
            indicator: indicator, enclaveID: enclaveID, firstSeen: bounded(item["firstSeen"]) ?? time,
            lastSeen: bounded(item["lastSeen"]) ?? time, sightings: min(bounded(item["sightings"]) ?? 1, 1_000_000_000),
            source: item["source"]?.scalarText, notes: item["notes"]?.scalarText)
    }

    private static func bounded(_ value: JSONValue?) -> Int? {
        value?.integer.map { min(max($0, 0), 100_000_000_000_000) }
    }

    private func tags(_ value: JSONValue?) throws -> [(name: String, enclaveID: String)] {
        try (value?.array ?? []).map { tag in
            guard let name = tag["name"]?.string, let enclaveID = tag["enclaveId"]?.string else {
                throw Self.bad("A tag must have a name and an enclaveId")
            }
            if let guid = tag["guid"], !guid.isNull { throw Self.bad("A tag must not have a guid") }
            return (try Self.tagName(name), enclaveID)
        }
    }

    /// Values that are not known are left out.
    private func metadata(_ request: MockRequest) throws -> MockResponse {
        guard let asked = request.json?.array else { throw Self.bad("Required request body is not a list") }
        if asked.count > 1000 { throw Self.bad("Number of indicators must not exceed 1000") }
        let pairs = asked.compactMap { item in item["value"]?.scalarText.map { ($0, item["indicatorType"]?.string) } }
        return state.withLock { state in
            let views = views(IndicatorFilter(request), at: request.arrived, in: state)
            let found = pairs.flatMap { value, type in
                views.filter { $0.indicator.value == value && (type == nil || $0.indicator.type == type) }
            }
            return .json(.array(found.map { full($0, in: state) }))
        }
    }

    private func details(_ request: MockRequest) throws -> MockResponse {
        let values = request.query.list("indicatorValues")
        if values.isEmpty { throw Self.bad("Required parameter 'indicatorValues' is not present") }
        return state.withLock { state in
            let views = views(IndicatorFilter(request), at: request.arrived, in: state)
            let whitelist = Set(state.whitelist)
            let found = values.flatMap { value in views.filter { $0.indicator.value == value } }
            return .json(
                .array(
                    found.map { view in
                        [
                            "indicatorType": .string(view.indicator.type), "value": .string(view.indicator.value),
                            "priorityLevel": .string(view.reports.count > 2 ? "HIGH" : "LOW"),
                            "correlationCount": .integer(view.reports.count), "weight": 1, "reason": .null,
                            "whitelisted": .bool(whitelist.contains(view.indicator)),
                        ]
                    }))
        }
    }

    /// One for each report that holds a value, with what the report's tags say about it.
    private func summaries(_ request: MockRequest) throws -> MockResponse {
        guard let values = request.json?.array?.compactMap(\.string) else {
            throw Self.bad("Required request body is not a list")
        }
        if values.count > 1000 { throw Self.bad("Number of indicators must not exceed 1000") }
        let enclaves = request.query.list("enclaveIds")
        let all = state.withLock { $0.all }.filter {
            $0.visibleFrom <= request.arrived && enclaveIsReadable($0.enclaveID)
                && (enclaves.isEmpty || enclaves.contains($0.enclaveID))
        }
        let found = values.flatMap { value in
            all.flatMap { report in report.indicators.filter { $0.value == value }.map { (report, $0) } }
        }
        return try page(found, of: request, maximum: 1000) { report, indicator in summary(of: indicator, in: report) }
    }

    private func summary(of indicator: TruStarIndicator, in report: TruStarReport) -> JSONValue {
        let score = report.tags.compactMap { $0.hasPrefix("confidence:") ? Int($0.dropFirst(11)) : nil }.first
        let severity = score.map { min(3, max(0, $0) / 25) }
        let enclave = options.enclaves.first { $0.id == report.enclaveID }
        return [
            "value": .string(indicator.value), "type": .string(indicator.type), "reportId": .string(report.id),
            "enclaveId": .string(report.enclaveID),
            "source": ["key": "joe_sandbox", "name": .string(enclave?.name ?? "")],
            "score": score.map { ["name": "confidence", "value": .string(String($0))] } ?? .null,
            "created": .integer(report.created), "updated": .integer(report.updated),
            "description": .string(report.title), "attributes": [],
            "severityLevel": severity.map(JSONValue.integer) ?? .null,
        ]
    }

    private func addIndicatorTag(_ request: MockRequest) throws -> MockResponse {
        guard let value = request.json?["value"]?.string, let name = request.json?["tag"]?["name"]?.string,
            let enclaveID = request.json?["tag"]?["enclaveId"]?.string
        else { throw Self.bad("value and tag with name and enclaveId are required") }
        // Known of the service: values that look like URLs with a path cannot be tagged.
        if value.contains("/") { throw Self.bad("Invalid indicator value") }
        _ = try enclave(enclaveID, .update)
        let tag = try Self.tagName(name)
        state.withLock { $0.tag(.init(value: value, name: tag, enclaveID: enclaveID)) }
        return .json(Self.tagObject(tag, enclaveID), effect: "tagged")
    }

    private func deleteIndicatorTag(_ request: MockRequest) throws -> MockResponse {
        guard let value = request.query["value"] else { throw Self.bad("Required parameter 'value' is not present") }
        let name = (request.parameters["tag"] ?? "").lowercased()
        state.withLock { state in
            state.indicatorTags.removeAll { $0.value == value && $0.name == name }
            state.revision += 1
        }
        return MockResponse(effect: "tagged")
    }

    private func indicatorTags(_ request: MockRequest) -> MockResponse {
        let enclaves = request.query.list("enclaveIds")
        let tags = state.withLock { $0.indicatorTags }.filter {
            enclaveIsReadable($0.enclaveID) && (enclaves.isEmpty || enclaves.contains($0.enclaveID))
        }
        let pairs = Set(tags.map { [$0.name, $0.enclaveID] })
        return .json(.array(pairs.sorted { $0.lexicographicallyPrecedes($1) }.map { Self.tagObject($0[0], $0[1]) }))
    }
}

extension TruStarState {
    /// Sightings of the same indicator in the same enclave add up.
    mutating func add(_ entry: Submitted) {
        guard
            let index = submitted.firstIndex(where: {
                $0.indicator == entry.indicator && $0.enclaveID == entry.enclaveID
            })
        else { return submitted.append(entry) }
        submitted[index].firstSeen = min(submitted[index].firstSeen, entry.firstSeen)
        submitted[index].lastSeen = max(submitted[index].lastSeen, entry.lastSeen)
        submitted[index].sightings = min(submitted[index].sightings + entry.sightings, 1_000_000_000)
        submitted[index].source = entry.source ?? submitted[index].source
        submitted[index].notes = entry.notes ?? submitted[index].notes
    }

    mutating func tag(_ tag: IndicatorTag) {
        if !indicatorTags.contains(tag) { indicatorTags.append(tag) }
        revision += 1
    }
}
