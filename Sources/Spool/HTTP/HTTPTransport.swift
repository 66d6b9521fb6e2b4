// All that the two vendors' clients need of HTTP: send one request, get a status, headers, and a body that is read at
// the reader's own speed. Small, so that a test can script it and another client library can take the place of the
// one in AsyncHTTPClientTransport.swift.
//
// Redirects are answers like others here: nothing follows them, so that neither a key nor a report ever goes to a host
// that was not configured.

package import NIOCore
package import NIOHTTP1

/// One request. What it prints never contains its body or headers: that is where the secrets are.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable, Equatable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    package var method: Method
    package var endpoint: Endpoint
    package var headers: HTTPHeaders
    package var body: ByteBuffer?
    /// For the whole call, from queueing to the last byte of the answer.
    package var timeout: Duration

    package init(
        _ method: Method, _ endpoint: Endpoint, headers: HTTPHeaders = [:], body: ByteBuffer? = nil, timeout: Duration
    ) {
        self.method = method
        self.endpoint = endpoint
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(method.rawValue) \(endpoint)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// An answer whose body is still to be read.
package struct HTTPAnswer {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: any HTTPBodyReader

    package init(status: Int, headers: HTTPHeaders, body: any HTTPBodyReader) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// The body of an answer, inflated if it came compressed.
package protocol HTTPBodyReader {
    /// The next piece, nil at the end. Nothing more is read off the wire than was asked for, give or take a buffer.
    mutating func next() async throws(TransportFailure) -> ByteBuffer?
}

package protocol HTTPTransport: Sendable {
    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPAnswer
}
