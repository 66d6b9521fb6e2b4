// What a mock application has to say about itself, so that MockKit can run it.
//
// A mock is a table of routes and a handful of answers about its vendor: what its errors look like, which part
// of a request names the object in question, who is asking. Everything else (sockets, TLS, the journal, the
// fault plan, the admin routes, the clock, the state file) is the same for all mocks and lives in this module.
// A mock keeps its state behind its own lock; its handlers may be called at the same time.

/// A server that MockKit can run.
public protocol Mock: Sendable {
    /// Short name: `mock:` in fault plans, the state file's name, the value of `mock` in `/__admin/health`.
    var name: String { get }
    /// All calls that this mock serves.
    var routes: [MockRoute] { get }
    /// The largest request body that is read; a longer one is refused with ``Refusal/tooLarge``.
    var bodyLimit: Int { get }
    /// Names of query and form fields whose values never reach the journal.
    var secretFields: Set<String> { get }
    /// Names of vendor-shaped faults that this mock carries out (`vendor-error`, `listing-changes`, …).
    var delegatedFaults: Set<FaultName> { get }
    /// Values of `code` that `vendor-error` may have.
    var vendorErrorCodes: [String] { get }
    /// What `/__admin/verify` can check beyond the general assertions.
    var assertions: [AssertionKind] { get }

    /// The object that a request is about (a webid, an external id): per-key rules count by it.
    func key(of request: MockRequest) -> String?
    /// Who asks: after a 429, that one has to wait.
    func principal(of request: MockRequest) -> String
    /// A refusal in the vendor's form.
    func refusal(_ refusal: Refusal, to request: MockRequest) -> MockResponse
    /// Last touch on every answer but injected ones that never reached the application (headers such as Trace-Id).
    func decorate(_ response: inout MockResponse, for request: MockRequest)
    /// Checks one of ``assertions``.
    func check(_ assertion: Assertion) throws -> AssertionResult

    /// Back to the state right after start.
    func reset()
    /// The whole state.
    func dump() throws -> JSONValue
    /// Replaces the whole state; throws, and changes nothing, when `state` is not one that ``dump()`` made.
    func load(_ state: JSONValue) throws
    /// Grows with each change of the state, so that an unchanged one is not written again.
    var revision: Int { get }
}

extension Mock {
    public var bodyLimit: Int { 64 * 1024 * 1024 }
    public var secretFields: Set<String> { [] }
    public var delegatedFaults: Set<FaultName> { [] }
    public var vendorErrorCodes: [String] { [] }
    public var assertions: [AssertionKind] { [] }
    public func key(of request: MockRequest) -> String? { nil }
    public func principal(of request: MockRequest) -> String { name }
    public func decorate(_ response: inout MockResponse, for request: MockRequest) {}
    public func check(_ assertion: Assertion) throws -> AssertionResult {
        throw MockError("\(name) does not know the assertion '\(assertion.name)'")
    }
}

/// Why a request is refused; the mock knows how its vendor says so.
public enum Refusal: Sendable, Equatable {
    /// No such call.
    case unknownRoute
    /// The call exists, with another method.
    case wrongMethod
    /// The request cannot be read.
    case badRequest(String)
    /// The body is larger than ``Mock/bodyLimit``.
    case tooLarge
    /// Wrong credentials.
    case wrongCredentials
    /// The access token is over (for vendors without tokens: the key is no longer good).
    case tokenExpired
    /// Too many requests; milliseconds to wait.
    case rateLimited(waitTime: Int)
    /// A vendor's own error by its code, one of ``Mock/vendorErrorCodes``.
    case vendor(code: String)
    /// Any other status.
    case status(Int, message: String?)
}

/// One call that a mock serves.
public struct MockRoute: Sendable {
    /// The method, in capitals.
    public let method: String
    /// The path, with parameters in braces: `/api/1.3/reports/{id}/tags`.
    public let path: String
    let segments: [Segment]
    let handler: @concurrent @Sendable (MockRequest) async throws -> MockResponse

    enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    /// Makes a route. A handler that throws ``RefusalError`` gets the vendor's form of it; any other error is a 500.
    public init(
        _ method: String, _ path: String,
        handler: @escaping @concurrent @Sendable (MockRequest) async throws -> MockResponse
    ) {
        self.method = method
        self.path = path
        self.segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            $0.hasPrefix("{") && $0.hasSuffix("}")
                ? .parameter(String($0.dropFirst().dropLast())) : .literal(String($0))
        }
        self.handler = handler
    }

    /// How journal and fault plans name this route: `GET /api/1.3/reports/{id}`.
    public var label: String { "\(method) \(path)" }
}

/// Thrown by a handler to refuse in the vendor's form.
public struct RefusalError: Error, Sendable {
    public let refusal: Refusal
    public init(_ refusal: Refusal) { self.refusal = refusal }
}

/// Anything that MockKit itself complains about: a plan, a state file, an admin request.
public struct MockError: Error, Sendable, CustomStringConvertible, Equatable {
    public let description: String
    public init(_ description: String) { self.description = description }
}
