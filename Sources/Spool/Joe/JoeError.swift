// Joe Sandbox's error envelope and its codes (vendor notes, Joe Sandbox, table of codes). The code is the truth: which
// status goes with which code is not documented.

import NIOCore

/// The first entry of `errors`; the others are never looked at, by the vendor's own client either.
struct JoeError: Equatable {
    var code: Int?
    var message: String?

    /// nil if the body is not an error envelope. One that has data, too, is none.
    init?(in body: ByteBuffer) {
        guard AnswerStart(body.readableBytesView) == .json else { return nil }
        // Not an error envelope is an answer here, not a mistake.
        guard let envelope = try? WireJSON.decode(Envelope.self, from: body), envelope.hasErrors else { return nil }
        code = envelope.code
        message = envelope.message
    }

    /// nil for a code that nobody has explained.
    var reason: OutcomeTable.Reason? { code.flatMap(Self.reason) }

    static func reason(_ code: Int) -> OutcomeTable.Reason? {
        switch code {
        case 1: .quota
        case 2, 3: .invalid
        case 4: .credentials
        case 5: .maintenance
        case 6: .internalError
        case 7: .licence
        case 8: .unknownPath
        default: nil
        }
    }

    /// Code 3 as the answer to a question that has no parameter but the webid, unless the message itself speaks of
    /// another one: nothing is taken for deleted because the API has changed.
    var meansUnknownAnalysis: Bool {
        guard code == 3 else { return false }
        let text = message?.lowercased() ?? ""
        return !["unknown parameter", "apikey", "api key"].contains { text.contains($0) }
    }

    private struct Envelope: Decodable {
        var hasErrors: Bool
        var code: Int?
        var message: String?

        enum Key: String, CodingKey {
            case errors, data, analysis
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            func has(_ key: Key) throws -> Bool { try container.contains(key) && !container.decodeNil(forKey: key) }
            hasErrors = try has(.errors) && !has(.data) && !has(.analysis)
            // A first entry of another shape: still an error, only without words.
            let first = (try? container.decode([Entry].self, forKey: .errors))?.first
            code = first?.code
            message = first?.message
        }
    }

    private struct Entry: Decodable {
        var code: Int?
        var message: String?

        enum Key: String, CodingKey {
            case code, message
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            code = try container.lenientInt(.code)
            message = try container.lenientString(.message)
        }
    }
}
