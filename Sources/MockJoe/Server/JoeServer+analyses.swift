// `analysis/info`, `analysis/search`, `analysis/delete`.

import MockKit

extension JoeServer {
    func analysisInfo(_ call: Call) throws -> MockResponse {
        var entry = try entry(call)
        if call.request.hasFault(.notReady), entry.phase == .finished { entry.phase = .running }
        return JoeServer.data(info(entry))
    }

    func analysisDelete(_ call: Call) throws -> MockResponse {
        let entry = try entry(call)
        change { state in
            state.deleted[entry.webid] = call.time
            return ()
        }
        return JoeServer.data(["deleted": true], effect: "deleted")
    }

    /// The analysis that a call names.
    func entry(_ call: Call) throws -> Entry {
        let webid = try call.form.required("webid")
        guard let entry = library.entry(webid, state, time: call.time) else {
            throw JoeError(.invalidParameter, "Invalid parameter webid: no analysis '\(webid.prefix(64))'.")
        }
        return entry
    }

    /// All that the API tells about an analysis.
    func info(_ entry: Entry) -> JSONValue {
        let analysis = entry.analysis
        let isFinished = entry.phase == .finished
        var members: [String: JSONValue] = [
            "webid": .string(entry.webid), "status": .string(entry.phase.rawValue),
            "time": .string(Civil(instant: analysis.time).iso), "filename": .string(analysis.target),
            "original_filename": .string(analysis.originalName), "scriptname": .string(analysis.script),
            "comments": .string(analysis.comments), "tags": .array(analysis.tags.map(JSONValue.string)),
            "encrypted": .bool(analysis.encrypted), "md5": .string(analysis.digests?.md5 ?? ""),
            "sha1": .string(analysis.digests?.sha1 ?? ""), "sha256": .string(analysis.digests?.sha256 ?? ""),
            "detection": .string(isFinished ? analysis.verdict.rawValue : "unknown"),
            "score": .integer(isFinished ? analysis.score : 0),
            "classification": .string(isFinished ? analysis.classification : ""),
            "threatname": .string(isFinished ? analysis.threat : ""),
            "has_malwareconfig": .bool(isFinished && analysis.hasConfiguration),
            "runs": .array(isFinished ? analysis.runs.map(run) : []),
        ]
        if case .reverser = entry.source {
            members["analysis_type"] = "reverser"
        } else {
            members["analysis_type"] = "sandbox"
        }
        if isFinished {
            members["analysisid"] = .string(String(analysis.analysisid))
            members["duration"] = .integer(analysis.duration)
        }
        return .object(members)
    }

    private func run(_ run: Run) -> JSONValue {
        [
            "detection": .string(run.verdict.rawValue), "error": run.error.map(JSONValue.string) ?? .null,
            "system": .string(run.system.name),
            "yara": .bool(run.yara), "sigma": .bool(run.sigma), "snort": .bool(run.snort), "score": .integer(run.score),
        ]
    }

    // MARK: Search

    func analysisSearch(_ call: Call) throws -> MockResponse {
        let query = try Query(call.form)
        let state = state
        let reverser = try call.form.flag("include-reverser-analyses") ?? false
        let hits = listing(state, after: nil, most: Int.max, reverser: reverser, time: call.time).compactMap {
            line -> JSONValue? in
            guard let entry = library.entry(line.webid, state, time: call.time), query.matches(entry) else {
                return nil
            }
            return info(entry)
        }
        return JoeServer.data(.array(hits))
    }
}

/// What `analysis/search` looks for: `q` in many fields, or named fields that must all match. Nothing distinguishes
/// upper and lower case.
struct Query: Sendable {
    private let fields: [(name: String, value: String)]

    private static let known = [
        "q", "md5", "sha1", "sha256", "filename", "url", "tag", "comments", "ioc-url", "ioc-dropped-file", "ioc-domain",
        "ioc-public-ip",
        "detection", "threatname", "before-date", "after-date",
    ]

    init(_ form: JoeForm) throws {
        fields = Query.known.compactMap { name in form[name].flatMap { $0.isEmpty ? nil : (name, $0.lowercased()) } }
        if fields.isEmpty { throw JoeError.missing("q") }
        for (name, value) in fields where name.hasSuffix("-date") {
            let parts = value.split(separator: "-", omittingEmptySubsequences: false).map(\.utf8.count)
            guard parts == [4, 2, 2], value.utf8.allSatisfy({ $0 == 45 || ($0 >= 48 && $0 <= 57) }) else {
                throw JoeError.invalid(name)
            }
        }
    }

    func matches(_ entry: Entry) -> Bool {
        fields.allSatisfy { matches(entry, $0.name, $0.value) }
    }

    private func matches(_ entry: Entry, _ name: String, _ value: String) -> Bool {
        let analysis = entry.analysis
        let digests = analysis.digests
        switch name {
        case "q":
            let haystack = [
                digests?.md5, digests?.sha1, digests?.sha256, analysis.target, analysis.originalName, analysis.script,
                analysis.comments,
                String(analysis.analysisid),
            ]
            return haystack.contains { $0?.lowercased().contains(value) ?? false }
        case "md5": return digests?.md5 == value
        case "sha1": return digests?.sha1 == value
        case "sha256": return digests?.sha256 == value
        case "filename": return !analysis.kind.isAddress && contains([analysis.target, analysis.originalName], value)
        case "url": return analysis.kind.isAddress && contains([analysis.target], value)
        case "tag": return contains(analysis.tags, value)
        case "comments": return contains([analysis.comments], value)
        case "detection": return entry.phase == .finished && analysis.verdict.rawValue == value
        case "threatname": return entry.phase == .finished && analysis.threat.lowercased() == value
        case "before-date": return Civil(instant: analysis.time).dashed < value
        case "after-date": return Civil(instant: analysis.time).dashed > value
        default: return entry.phase == .finished && matchesEvidence(analysis, name, value)
        }
    }

    private func matchesEvidence(_ analysis: Analysis, _ name: String, _ value: String) -> Bool {
        let evidence = Evidence(analysis, run: analysis.mostInterestingRun)
        switch name {
        case "ioc-url": return contains(evidence.links.map(\.url), value)
        case "ioc-dropped-file": return contains(evidence.dropped.map(\.path), value)
        case "ioc-domain": return evidence.hosts.contains { $0.name.lowercased() == value }
        default: return evidence.addresses.contains { $0.network != nil && $0.ip == value }
        }
    }

    private func contains(_ texts: [String], _ value: String) -> Bool {
        texts.contains { $0.lowercased().contains(value) }
    }
}
