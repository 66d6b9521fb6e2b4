// TruSTAR's error bodies: Spring's `{timestamp, status, error, message, path}`, OAuth's `{error, error_description}`,
// and `waitTime` in milliseconds where there were too many calls.

import NIOCore

struct TruStarError {
    var message: String?
    var error: String?
    var description: String?
    var waitTime: Int?

    /// nil if the body is not such an error.
    init?(in body: ByteBuffer) {
        guard AnswerStart(body.readableBytesView) == .json else { return nil }
        // Not an error body is an answer here, not a mistake.
        guard let error = try? WireJSON.decode(Wire.self, from: body) else { return nil }
        self = error.error
    }

    private init(message: String?, error: String?, description: String?, waitTime: Int?) {
        self.message = message
        self.error = error
        self.description = description
        self.waitTime = waitTime
    }

    /// The most telling words.
    var words: String? {
        [message, description, error].compactMap { $0 }.first { !$0.isEmpty }
    }

    /// The two answers that ask for another token.
    func meansToken(status: Int) -> Bool {
        guard status == 400 else { return false }
        return [description, message].compactMap { $0?.lowercased() }.contains { text in
            text.contains("oauth2 access token") && (text.contains("expired") || text.contains("invalid"))
        }
    }

    /// The fault of an answer that is no success.
    static func fault(_ answer: SmallAnswer, reason: OutcomeTable.Reason? = nil, for call: Call) -> Fault {
        let error = TruStarError(in: answer.body)
        // A token that has expired is a 400, too, and only its words tell it from a refusal: without words it is neither.
        let isMute = answer.status == 400 && reason == nil && !answer.isHTML && error?.words == nil
        var fault =
            isMute
            ? call.fault(.malformed, status: answer.status, detail: "a 400 that does not say why")
            : call.fault(answer, reason: reason, said: error?.words)
        fault.traceID = answer.traceID
        if answer.status == 429 {
            let asked = error?.waitTime.flatMap { RetryAfter.milliseconds(Int64($0)) }
            // The limit is per minute, so that a minute is enough when nobody says how long.
            fault.retryAfter = asked ?? fault.retryAfter ?? .seconds(60)
        }
        return fault
    }

    private struct Wire: Decodable {
        var error: TruStarError

        enum Key: String, CodingKey {
            case message, error, waitTime
            case description = "error_description"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            error = TruStarError(
                message: try container.lenientString(.message), error: try container.lenientString(.error),
                description: try container.lenientString(.description), waitTime: try container.lenientInt(.waitTime)
            )
        }
    }
}
