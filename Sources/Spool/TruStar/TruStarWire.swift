// What TruSTAR is sent and what it sends, as far as it is looked into. Read leniently, as the other side varies.

/// A report to submit or to replace. What is nil is left out: null may be taken as a value.
struct TruStarSubmission: Encodable {
    var title: String
    var reportBody: String
    var enclaveIds: [String]
    var externalTrackingId: String
    var externalUrl: String?
    var timeBegan: String?
    var distributionType = "ENCLAVE"

    init(_ report: OutgoingReport) {
        title = report.title
        reportBody = report.body
        // Exactly one, although the vendor's own client sends all that it was given.
        enclaveIds = [report.enclaveID]
        externalTrackingId = report.externalID
        externalUrl = report.externalURL
        timeBegan = report.timeBegan
    }
}

struct TruStarTagChange: Encodable {
    struct Name: Encodable {
        var name: String
    }

    var addedTags: [Name]
    var removedTags: [Name]

    init(add: [String], remove: [String]) {
        addedTags = add.map(Name.init)
        removedTags = remove.map(Name.init)
    }
}

/// A report's internal id: a UUID in lower case, sent as bare text.
struct TruStarID {
    let text: String

    /// Blanks around it and JSON's quotes are forgiven.
    init?(_ body: String) {
        var text = Substring(body.trimmingBlanks)
        if text.count > 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12], groups.allSatisfy({ $0.utf8.allSatisfy(Self.isHex) }) else {
            return nil
        }
        self.text = text.lowercased()
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

struct TruStarToken: Decodable {
    var value: String
    var life: Duration

    enum Key: String, CodingKey {
        case accessToken = "access_token"
        case expiresIn = "expires_in"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let value = try container.lenientString(.accessToken), !value.isEmpty,
            value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { throw WireJSON.Mismatch("no access_token") }
        self.value = value
        // A server that does not say is asked again soon; one that says nonsense is not believed for more than a day.
        let seconds = try container.lenientInt(.expiresIn) ?? 60
        life = .seconds(min(max(seconds, 0), 86_400))
    }
}

struct TruStarReport: Decodable {
    var report: RemoteReport

    enum Key: String, CodingKey {
        case id, externalTrackingId, externalId, title, reportBody, timeBegan, externalUrl, enclaveIds
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let id = try container.lenientString(.id), !id.isEmpty else { throw WireJSON.Mismatch("no id") }
        let tracking = try container.lenientString(.externalTrackingId)
        report = RemoteReport(
            id: id, externalID: try tracking ?? container.lenientString(.externalId),
            title: try container.lenientString(.title), body: try container.lenientString(.reportBody),
            timeBegan: try container.lenientInt(.timeBegan).map { Int64($0) },
            externalURL: try container.lenientString(.externalUrl),
            enclaveIDs: try container.lenientStrings(.enclaveIds)
        )
    }
}

struct TruStarTag: Decodable {
    var name: String?

    enum Key: String, CodingKey {
        case name
    }

    init(from decoder: any Decoder) throws {
        name = try decoder.container(keyedBy: Key.self).lenientString(.name)
    }
}

/// A place for reports, with what this account may do there.
package struct Enclave: Sendable, Equatable, Decodable {
    package var id: String
    package var name: String
    /// `INTERNAL`, `OPEN`, `CLOSED`, …; only an INTERNAL one can be written with a user's own key.
    package var type: String
    package var canRead: Bool
    package var canCreate: Bool
    package var canUpdate: Bool

    enum Key: String, CodingKey {
        case id, name, type, read, create, update
    }

    package init(id: String, name: String, type: String, canRead: Bool, canCreate: Bool, canUpdate: Bool) {
        self.id = id
        self.name = name
        self.type = type
        self.canRead = canRead
        self.canCreate = canCreate
        self.canUpdate = canUpdate
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let id = try container.lenientString(.id) else { throw WireJSON.Mismatch("an enclave has no id") }
        self.init(
            id: id, name: try container.lenientString(.name) ?? "", type: try container.lenientString(.type) ?? "",
            canRead: try container.lenientBool(.read) ?? false, canCreate: try container.lenientBool(.create) ?? false,
            canUpdate: try container.lenientBool(.update) ?? false
        )
    }
}

/// How much of a quota is used.
package struct RequestQuota: Sendable, Equatable, Decodable {
    package var limit: Int
    package var used: Int
    /// Length of the window, and when the next one begins (milliseconds since 1970).
    package var window: Duration?
    package var nextReset: Int64?

    enum Key: String, CodingKey {
        case maxRequests, usedRequests, timeWindow, nextResetTime
    }

    package init(limit: Int, used: Int, window: Duration?, nextReset: Int64?) {
        self.limit = limit
        self.used = used
        self.window = window
        self.nextReset = nextReset
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let limit = try container.lenientInt(.maxRequests), let used = try container.lenientInt(.usedRequests)
        else {
            throw WireJSON.Mismatch("a quota has no numbers")
        }
        self.init(
            limit: limit, used: used, window: try container.lenientInt(.timeWindow).map { .milliseconds($0) },
            nextReset: try container.lenientInt(.nextResetTime).map { Int64($0) }
        )
    }
}
