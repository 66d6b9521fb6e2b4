// Why there was no answer, or only a part of one. The important question is whether the request had left: if it had
// not, nothing can have happened on the other side.

/// An exchange that failed below HTTP.
package struct TransportFailure: Error, Sendable, Equatable {
    package enum Kind: String, Sendable, Equatable, CaseIterable {
        case resolve
        case connect
        case tls
        case proxy
        /// The proxy asks for other credentials.
        case proxyCredentials
        case timedOut
        case connectionLost
        /// The body ended before it was complete.
        case cutShort
        /// The body inflates out of all proportion.
        case inflation
        /// The body is not what its Content-Encoding says, or the answer is not HTTP.
        case garbled
        case cancelled
        /// The request cannot be sent at all: our mistake, or the configuration's.
        case unusable
    }

    package var kind: Kind
    /// Whether the other side may have seen the request.
    package var requestSent: Bool
    /// Why, in a few words without URL and secrets; empty if the kind says it all.
    package var detail: String

    package init(_ kind: Kind, requestSent: Bool, _ detail: String = "") {
        self.kind = kind
        self.requestSent = requestSent
        self.detail = detail
    }
}
