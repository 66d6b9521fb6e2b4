// Everything that the mock remembers, as one value that can be written to a file and read again. The indexes are
// made from the rest when a state is loaded.

import MockKit

struct TruStarState: Sendable, Codable {
    struct Token: Sendable, Codable, Equatable {
        let value: String
        let issued: Int
    }

    /// An indicator that was submitted by itself.
    struct Submitted: Sendable, Codable, Equatable {
        let indicator: TruStarIndicator
        let enclaveID: String
        var firstSeen: Int
        var lastSeen: Int
        var sightings: Int
        var source: String?
        var notes: String?
    }

    struct IndicatorTag: Sendable, Codable, Equatable {
        let value: String
        let name: String
        let enclaveID: String
    }

    struct EarlyToken: Sendable, Codable, Equatable {
        let number: Int
        let remaining: Int
    }

    struct Export: Sendable, Codable, Equatable {
        let id: String
        let rows: String
    }

    var reports: [String: TruStarReport] = [:]
    var order: [String] = []
    /// By enclave and external id: how many reports were ever created.
    var creations: [String: Int] = [:]
    var token: Token?
    var retired: [String] = []
    var tokenRequests = 0
    var earlyTokens: [EarlyToken] = []
    var ids = 0
    var submitted: [Submitted] = []
    var indicatorTags: [IndicatorTag] = []
    var whitelist: [TruStarIndicator] = []
    var triage: [String: String] = [:]
    var exports: [Export] = []
    var quotaDay = 0
    var quotaUsed = 0
    var recentCalls: [Int] = []
    var revision = 0

    private var byExternalID: [String: [String]] = [:]

    private enum CodingKeys: String, CodingKey {
        case reports, order, creations, token, retired, tokenRequests, earlyTokens, ids, submitted, indicatorTags
        case whitelist, triage, exports, quotaDay, quotaUsed, recentCalls, revision
    }

    init() {}

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        reports = try members.decode([String: TruStarReport].self, forKey: .reports)
        order = try members.decode([String].self, forKey: .order)
        creations = try members.decode([String: Int].self, forKey: .creations)
        token = try members.decodeIfPresent(Token.self, forKey: .token)
        retired = try members.decode([String].self, forKey: .retired)
        tokenRequests = try members.decode(Int.self, forKey: .tokenRequests)
        earlyTokens = try members.decode([EarlyToken].self, forKey: .earlyTokens)
        ids = max(0, try members.decode(Int.self, forKey: .ids))
        submitted = try members.decode([Submitted].self, forKey: .submitted)
        indicatorTags = try members.decode([IndicatorTag].self, forKey: .indicatorTags)
        whitelist = try members.decode([TruStarIndicator].self, forKey: .whitelist)
        triage = try members.decode([String: String].self, forKey: .triage)
        exports = try members.decode([Export].self, forKey: .exports)
        quotaDay = try members.decode(Int.self, forKey: .quotaDay)
        quotaUsed = try members.decode(Int.self, forKey: .quotaUsed)
        recentCalls = try members.decode([Int].self, forKey: .recentCalls)
        revision = try members.decode(Int.self, forKey: .revision)
        guard Set(order) == Set(reports.keys), order.count == reports.count else {
            throw MockError("the state lists reports that it does not hold")
        }
        for id in order {
            if let report = reports[id] { index(report) }
        }
    }
}

extension TruStarState {
    /// A new id, the same in each run with the same seed.
    mutating func newID(seed: UInt64, _ use: String) -> String {
        ids += 1
        var random = SeededRandom(seed: seed, "trustar", use, String(ids))
        return random.uuid()
    }

    static func slot(_ enclaveID: String, _ externalID: String) -> String { "\(enclaveID)|\(externalID)" }

    /// All reports in the order of their creation.
    var all: [TruStarReport] { order.compactMap { reports[$0] } }

    mutating func insert(_ report: TruStarReport) {
        var report = report
        if let externalID = report.externalID {
            let slot = Self.slot(report.enclaveID, externalID)
            creations[slot, default: 0] += 1
            report.createdCount = creations[slot] ?? 1
        }
        reports[report.id] = report
        order.append(report.id)
        index(report)
        revision += 1
    }

    mutating func replace(_ report: TruStarReport) {
        if let old = reports[report.id] { unindex(old) }
        reports[report.id] = report
        index(report)
        revision += 1
    }

    mutating func remove(_ id: String) {
        guard let old = reports.removeValue(forKey: id) else { return }
        unindex(old)
        order.removeAll { $0 == id }
        revision += 1
    }

    /// Reports with an external id, oldest first; in one enclave, or in all.
    func reports(externalID: String, enclaveID: String? = nil) -> [TruStarReport] {
        (byExternalID[externalID] ?? []).compactMap { reports[$0] }
            .filter { enclaveID == nil || $0.enclaveID == enclaveID }
    }

    private mutating func index(_ report: TruStarReport) {
        if let externalID = report.externalID { byExternalID[externalID, default: []].append(report.id) }
    }

    private mutating func unindex(_ report: TruStarReport) {
        guard let externalID = report.externalID else { return }
        byExternalID[externalID]?.removeAll { $0 == report.id }
        if byExternalID[externalID]?.isEmpty == true { byExternalID[externalID] = nil }
    }
}
