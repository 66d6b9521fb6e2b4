// What becomes of a request: an ordinary answer, one with a lie in its framing, or an end of the connection. This
// is where each main fault is turned into an outcome; putting it on the wire is somebody else's work.

import HTTPTypes
import NIOCore

/// What is sent.
enum Outcome: Sendable {
    case answer(MockResponse)
    case mangled(MockResponse, Framing)
    case bytes(ByteBuffer)
    case close(processed: MockResponse?)
    case reset(processed: MockResponse?)
    case hang(Duration, processed: MockResponse?)

    /// How a mangled body is framed, and how many of its bytes are sent (nil: all).
    enum Framing: Sendable, Equatable {
        case length(declared: Int, sent: Int?)
        case chunked(sent: Int?)
        case untilClose(sent: Int?)
    }

    /// The answer, where there is one to see.
    var response: MockResponse? {
        switch self {
        case .answer(let response), .mangled(let response, _): response
        case .bytes, .close, .reset, .hang: nil
        }
    }

    /// The status that the client gets to see.
    var status: Int? { response?.status }

    /// What the request did, seen or not.
    var effect: String? {
        switch self {
        case .answer(let response), .mangled(let response, _): response.effect
        case .close(let response), .reset(let response), .hang(_, let response): response?.effect
        case .bytes: nil
        }
    }
}

extension Outcome {
    /// A fault in place of the application.
    init(before fault: Fault, request: MockRequest, mock: any Mock) {
        func refused(_ refusal: Refusal) -> Outcome {
            var response = mock.refusal(refusal, to: request)
            mock.decorate(&response, for: request)
            if let seconds = fault.integer("retryAfter") { response.headers[.retryAfter] = String(seconds) }
            return .answer(response)
        }
        switch fault.name {
        case .status: self = .answer(Self.plain(fault))
        case .internalError: self = refused(.status(500, message: nil))
        case .unavailable: self = refused(.status(503, message: nil))
        case .badGateway: self = .answer(Self.page(502, "Bad Gateway"))
        case .gatewayTimeout: self = .answer(Self.page(504, "Gateway Time-out"))
        case .rateLimited: self = refused(.rateLimited(waitTime: fault.integer("waitTime") ?? 1000))
        case .vendorError: self = refused(.vendor(code: fault.text("code") ?? ""))
        case .tokenExpired: self = refused(.tokenExpired)
        case .wrongCredentials: self = refused(.wrongCredentials)
        case .loginPage: self = .answer(Self.login)
        case .loginRedirect:
            self = .answer(MockResponse(status: 302, headers: [.location: "/login"]))
        case .resetBefore: self = .reset(processed: nil)
        case .closeBefore: self = .close(processed: nil)
        case .hang: self = .hang(.seconds(fault.integer("seconds") ?? 60), processed: nil)
        case .notHTTP: self = .bytes(ByteBuffer(string: "220 mail.example.org ESMTP ready\r\n"))
        case .latency, .clockSkew, .slowBody, .resetAfter, .closeAfter, .hangAfter, .answerLost, .truncated,
            .truncatedChunked, .truncatedSilently, .wrongLength, .emptyBody, .nullBody, .invalidJSON,
            .wrongContentType, .listingChanges, .duplicateItems, .notReady:
            preconditionFailure("\(fault.name) does not act before the application")
        }
    }

