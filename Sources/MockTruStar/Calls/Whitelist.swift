// The company's whitelist, and the phishing triage, whose submissions are the reports tagged `phishing`.

import MockKit
import Synchronization

extension TruStarServer {
    var whitelistRoutes: [MockRoute] {
        [
            call("GET", "/whitelist") { [self] in try whitelisted($0) },
            call("POST", "/whitelist") { [self] in try addToWhitelist($0) },
            call("DELETE", "/whitelist") { [self] in try removeFromWhitelist($0) },
        ]
    }

    var triageRoutes: [MockRoute] {
        [
            call("POST", "/triage/submissions") { [self] in triageSubmissions($0) },
            call("POST", "/triage/submissions/{id}/status") { [self] in try setTriageStatus($0) },
            call("POST", "/triage/indicators") { [self] in triageIndicators($0) },
        ]
    }

    private static func object(_ indicator: TruStarIndicator) -> JSONValue {
        ["indicatorType": .string(indicator.type), "value": .string(indicator.value)]
    }

    private func whitelisted(_ request: MockRequest) throws -> MockResponse {
        try page(state.withLock { $0.whitelist }, of: request, maximum: 1000) { Self.object($0) }
    }

    /// Answers with what was recognised; the rest is dropped without a word.
    private func addToWhitelist(_ request: MockRequest) throws -> MockResponse {
        guard let terms = request.json?.array?.compactMap(\.string) else {
            throw Self.bad("Required request body is not a list")
        }
        let found = IndicatorExtractor.indicators(in: terms)
        state.withLock { state in
            for indicator in found where !state.whitelist.contains(indicator) { state.whitelist.append(indicator) }
            state.revision += 1
        }
        return .json(.array(found.map(Self.object)), effect: "whitelisted")
    }

    private func removeFromWhitelist(_ request: MockRequest) throws -> MockResponse {
        guard let value = request.query["value"] else { throw Self.bad("Required parameter 'value' is not present") }
        let type = request.query["indicatorType"]
        try state.withLock { state in
            let before = state.whitelist.count
            state.whitelist.removeAll { $0.value == value && (type == nil || $0.type == type) }
            if state.whitelist.count == before { throw Self.refused(404, "Indicator is not whitelisted: \(value)") }
            state.revision += 1
        }
        return MockResponse(effect: "whitelisted")
    }

    private func phishing(_ request: MockRequest) -> [(TruStarReport, String)] {
        state.withLock { state in
            state.all.filter { $0.visibleFrom <= request.arrived && enclaveIsReadable($0.enclaveID) }
                .filter { $0.tags.contains("phishing") }
                .map { ($0, state.triage[$0.id] ?? "UNRESOLVED") }
        }
    }

    /// The last page has no cursor.
    private static func cursorPage(_ items: [JSONValue]) -> MockResponse {
        .json(["items": .array(items), "responseMetadata": .object([:])])
    }

    private func triageSubmissions(_ request: MockRequest) -> MockResponse {
        Self.cursorPage(
            phishing(request).map { report, status in
                [
                    "submissionId": .string(report.id), "title": .string(report.title), "priorityEventScore": "3",
                    "status": .string(status), "context": .array(report.indicators.prefix(100).map(Self.triageObject)),
                ]
            })
    }

    private func triageIndicators(_ request: MockRequest) -> MockResponse {
        let all = phishing(request).flatMap { $0.0.indicators }
        var seen = Set<TruStarIndicator>()
        return Self.cursorPage(all.filter { seen.insert($0).inserted }.prefix(1000).map(Self.triageObject))
    }

    private static func triageObject(_ indicator: TruStarIndicator) -> JSONValue {
        [
            "indicatorType": .string(indicator.type), "value": .string(indicator.value), "sourceKey": "joe_sandbox",
            "normalizedIndicatorScore": 3, "originalIndicatorScore": ["name": "score", "value": "3"],
        ]
    }

    private func setTriageStatus(_ request: MockRequest) throws -> MockResponse {
        let id = request.parameters["id"] ?? ""
        let status = (request.query["status"] ?? "").uppercased()
        guard ["UNRESOLVED", "CONFIRMED", "IGNORED"].contains(status) else {
            throw Self.bad("Invalid status: \(status)")
        }
        try state.withLock { state in
            guard state.reports[id] != nil else { throw Self.refused(404, "Submission not found: \(id)") }
            state.triage[id] = status
            state.revision += 1
        }
        return MockResponse(effect: "triaged")
    }
}
