// One request as a handler sees it: whole, decoded, with the virtual time of its arrival.

public import HTTPTypes
public import NIOCore
import Synchronization

/// A request.
public struct MockRequest: Sendable {
    /// Its number in the journal, from 1.
    public let number: Int
    public let method: String
    /// The path as it came, percent-encoded.
    public let path: String
    public let query: QueryItems
    public let headers: HTTPFields
    public let body: ByteBuffer
    /// Milliseconds since the epoch on the virtual clock, as this request sees it (a `clock-skew` fault shifts it).
    public var time: Int
    /// The same without that shift: what takes its time (an index that is built) takes it whatever a clock says.
    public let arrived: Int
    /// `GET /api/1.3/reports/{id}`, or nil when no route matches.
    public internal(set) var route: String?
    /// Values of the braces in the route's path, decoded (`+` stays a plus).
    public internal(set) var parameters: [String: String]
    /// A vendor-shaped fault that the handler is asked to carry out.
    public internal(set) var fault: Fault?

    private let document = Document()

    /// Makes a request; tests of a mock's handlers may do so without a socket.
    public init(
        number: Int = 1, method: String, path: String, query: QueryItems = QueryItems(""), headers: HTTPFields = [:],
        body: ByteBuffer = ByteBuffer(), time: Int, route: String? = nil, parameters: [String: String] = [:],
        fault: Fault? = nil
    ) {
        self.number = number
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.time = time
        arrived = time
        self.route = route
        self.parameters = parameters
        self.fault = fault
    }

    /// The body as a JSON document, nil when it is none; read once.
    public var json: JSONValue? {
        document.value.withLock { cached in
            if let cached { return cached }
            // Not JSON is an answer here (nil), not an error: the handler decides what it means.
            let parsed = body.readableBytes == 0 ? nil : try? JSONValue(parsing: body.readableBytesView)
            cached = .some(parsed)
            return parsed
        }
    }

    /// The body as an urlencoded form.
    public var form: QueryItems { QueryItems(String(buffer: body)) }

    /// Whether the handler shall carry out this fault.
    public func hasFault(_ name: FaultName) -> Bool { fault?.name == name }

    private final class Document: Sendable {
        let value = Mutex<JSONValue??>(nil)
    }
}
