// A report as the mock holds it, and how it is shown to clients.

import MockKit

/// An indicator by type and value.
public struct TruStarIndicator: Sendable, Codable, Hashable {
    /// IP, CIDR_BLOCK, URL, EMAIL_ADDRESS, MD5, SHA1, SHA256, SOFTWARE, REGISTRY_KEY, CVE, BITCOIN_ADDRESS.
    public let type: String
    public let value: String

    public init(type: String, value: String) {
        self.type = type
        self.value = value
    }
}

/// A report.
public struct TruStarReport: Sendable, Codable, Equatable {
    public let id: String
    public internal(set) var externalID: String?
    public internal(set) var title: String
    public internal(set) var body: String
    /// Milliseconds since the epoch.
    public let created: Int
    public internal(set) var updated: Int
    public internal(set) var timeBegan: Int?
    public internal(set) var url: String?
    public internal(set) var enclaveID: String
    /// Lower-case, in the order in which they came.
    public internal(set) var tags: [String] = []
    public internal(set) var indicators: [TruStarIndicator] = []
    /// How often this report was replaced after its creation.
    public internal(set) var updates = 0
    /// When it was really taken, whatever the clock said.
    let arrived: Int
    /// From when on look-ups see it.
    var visibleFrom: Int
    /// How often a report with this external id was created in this enclave, deleted ones included.
    public internal(set) var createdCount = 1

    /// The object that clients get.
    func json(withBody: Bool, includeNotes: Bool = false) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(id),
            "externalTrackingId": externalID.map(JSONValue.string) ?? .null,
            "title": .string(title),
            "reportBody": withBody ? .string(body) : .null,
            "created": .integer(created),
            "updated": .integer(updated),
            "timeBegan": timeBegan.map(JSONValue.integer) ?? .null,
            "distributionType": "ENCLAVE",
            "enclaveIds": [.string(enclaveID)],
            "externalUrl": url.map(JSONValue.string) ?? .null,
        ]
        if includeNotes { members["notes"] = [] }
        return .object(members)
    }
}
