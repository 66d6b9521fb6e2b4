// What of TruSTAR can be chosen: credentials and enclaves, the limits, and everything that the vendor's documents
// leave open. Each open point is one switch here, with our reading as its default.

/// How the mock behaves.
public struct TruStarOptions: Sendable {
    /// What a second submission with an external id of the same enclave gets. The vendor does not say.
    public enum DuplicateIDs: String, Sendable, CaseIterable {
        /// 400.
        case reject
        /// A second report with the same external id; shows a client that submits twice.
        case accept
        /// The existing report is replaced, and its id is the answer.
        case update
    }

    /// What a submission into an enclave that is not known gets. The vendor does not say.
    public enum UnknownEnclave: Int, Sendable, CaseIterable {
        case forbidden = 403
        case notFound = 404
    }

    /// Seed of report ids, tokens and Trace-Ids.
    public var seed: UInt64 = 1
    public var key = "mock-key"
    public var secret = "mock-secret"
    public var enclaves = TruStarEnclave.defaults
    public var duplicateIDs = DuplicateIDs.reject
    public var unknownEnclave = UnknownEnclave.forbidden
    /// Milliseconds until look-ups see a new report.
    public var visibilityDelay = 0
    /// Calls per minute before 429; nil never says 429 by itself. The service itself has 60.
    public var callsPerMinute: Int?
    /// Size of the daily quota, as `GET /request-quotas` shows it.
    public var dailyQuota = 3000
    /// Whether a used-up quota is answered by 429.
    public var enforcesDailyQuota = false
    /// Milliseconds that a token lives.
    public var tokenLife = 600_000
    /// Most bytes of a report's body.
    public var maximumReportBytes = 2_000_000
    /// Most indicators in a report.
    public var maximumIndicators = 2000
    /// Words that `POST /redaction/report` blackens; the company's list is empty at first.
    public var redactions: [String] = []

    public init() {}
}

/// An enclave and what the user may do there.
public struct TruStarEnclave: Sendable, Equatable {
    public var id: String
    public var name: String
    /// INTERNAL, OPEN, CLOSED, COMMUNITY, RESEARCH, …
    public var type: String
    public var read: Bool
    public var create: Bool
    public var update: Bool

    public init(id: String, name: String, type: String, read: Bool = true, create: Bool = false, update: Bool = false) {
        self.id = id
        self.name = name
        self.type = type
        self.read = read
        self.create = create
        self.update = update
    }

    /// One to submit to, one of each kind that cannot be submitted to.
    public static let defaults = [
        TruStarEnclave(
            id: "7a33144f-aef3-442b-87d4-dbf70d8afdb0", name: "Joe Sandbox", type: "INTERNAL", create: true,
            update: true),
        TruStarEnclave(id: "1a8b2c4e-5d60-4f3a-9b7c-0e1d2f3a4b5c", name: "Open Source Feed", type: "OPEN"),
        TruStarEnclave(id: "2b9c3d5f-6e71-4a4b-8c8d-1f2e3a4b5c6d", name: "Closed Source Feed", type: "CLOSED"),
        TruStarEnclave(
            id: "3cad4e60-7f82-4b5c-9d9e-2a3f4b5c6d7e", name: "Archive", type: "INTERNAL", create: false, update: true),
    ]
}