    /// A fault behind the application.
    @concurrent
    init(after fault: Fault, response: MockResponse) async {
        switch fault.name {
        case .resetAfter: self = .reset(processed: response)
        case .closeAfter: self = .close(processed: response)
        case .hangAfter: self = .hang(.seconds(fault.integer("seconds") ?? 60), processed: response)
        case .answerLost:
            var page = Self.page(fault.integer("status") ?? 504, "Gateway Time-out")
            page.effect = response.effect
            self = .answer(page)
        case .truncated:
            let whole = await Self.measured(response)
            let length = whole.body.length ?? 0
            self = .mangled(whole, .length(declared: length, sent: Self.cut(fault, length: length)))
        case .truncatedChunked:
            self = .mangled(response, .chunked(sent: Self.cut(fault, length: response.body.length)))
        case .truncatedSilently:
            self = .mangled(response, .untilClose(sent: Self.cut(fault, length: response.body.length)))
        case .wrongLength:
            let whole = await Self.measured(response)
            let length = whole.body.length ?? 0
            self = .mangled(whole, .length(declared: max(0, length + (fault.integer("by") ?? 10)), sent: nil))
        case .emptyBody: self = .answer(Self.replaced(response, ByteBuffer()))
        case .nullBody: self = .answer(Self.replaced(response, ByteBuffer(string: "null")))
        case .invalidJSON: self = .answer(Self.replaced(response, await Self.damaged(response)))
        case .wrongContentType:
            var other = response
            other.headers[.contentType] = fault.text("contentType") ?? "application/octet-stream"
            self = .answer(other)
        case .latency, .clockSkew, .slowBody, .status, .internalError, .badGateway, .unavailable, .gatewayTimeout,
            .rateLimited, .vendorError, .tokenExpired, .wrongCredentials, .loginPage, .loginRedirect, .resetBefore,
            .closeBefore, .hang, .notHTTP, .listingChanges, .duplicateItems, .notReady:
            preconditionFailure("\(fault.name) does not act behind the application")
        }
    }

    /// How much of a body is sent: at least one byte less than there is.
    private static func cut(_ fault: Fault, length: Int?) -> Int {
        let most = length.map { max(0, $0 - 1) } ?? Int.max
        if let bytes = fault.integer("bytes") { return min(bytes, most) }
        guard let length else { return 1000 }
        return min(Int(Double(length) * (fault.parameters["fraction"]?.double ?? 0.5)), most)
    }

    /// With a length that is known.
    @concurrent
    private static func measured(_ response: MockResponse) async -> MockResponse {
        if response.body.length != nil { return response }
        return replaced(response, await collected(response, limit: Int.max))
    }

    @concurrent
    private static func collected(_ response: MockResponse, limit: Int) async -> ByteBuffer {
        switch response.body {
        case .bytes(let buffer): return buffer.getSlice(at: 0, length: min(limit, buffer.readableBytes)) ?? buffer
        case .stream(_, let produce):
            let memory = MemorySink(limit: limit)
            try? await produce(MockBodyWriter(memory))  // it ends by being cut, or at its end
            return memory.collected
        }
    }

    /// The beginning of the body, with an end that no JSON parser takes.
    @concurrent
    private static func damaged(_ response: MockResponse) async -> ByteBuffer {
        var body = await collected(response, limit: 4096)
        body.moveWriterIndex(to: max(body.readerIndex, body.writerIndex - 1))
        body.writeString(",]")
        return body
    }

    private static func replaced(_ response: MockResponse, _ body: ByteBuffer) -> MockResponse {
        var other = response
        other.body = .bytes(body)
        return other
    }

    private static func plain(_ fault: Fault) -> MockResponse {
        var response = MockResponse.text(
            fault.text("body") ?? "", status: fault.integer("status") ?? 500,
            contentType: fault.text("contentType") ?? "text/plain;charset=UTF-8")
        for (name, value) in fault.parameters["headers"]?.object ?? [:] {
            // A name that is no header name is left out rather than sent broken.
            if let name = HTTPField.Name(name) { response.headers[name] = value.string ?? "" }
        }
        return response
    }

    private static func page(_ status: Int, _ reason: String) -> MockResponse {
        .text(
            "<html><head><title>\(status) \(reason)</title></head><body><h1>\(status) \(reason)</h1></body></html>\n",
            status: status, contentType: "text/html")
    }

    private static let login = MockResponse.text(
        """
        <!DOCTYPE html><html><head><title>Sign in</title></head><body><form method="post" action="/login">
        <input name="user"><input name="password" type="password"><button>Sign in</button></form></body></html>

        """, contentType: "text/html; charset=utf-8")
}
