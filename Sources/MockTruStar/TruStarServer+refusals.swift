// How TruSTAR says no: Spring's error object, the two OAuth answers that come as 400, and the texts that the
// documents give word by word.

public import MockKit
import Synchronization

/// Errors that a fault plan can ask for by name (`vendor-error`, `code`).
enum VendorError: String, CaseIterable {
    case expiredToken = "expired-token"
    case invalidToken = "invalid-token"
    case wrongCredentials = "wrong-credentials"
    case badRequest = "bad-request"
    case duplicateID = "duplicate-id"
    case forbidden
    case notFound = "not-found"
    case payloadTooLarge = "payload-too-large"
    case queryTooLong = "query-too-long"
    case internalError = "internal-error"
}

extension TruStarServer {
    static let forbiddenText = "Could not execute operation due to server error"
    static let tooLargeText =
        "Incident Report contains too many indicators or the file size is too large - Consider splitting into "
        + "smaller reports. Max indicators extracted per report are 500"
    static let duplicateText = "A report with this external tracking ID already exists."

    public func refusal(_ refusal: Refusal, to request: MockRequest) -> MockResponse {
        switch refusal {
        case .unknownRoute: spring(404, "No message available", request)
        case .wrongMethod: spring(405, "Request method '\(request.method)' not supported", request)
        case .badRequest(let message): spring(400, message, request)
        case .tooLarge: spring(413, Self.tooLargeText, request)
        case .wrongCredentials: spring(401, "Bad credentials", request)
        case .tokenExpired: expired()
        case .rateLimited(let waitTime): limited(waitTime)
        case .vendor(let code): vendorError(code, request)
        case .status(let status, let message): spring(status, message ?? "No message available", request)
        }
    }

    private func vendorError(_ code: String, _ request: MockRequest) -> MockResponse {
        switch VendorError(rawValue: code) {
        case .expiredToken: expired()
        case .invalidToken: oauth("Invalid oauth2 access token")
        case .wrongCredentials: spring(401, "Bad credentials", request)
        case .badRequest: spring(400, "Bad request", request)
        case .duplicateID: spring(400, Self.duplicateText, request)
        case .forbidden: spring(403, Self.forbiddenText, request)
        case .notFound: spring(404, "Not found", request)
        case .payloadTooLarge: spring(413, Self.tooLargeText, request)
        case .queryTooLong: spring(414, "URI Too Long", request)
        case .internalError, nil: spring(500, "Internal server error", request)
        }
    }

    /// A token that is said to be expired is: asking for one gives another.
    private func expired() -> MockResponse {
        state.withLock { $0.retireToken() }
        return oauth("Expired oauth2 access token")
    }

    func oauth(_ description: String, error: String = "invalid_request", status: Int = 400) -> MockResponse {
        .json(["error": .string(error), "error_description": .string(description)], status: status)
    }

    private func limited(_ waitTime: Int) -> MockResponse {
        let message =
            "Request limit exceeded for the current time period.  Please wait \(waitTime) milliseconds before making "
            + "more requests."
        var response = MockResponse.json(
            ["message": .string(message), "waitTime": .integer(waitTime)], status: 429)
        response.waitTime = waitTime
        return response
    }

    private func spring(_ status: Int, _ message: String, _ request: MockRequest) -> MockResponse {
        .json(
            [
                "timestamp": .integer(request.time), "status": .integer(status),
                "error": .string(reasonPhrase(status)), "message": .string(message),
                "path": .string(request.path),
            ], status: status)
    }

    static func refused(_ status: Int, _ message: String) -> RefusalError {
        RefusalError(.status(status, message: message))
    }

    static func bad(_ message: String) -> RefusalError { refused(400, message) }
    static var forbidden: RefusalError { refused(403, forbiddenText) }
}
