// What a handler answers: a head, a body held in memory or made while it is sent, and remarks for the journal.

public import HTTPTypes
public import NIOCore

/// An answer.
public struct MockResponse: Sendable {
    public var status: Int
    public var headers: HTTPFields
    public var body: Body
    /// A word for the journal on what this request did, e.g. `created`.
    public var effect: String?
    /// Set on a 429: milliseconds that the client was told to wait. `/__admin/verify` holds it to that.
    public var waitTime: Int?

    /// A body.
    public enum Body: Sendable {
        case bytes(ByteBuffer)
        /// Made while it is sent: a body of 200 MB never lies in memory. Without a length it is sent in chunks.
        case stream(length: Int?, @concurrent @Sendable (MockBodyWriter) async throws -> Void)

        /// Its length in bytes, if known.
        public var length: Int? {
            switch self {
            case .bytes(let buffer): buffer.readableBytes
            case .stream(let length, _): length
            }
        }
    }

    public init(status: Int = 200, headers: HTTPFields = [:], body: Body = .bytes(ByteBuffer()), effect: String? = nil)
    {
        self.status = status
        self.headers = headers
        self.body = body
        self.effect = effect
    }

    /// A JSON document.
    public static func json(_ value: JSONValue, status: Int = 200, effect: String? = nil) -> MockResponse {
        MockResponse(
            status: status, headers: [.contentType: "application/json;charset=UTF-8"],
            body: .bytes(ByteBuffer(bytes: value.bytes)), effect: effect)
    }

    /// Plain text.
    public static func text(
        _ text: String, status: Int = 200, contentType: String = "text/plain;charset=UTF-8", effect: String? = nil
    ) -> MockResponse {
        MockResponse(
            status: status, headers: [.contentType: contentType], body: .bytes(ByteBuffer(string: text)), effect: effect
        )
    }
}
