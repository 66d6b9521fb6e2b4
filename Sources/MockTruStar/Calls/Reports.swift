// Single reports: submit, replace, upsert, get, delete, status, copy, move.
//
// Visibility: what was submitted less than `visibilityDelay` ago is not found by look-ups (GET, and anything by
// external id); calls that change it by its internal id work at once. Uniqueness of external ids knows it, too.

import MockKit
import Synchronization

extension TruStarServer {
    var reportRoutes: [MockRoute] {
        [
            call("POST", "/reports", .exempt) { [self] in try submit($0) },
            call("PUT", "/reports/{id}", .exempt) { [self] in try update($0) },
            call("POST", "/reports/upsert", .exempt) { [self] in try upsert($0) },
            call("GET", "/reports/{id}") { [self] in try details($0) },
            call("DELETE", "/reports/{id}") { [self] in try delete($0) },
            call("GET", "/reports/{id}/status") { [self] in try status($0) },
            call("GET", "/reports/{id}/indicators") { [self] in try indicators($0) },
            call("POST", "/reports/copy/{id}") { [self] in try copy($0) },
            call("POST", "/reports/move/{id}") { [self] in try move($0) },
        ]
    }

    /// The report that a path names. `lookUp` asks for one that look-ups can see already.
    func find(_ request: MockRequest, in state: TruStarState, lookUp: Bool) throws -> TruStarReport {
        let id = request.parameters["id"] ?? ""
        let idType = request.query["idType"]?.lowercased() ?? "internal"
        guard idType == "internal" || idType == "external" else { throw Self.bad("Invalid idType: \(idType)") }
        let candidates =
            idType == "external" ? state.reports(externalID: id) : state.reports[id].map { [$0] } ?? []
        let mustBeVisible = lookUp || idType == "external"
        let found = candidates.first { report in
            return (isVisible(report, to: request) || !mustBeVisible) && enclaveIsReadable(report.enclaveID)
        }
        guard let found else { throw Self.refused(404, "Report not found: \(id)") }
        return found
    }

    /// Whether look-ups see it. The fault `not-ready` hides what is young: a service that loses sight for hours of what it
    /// has accepted could be used by nobody without doubles.
    private func isVisible(_ report: TruStarReport, to request: MockRequest) -> Bool {
        if let fault = request.fault, fault.name == .notReady {
            let seconds = fault.integer("seconds") ?? Self.processing
            if request.arrived < report.arrived + seconds * 1000 { return false }
        }
        return report.visibleFrom <= request.arrived
    }

    /// Seconds that processing takes at the longest; the vendor's own integration asks for a new report for 20.
    private static let processing = 30

    func enclaveIsReadable(_ id: String) -> Bool { options.enclaves.first { $0.id == id }?.read ?? false }

    private func submit(_ request: MockRequest) throws -> MockResponse {
        let submission = try Submission(request.json)
        _ = try enclave(submission.enclaveID, .create)
        let indicators = try indicators(title: submission.title, body: submission.body)
        return try state.withLock { state in
            if let externalID = submission.externalID,
                let existing = state.reports(externalID: externalID, enclaveID: submission.enclaveID).first
            {
                switch options.duplicateIDs {
                case .reject: throw Self.bad(Self.duplicateText)
                case .accept: break
                case .update:
                    replace(existing, by: submission, indicators, at: request.time, in: &state)
                    return .text(existing.id, effect: "updated")
                }
            }
            let id = insert(submission, indicators, request, in: &state)
            return .text(id, effect: "created")
        }
    }

    private func update(_ request: MockRequest) throws -> MockResponse {
        let old = try state.withLock { try find(request, in: $0, lookUp: false) }
        let submission = try Submission(request.json)
        _ = try enclave(old.enclaveID, .update)
        if submission.enclaveID != old.enclaveID { _ = try enclave(submission.enclaveID, .create) }
        let indicators = try indicators(title: submission.title, body: submission.body)
        try state.withLock { state in
            let old = try find(request, in: state, lookUp: false)
            if let externalID = submission.externalID, options.duplicateIDs == .reject,
                state.reports(externalID: externalID, enclaveID: submission.enclaveID).contains(where: {
                    $0.id != old.id
                })
            {
                throw Self.bad(Self.duplicateText)
            }
            replace(old, by: submission, indicators, at: request.time, in: &state)
        }
        return MockResponse(effect: "updated")
    }

    private func upsert(_ request: MockRequest) throws -> MockResponse {
        var submission = try Submission(request.json)
        let mode = request.query["mode"]?.uppercased() ?? "OVERRIDE"
        guard mode == "OVERRIDE" || mode == "APPEND" else { throw Self.bad("Invalid mode: \(mode)") }
        let guid = request.json?["guid"]?.string
        let existing = state.withLock { state in
            guid.flatMap { state.reports[$0] }
                ?? submission.externalID.flatMap {
                    state.reports(externalID: $0, enclaveID: submission.enclaveID).first
                }
        }
        _ = try enclave(submission.enclaveID, existing == nil ? .create : .update)
        if mode == "APPEND", let existing { submission.body = existing.body + "\n" + submission.body }
        let indicators = try indicators(title: submission.title, body: submission.body)
        return state.withLock { state in
            guard let existing, state.reports[existing.id] != nil else {
                return .text(insert(submission, indicators, request, in: &state), effect: "created")
            }
            replace(existing, by: submission, indicators, at: request.time, in: &state)
            return .text(existing.id, effect: "updated")
        }
    }

