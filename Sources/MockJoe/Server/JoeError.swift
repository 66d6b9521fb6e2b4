// The API's errors: a status, and `{"errors":[{"code":3,"message":"…"}]}` with the code as a number, never empty. The
// codes' meaning is the official client's; which status belongs to which is known for 4 and inferred for the others.

import MockKit

/// The codes of the API.
public enum JoeErrorCode: Int, Sendable, CaseIterable {
    /// A submission is refused: the quota is used up.
    case quota = 1
    case missingParameter = 2
    /// Also: unknown webid, unknown type, a resource that is not there (yet).
    case invalidParameter = 3
    case invalidAPIKey = 4
    case offline = 5
    case internalError = 6
    /// Not in this licence.
    case permission = 7
    case unknownEndpoint = 8

    /// The status that goes with it.
    public var status: Int {
        switch self {
        case .quota, .missingParameter, .invalidParameter: 400
        case .invalidAPIKey, .permission: 403
        case .offline: 503
        case .internalError: 500
        case .unknownEndpoint: 404
        }
    }

    var message: String {
        switch self {
        case .quota: "The number of allowed submissions per day have been reached."
        case .missingParameter: "Missing parameter."
        case .invalidParameter: "Invalid parameter."
        case .invalidAPIKey: "Invalid API key."
        case .offline: "The server is offline for maintenance."
        case .internalError: "Internal server error."
        case .permission: "You do not have the permission to access this resource."
        case .unknownEndpoint: "Unknown endpoint."
        }
    }
}

/// Thrown by handlers, answered as the vendor would.
struct JoeError: Error, Sendable {
    var code: JoeErrorCode
    var message: String
    var status: Int

    init(_ code: JoeErrorCode, _ message: String? = nil, status: Int? = nil) {
        self.code = code
        self.message = message ?? code.message
        self.status = status ?? code.status
    }

    static func missing(_ parameter: String) -> JoeError {
        JoeError(.missingParameter, "Missing parameter \(parameter).")
    }
    static func invalid(_ parameter: String) -> JoeError {
        JoeError(.invalidParameter, "Invalid parameter \(parameter).")
    }

    var response: MockResponse {
        let error: JSONValue = ["code": .integer(code.rawValue), "message": .string(message)]
        return MockResponse.json(["errors": [error]], status: status)
    }

    init(_ refusal: Refusal) {
        switch refusal {
        case .unknownRoute: self.init(.unknownEndpoint)
        case .wrongMethod: self.init(.unknownEndpoint, "Unknown endpoint: only POST is supported.", status: 405)
        case .badRequest(let message): self.init(.invalidParameter, message)
        case .tooLarge: self.init(.invalidParameter, "The request is too large.", status: 413)
        case .wrongCredentials, .tokenExpired: self.init(.invalidAPIKey)
        case .rateLimited: self.init(.quota, "Too many requests.", status: 429)
        case .vendor(let code): self.init(Int(code).flatMap(JoeErrorCode.init) ?? .internalError)
        case .status(let status, let message): self.init(JoeError.code(for: status), message, status: status)
        }
    }

    private static func code(for status: Int) -> JoeErrorCode {
        switch status {
        case 401: .invalidAPIKey
        case 403: .permission
        case 404, 405: .unknownEndpoint
        case 503: .offline
        case 400..<500: .invalidParameter
        default: .internalError
        }
    }
}
