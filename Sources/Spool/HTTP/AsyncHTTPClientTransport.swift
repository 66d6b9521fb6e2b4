// HTTPTransport over async-http-client; the only file that imports it.
//
// HTTP/1.1 only, redirects never followed, TLS 1.2 or later and always verified, bodies inflated with a limit on the
// ratio. A connection that cannot be made fails at once: waiting and trying again is the stage's business. Nothing is
// logged here, since the library's own log lines would carry headers.
//
// Whether a request had left is known from its body: the library asks for it only after the head was written to an
// open connection, and a server cannot act on a request whose body it never got. A request without a body counts as
// sent as soon as there was a connection.

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL
import Synchronization

/// Connections to one service. `shutdown()` must be called before it goes away.
package final class AsyncHTTPClientTransport: HTTPTransport {
    private let client: HTTPClient
    private let options: TransportOptions

    /// Reads the certificates that the options name; a file that cannot be used is a `Fault` that says which.
    package init(_ options: TransportOptions = TransportOptions()) throws(Fault) {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: try TLSSettings.make(options),
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: TimeAmount(options.connectTimeout), read: TimeAmount(options.idleTimeout),
                write: TimeAmount(options.idleTimeout)
            ),
            connectionPool: .init(
                idleTimeout: .seconds(15), concurrentHTTP1ConnectionsPerHostSoftLimit: max(1, options.connections)
            ),
            proxy: options.proxy.map(Self.proxy),
            decompression: .enabled(limit: .ratio(max(1, options.inflationRatio)))
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        self.client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.options = options
    }

    /// Closes the connections. What is still under way fails.
    package func shutdown() async {
        // The only error is that it was shut down before, which is what we want.
        try? await client.shutdown()
    }

    package func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPAnswer {
        let deadline = NIODeadline.now() + TimeAmount(request.timeout)
        var outgoing = HTTPClientRequest(url: request.endpoint.url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        outgoing.headers = request.headers
        // Not deflate, which servers send in two incompatible forms.
        outgoing.headers.replaceOrAdd(name: "Accept-Encoding", value: "gzip")
        let bodyTaken = request.body.map(OutgoingBody.init)
        if let bodyTaken {
            outgoing.body = .stream(bodyTaken, length: .known(Int64(bodyTaken.bytes.readableBytes)))
        }
        do {
            let answer = try await client.execute(outgoing, deadline: deadline)
            return HTTPAnswer(
                status: Int(answer.status.code), headers: answer.headers,
                body: IncomingBody(answer.body.makeAsyncIterator(), deadline: deadline)
            )
        } catch {
            throw TransportFailure(sending: error, sent: bodyTaken?.wasTaken, hasProxy: options.proxy != nil)
        }
    }

    private static func proxy(_ proxy: TransportOptions.Proxy) -> HTTPClient.Configuration.Proxy {
        guard let username = proxy.username else { return .server(host: proxy.host, port: proxy.port) }
        let password = proxy.password?.reveal() ?? ""
        return .server(
            host: proxy.host, port: proxy.port, authorization: .basic(username: username, password: password)
        )
    }
}

extension AsyncHTTPClientTransport: CustomReflectable {
    /// Empty: the library's settings hold the proxy's password.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The body of a request, in one piece; remembers whether it was asked for.
private final class OutgoingBody: AsyncSequence, Sendable {
    let bytes: ByteBuffer
    private let taken = Atomic(false)

    init(_ bytes: ByteBuffer) {
        self.bytes = bytes
    }

    var wasTaken: Bool { taken.load(ordering: .acquiring) }

    struct Iterator: AsyncIteratorProtocol {
        var body: OutgoingBody?

        mutating func next() async -> ByteBuffer? {
            defer { body = nil }
            body?.taken.store(true, ordering: .releasing)
            return body?.bytes
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }
}

/// The body of an answer. The library's deadline ends with the head; this one goes on to the last byte.
private struct IncomingBody: HTTPBodyReader {
    private var pieces: HTTPClientResponse.Body.AsyncIterator
    private let deadline: NIODeadline

    init(_ pieces: HTTPClientResponse.Body.AsyncIterator, deadline: NIODeadline) {
        self.pieces = pieces
        self.deadline = deadline
    }

    mutating func next() async throws(TransportFailure) -> ByteBuffer? {
        let piece: ByteBuffer?
        do {
            piece = try await pieces.next(isolation: #isolation)
        } catch {
            throw TransportFailure(receiving: error)
        }
        if piece != nil, NIODeadline.now() > deadline {
            throw TransportFailure(.timedOut, requestSent: true, "the whole answer took too long")
        }
        return piece
    }
}

extension TransportFailure {
    /// What ended a call before its answer had begun.
    ///
    /// `sent` is nil where nobody knows; then only what can happen to a connection alone counts as "before".
    fileprivate init(sending error: any Error, sent: Bool?, hasProxy: Bool) {
        if let error = error as? HTTPClientError {
            self.init(error, sent: sent ?? true)
        } else if let failure = TransportFailure(connecting: error, sent: sent, hasProxy: hasProxy) {
            self = failure
        } else {
            self.init(below: error, sent: sent ?? true)
        }
    }

    /// What ended a call in the middle of its answer.
    fileprivate init(receiving error: any Error) {
        if let error = error as? HTTPClientError, error == .remoteConnectionClosed {
            self.init(.cutShort, requestSent: true, "the connection was closed")
            return
        }
        let failure = TransportFailure(sending: error, sent: true, hasProxy: false)
        // Whatever breaks the connection now breaks the body.
        self =
            failure.kind == .connectionLost ? TransportFailure(.cutShort, requestSent: true, failure.detail) : failure
    }

    private init(_ error: HTTPClientError, sent: Bool) {
        switch error {
        case .connectTimeout:
            self.init(.timedOut, requestSent: false, "no connection in time")
        case .getConnectionFromPoolTimeout:
            self.init(.timedOut, requestSent: false, "no free connection in time")
        case .tlsHandshakeTimeout:
            self.init(.timedOut, requestSent: false, "the TLS handshake took too long")
        case .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            self.init(.proxy, requestSent: false, "the proxy did not answer in time")
        case .proxyAuthenticationRequired:
            self.init(.proxyCredentials, requestSent: false)
        case .invalidProxyResponse:
            self.init(.proxy, requestSent: false, "the proxy refused the connection")
        case .readTimeout:
            self.init(.timedOut, requestSent: sent, "the other side was silent for too long")
        case .writeTimeout:
            self.init(.timedOut, requestSent: sent, "the other side did not take the request")
        case .deadlineExceeded:
            self.init(.timedOut, requestSent: sent, "the whole call took too long")
        case .remoteConnectionClosed, .uncleanShutdown, .requestStreamCancelled:
            self.init(.connectionLost, requestSent: sent, "the connection was closed")
        case .cancelled:
            self.init(.cancelled, requestSent: sent)
        case .alreadyShutdown:
            self.init(.cancelled, requestSent: false)
        default:
            // Never `description`: it quotes header values, and one of those is the secret.
            self.init(.unusable, requestSent: false, error.shortDescription)
        }
    }
}