    private func insert(
        _ submission: Submission, _ indicators: [TruStarIndicator], _ request: MockRequest, in state: inout TruStarState
    ) -> String {
        let time = request.time
        let id = state.newID(seed: options.seed, "report")
        state.insert(
            TruStarReport(
                id: id, externalID: submission.externalID, title: submission.title, body: submission.body,
                created: time, updated: time, timeBegan: submission.timeBegan ?? time, url: submission.url,
                enclaveID: submission.enclaveID, indicators: indicators,
                arrived: request.arrived,
                visibleFrom: request.arrived + max(0, options.visibilityDelay)))
        return id
    }

    /// Every field: what is not given is wiped.
    private func replace(
        _ old: TruStarReport, by submission: Submission, _ indicators: [TruStarIndicator], at time: Int,
        in state: inout TruStarState
    ) {
        var report = state.reports[old.id] ?? old
        report.externalID = submission.externalID
        report.title = submission.title
        report.body = submission.body
        report.url = submission.url
        report.timeBegan = submission.timeBegan
        report.enclaveID = submission.enclaveID
        report.indicators = indicators
        report.updated = time
        report.updates += 1
        state.replace(report)
    }

    private func details(_ request: MockRequest) throws -> MockResponse {
        let report = try state.withLock { try find(request, in: $0, lookUp: true) }
        return .json(report.json(withBody: true, includeNotes: request.query.flag("includeNotes") ?? false))
    }

    private func delete(_ request: MockRequest) throws -> MockResponse {
        try state.withLock { state in
            let report = try find(request, in: state, lookUp: false)
            _ = try enclave(report.enclaveID, .update)
            state.remove(report.id)
        }
        return MockResponse(effect: "deleted")
    }

    /// By internal id only.
    private func status(_ request: MockRequest) throws -> MockResponse {
        let id = request.parameters["id"] ?? ""
        guard let report = state.withLock({ $0.reports[id] }), enclaveIsReadable(report.enclaveID) else {
            throw Self.refused(404, "Report not found: \(id)")
        }
        let isReady = isVisible(report, to: request)
        return .json([
            "id": .string(id), "status": isReady ? "SUBMISSION_SUCCESS" : "SUBMISSION_PROCESSING", "errorMessage": "",
        ])
    }

    private func indicators(_ request: MockRequest) throws -> MockResponse {
        let (report, whitelist) = try state.withLock {
            (try find(request, in: $0, lookUp: true), Set($0.whitelist))
        }
        let applies = request.query.flag("applyWhitelist") ?? true
        let shown = report.indicators.filter { !applies || !whitelist.contains($0) }
        return try page(shown, of: request, size: 100, maximum: 1000) { indicator in
            [
                "indicatorType": .string(indicator.type), "value": .string(indicator.value), "weight": 1,
                "whitelisted": .bool(whitelist.contains(indicator)),
            ]
        }
    }

    private func copy(_ request: MockRequest) throws -> MockResponse {
        let target = try enclave(request.query["destEnclaveId"] ?? "", .create)
        let source = try state.withLock { try find(request, in: $0, lookUp: true) }
        var submission: Submission
        var tags = source.tags
        if request.query.flag("copyFromProvidedSubmission") ?? false {
            submission = try Submission(request.json)
            tags = try submission.tags.map(Self.tagName)
            submission.enclaveID = target.id
        } else {
            submission = Submission(copying: source, to: target.id)
        }
        let indicators = try indicators(title: submission.title, body: submission.body)
        let id = try state.withLock { state in
            if let externalID = submission.externalID, options.duplicateIDs == .reject,
                !state.reports(externalID: externalID, enclaveID: target.id).isEmpty
            {
                throw Self.bad(Self.duplicateText)
            }
            let id = insert(submission, indicators, request, in: &state)
            if var copy = state.reports[id] {
                copy.tags = tags
                state.replace(copy)
            }
            return id
        }
        return .json(["id": .string(id)], effect: "copied")
    }

    private func move(_ request: MockRequest) throws -> MockResponse {
        let target = try enclave(request.query["destEnclaveId"] ?? "", .create)
        let id = try state.withLock { state in
            var report = try find(request, in: state, lookUp: false)
            _ = try enclave(report.enclaveID, .update)
            report.enclaveID = target.id
            report.updated = request.time
            state.replace(report)
            return report.id
        }
        return .json(["id": .string(id)], effect: "moved")
    }
}

extension Submission {
    /// Title, body, time and link of an existing report; an external id belongs to one report and stays there.
    init(copying report: TruStarReport, to enclaveID: String) {
        title = report.title
        body = report.body
        self.enclaveID = enclaveID
        externalID = nil
        url = report.url
        timeBegan = report.timeBegan
        tags = report.tags
    }
}
