// What a client may send as a report, read as leniently as the service does: unknown members are ignored, numbers
// pass for texts, the enclave list may hold more than one id (the first counts: the official client sends all that
// it is configured with).

import MockKit

struct Submission: Sendable {
    var title: String
    var body: String
    var enclaveID: String
    var externalID: String?
    var url: String?
    var timeBegan: Int?
    var tags: [String]

    /// Throws a 400 that says what is wrong.
    init(_ document: JSONValue?) throws {
        guard let document, let members = document.object else {
            throw TruStarServer.bad("Required request body is missing or not a JSON object")
        }
        title = try Self.required("title", members)
        body = try Self.required("reportBody", members)
        enclaveID = try Self.enclave(members["enclaveIds"])
        externalID = Self.optional("externalTrackingId", members)
        url = Self.optional("externalUrl", members)
        timeBegan = try Self.time(members["timeBegan"])
        tags = (members["tags"]?.array ?? []).compactMap { $0.string ?? $0["name"]?.string }
        for (name, value) in [("externalTrackingId", externalID), ("externalUrl", url)] {
            if let value, value.count > 500 { throw TruStarServer.bad("\(name) must not exceed 500 characters") }
        }
    }

    private static func required(_ name: String, _ members: [String: JSONValue]) throws -> String {
        guard let text = members[name]?.scalarText, !text.trimmingBlanks().isEmpty else {
            throw TruStarServer.bad("\(name) must not be empty")
        }
        return text
    }

    private static func optional(_ name: String, _ members: [String: JSONValue]) -> String? {
        guard let text = members[name]?.scalarText, !text.isEmpty else { return nil }
        return text
    }

    private static func enclave(_ value: JSONValue?) throws -> String {
        let ids: [String] =
            switch value {
            case .array(let list): list.compactMap(\.string)
            case .string(let text): text.split(separator: ",").map { $0.trimmingBlanks() }
            default: []
            }
        guard let first = ids.first(where: { !$0.isEmpty }) else {
            throw TruStarServer.bad("enclaveIds must not be empty")
        }
        return first
    }

    /// ISO 8601 with a zone, or milliseconds.
    private static func time(_ value: JSONValue?) throws -> Int? {
        switch value {
        case nil, .null: return nil
        case .string(let text):
            guard let time = CivilTime.milliseconds(iso: text) else {
                throw TruStarServer.bad("timeBegan is not an ISO-8601 time: \(text)")
            }
            return time
        case .some(let value):
            guard let number = value.integer, number >= 0, number < 100_000_000_000_000 else {
                throw TruStarServer.bad("timeBegan must be an ISO-8601 time or milliseconds")
            }
            return number
        }
    }
}

extension TruStarServer {
    enum Right { case create, update }

    /// The enclave, if the user may do that there.
    func enclave(_ id: String, _ right: Right) throws -> TruStarEnclave {
        guard let enclave = options.enclaves.first(where: { $0.id == id }) else {
            throw options.unknownEnclave == .forbidden ? Self.forbidden : Self.refused(404, "Enclave not found: \(id)")
        }
        guard right == .create ? enclave.create : enclave.update else { throw Self.forbidden }
        return enclave
    }

    /// Indicators of a report; throws the 413 of one that is too large.
    func indicators(title: String, body: String) throws -> [TruStarIndicator] {
        if body.utf8.count > options.maximumReportBytes { throw RefusalError(.tooLarge) }
        let found = IndicatorExtractor.indicators(in: [title, body])
        if found.count > options.maximumIndicators { throw RefusalError(.tooLarge) }
        return found
    }
}
