// All faults by name, with what each takes. This list is the reference: plans are checked against it, the
// messages about wrong plans are made from it, and a test compares the table in docs/MOCKS.md with it.

/// The name of a fault, as plans and journals write it.
public enum FaultName: String, Sendable, CaseIterable, Codable {
    // Added to whatever else happens.
    case latency
    case clockSkew = "clock-skew"
    case slowBody = "slow-body"
    // Instead of the application: the request is not processed.
    case status
    case internalError = "internal-error"
    case badGateway = "bad-gateway"
    case unavailable
    case gatewayTimeout = "gateway-timeout"
    case rateLimited = "rate-limited"
    case vendorError = "vendor-error"
    case tokenExpired = "token-expired"
    case wrongCredentials = "wrong-credentials"
    case loginPage = "login-page"
    case loginRedirect = "login-redirect"
    case resetBefore = "reset-before"
    case closeBefore = "close-before"
    case hang
    case notHTTP = "not-http"
    // The request is processed, then the answer suffers.
    case resetAfter = "reset-after"
    case closeAfter = "close-after"
    case hangAfter = "hang-after"
    case answerLost = "answer-lost"
    case truncated
    case truncatedChunked = "truncated-chunked"
    case truncatedSilently = "truncated-silently"
    case wrongLength = "wrong-length"
    case emptyBody = "empty-body"
    case nullBody = "null-body"
    case invalidJSON = "invalid-json"
    case wrongContentType = "wrong-content-type"
    // Carried out by the application, which alone knows what it lists.
    case listingChanges = "listing-changes"
    case duplicateItems = "duplicate-items"
    case notReady = "not-ready"
}

/// A parameter of a fault.
public struct FaultParameter: Sendable {
    public let name: String
    public let kind: Kind
    public let isRequired: Bool

    public enum Kind: Sendable {
        case whole(ClosedRange<Int>)
        case fraction
        case text
        case textOrWhole
        case fields
    }

    static func needed(_ name: String, _ kind: Kind) -> Self { Self(name: name, kind: kind, isRequired: true) }
    static func optional(_ name: String, _ kind: Kind) -> Self { Self(name: name, kind: kind, isRequired: false) }

    func accepts(_ value: JSONValue) -> Bool {
        switch kind {
        case .whole(let range): value.integer.map(range.contains) ?? false
        case .fraction: value.double.map { (0...1).contains($0) } ?? false
        case .text: value.string != nil
        case .textOrWhole: value.string != nil || value.integer != nil
        case .fields: value.object.map { $0.values.allSatisfy { $0.string != nil } } ?? false
        }
    }

    var expectation: String {
        switch kind {
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .fraction: "a number from 0 to 1"
        case .text: "a text"
        case .textOrWhole: "a text or a whole number"
        case .fields: "an object of texts"
        }
    }
}

extension FaultName {
    /// How it takes part in a request.
    enum Stage { case modifier, before, after, delegated }

    var stage: Stage {
        switch self {
        case .latency, .clockSkew, .slowBody: .modifier
        case .status, .internalError, .badGateway, .unavailable, .gatewayTimeout, .rateLimited, .vendorError,
            .tokenExpired, .wrongCredentials, .loginPage, .loginRedirect, .resetBefore, .closeBefore, .hang, .notHTTP:
            .before
        case .resetAfter, .closeAfter, .hangAfter, .answerLost, .truncated, .truncatedChunked, .truncatedSilently,
            .wrongLength, .emptyBody, .nullBody, .invalidJSON, .wrongContentType:
            .after
        case .listingChanges, .duplicateItems, .notReady: .delegated
        }
    }

    /// What it takes.
    public var parameters: [FaultParameter] {
        switch self {
        case .latency:
            [.needed("milliseconds", .whole(0...600_000)), .optional("jitter", .whole(0...600_000))]
        case .clockSkew: [.needed("seconds", .whole(-10_000_000...10_000_000))]
        case .slowBody: [.needed("bytesPerSecond", .whole(1...1_000_000_000))]
        case .status:
            [
                .needed("status", .whole(200...599)), .optional("body", .text), .optional("contentType", .text),
                .optional("headers", .fields),
            ]
        case .unavailable: [.optional("retryAfter", .whole(0...86_400))]
        case .rateLimited:
            [.optional("waitTime", .whole(0...86_400_000)), .optional("retryAfter", .whole(0...86_400))]
        case .vendorError: [.needed("code", .textOrWhole)]
        case .hang, .hangAfter: [.optional("seconds", .whole(0...3600))]
        case .answerLost: [.optional("status", .whole(500...599))]
        case .truncated, .truncatedChunked, .truncatedSilently:
            [.optional("fraction", .fraction), .optional("bytes", .whole(0...1_000_000_000))]
        case .wrongLength: [.optional("by", .whole(-1_000_000...1_000_000))]
        case .wrongContentType: [.optional("contentType", .text)]
        case .notReady: [.optional("seconds", .whole(0...86_400))]
        case .internalError, .badGateway, .gatewayTimeout, .tokenExpired, .wrongCredentials, .loginPage,
            .loginRedirect, .resetBefore, .closeBefore, .notHTTP, .resetAfter, .closeAfter, .emptyBody, .nullBody,
            .invalidJSON, .listingChanges, .duplicateItems:
            []
        }
    }
}

/// A fault with its parameters.
public struct Fault: Sendable, Equatable {
    public let name: FaultName
    public let parameters: [String: JSONValue]

    public init(_ name: FaultName, _ parameters: [String: JSONValue] = [:]) {
        self.name = name
        self.parameters = parameters
    }

    /// A whole number among the parameters.
    public func integer(_ name: String) -> Int? { parameters[name]?.integer }
    /// A text among the parameters.
    public func text(_ name: String) -> String? { parameters[name]?.scalarText }
}
