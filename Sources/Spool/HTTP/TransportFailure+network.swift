// Errors of the network layer (swift-nio, BoringSSL, the system), sorted into what a message can say. Their own
// descriptions are for programmers; a few words replace them.

import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

extension TransportFailure {
    /// A connection that did not come about, to the proxy if there is one; nil if that is not what happened.
    init?(connecting error: any Error, sent: Bool?, hasProxy: Bool) {
        if let error = error as? NIOConnectionError {
            self.init(connecting: error, hasProxy: hasProxy)
            return
        }
        // A numeric address is connected to directly and fails with the system's own error.
        guard let error = error as? IOError, sent != true, Self.isAboutConnecting(error) else { return nil }
        self.init(hasProxy ? .proxy : .connect, requestSent: false, Self.words(error))
    }

    private init(connecting error: NIOConnectionError, hasProxy: Bool) {
        let reasons = error.connectionErrors.map(\.error)
        if reasons.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
            self.init(hasProxy ? .proxy : .resolve, requestSent: false, "the name \(error.host) cannot be resolved")
        } else if !reasons.isEmpty, reasons.allSatisfy(Self.isConnectTimeout) {
            self.init(hasProxy ? .proxy : .timedOut, requestSent: false, "no connection in time")
        } else {
            let reason = reasons.compactMap { $0 as? IOError }.first.map(Self.words)
            self.init(hasProxy ? .proxy : .connect, requestSent: false, reason ?? "no address accepts a connection")
        }
    }

    /// Anything else that happened on a connection.
    init(below error: any Error, sent: Bool) {
        switch error {
        case is CancellationError:
            self.init(.cancelled, requestSent: sent)
        case let error as NIOHTTPDecompression.DecompressionError where error == .limit:
            self.init(.inflation, requestSent: true)
        case let error as NIOHTTPDecompression.ExtraDecompressionError where error == .truncatedData:
            self.init(.cutShort, requestSent: true, "the compressed data ends too early")
        case is NIOHTTPDecompression.DecompressionError, is NIOHTTPDecompression.ExtraDecompressionError:
            self.init(.garbled, requestSent: true, "the compressed data is damaged")
        case let error as HTTPParserError where error == .invalidEOFState:
            self.init(.cutShort, requestSent: true, "the connection was closed")
        case is HTTPParserError:
            self.init(.garbled, requestSent: true, "the answer is not HTTP")
        case let error as NIOSSLError where error == .uncleanShutdown:
            self.init(.cutShort, requestSent: sent, "the TLS connection was cut")
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self.init(.tls, requestSent: false, Self.words(tls: error))
        case let error as IOError:
            self.init(.connectionLost, requestSent: sent, Self.words(error))
        case is ChannelError:
            self.init(.connectionLost, requestSent: sent, "the connection was closed")
        default:
            self.init(.connectionLost, requestSent: sent, "an unexpected error of type \(type(of: error))")
        }
    }

    private static func isAboutConnecting(_ error: IOError) -> Bool {
        [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL, EACCES, EPERM].contains(error.errnoCode)
    }

    private static func isConnectTimeout(_ error: any Error) -> Bool {
        if case .connectTimeout? = error as? ChannelError { return true }
        return false
    }

    private static func words(_ error: IOError) -> String {
        // `reason` names the call and the system's own words for the errno.
        switch error.errnoCode {
        case ECONNREFUSED: "the connection is refused; does the service run there?"
        case ECONNRESET, EPIPE: "the other side reset the connection"
        case ENETUNREACH, EHOSTUNREACH: "there is no route to it"
        case ETIMEDOUT: "it does not answer"
        default: "the system says: \(error)"
        }
    }

    private static func words(tls error: any Error) -> String {
        let text = "\(error)".uppercased()
        for (sign, words) in tlsSigns where text.contains(sign) { return words }
        return "the TLS handshake failed: \(RemoteText.clean("\(error)", limit: 160))"
    }

    private static let tlsSigns: [(String, String)] = [
        (
            "CERTIFICATE_VERIFY_FAILED",
            "its certificate is not signed by an authority that is trusted here, or has expired"
        ),
        ("FAILEDTOVALIDATEHOSTNAME", "its certificate is for another host name"),
        ("WRONG_VERSION_NUMBER", "it does not speak TLS on this port; is it http instead of https?"),
        ("HTTP_REQUEST", "it does not speak TLS on this port; is it http instead of https?"),
        ("UNSUPPORTED_PROTOCOL", "it offers only TLS versions before 1.2"),
        ("PROTOCOL_VERSION", "it offers only TLS versions before 1.2"),
        ("CERTIFICATE_REQUIRED", "it asks for a client certificate"),
        ("BAD_CERTIFICATE", "it does not accept the client certificate"),
        ("UNKNOWN_CA", "it does not accept the client certificate"),
        ("EOF DURING HANDSHAKE", "it closed the connection during the TLS handshake"),
    ]
}
