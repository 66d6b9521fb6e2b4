// How to reach one service: time-outs, proxy, whom to trust, who we are. There is no option to trust blindly: TLS 1.2
// or later, always verified, is not configurable.

/// Settings of one endpoint's connections.
package struct TransportOptions: Sendable {
    /// PEM text, by file or in memory.
    package enum PEM: Sendable, Equatable {
        case file(String)
        case bytes([UInt8])
    }

    package struct Proxy: Sendable {
        package var host: String
        package var port: Int
        package var username: String?
        package var password: Credential?

        package init(host: String, port: Int, username: String? = nil, password: Credential? = nil) {
            self.host = host
            self.port = port
            self.username = username
            self.password = password
        }
    }

    package struct ClientCertificate: Sendable {
        /// The certificate, followed by its intermediates.
        package var chain: PEM
        package var key: PEM

        package init(chain: PEM, key: PEM) {
            self.chain = chain
            self.key = key
        }
    }

    /// For resolving, connecting and the TLS handshake together.
    package var connectTimeout: Duration
    /// The longest silence while an answer is awaited or read. The reader's own slowness counts as silence.
    package var idleTimeout: Duration
    /// All requests, http ones too, go through it by `CONNECT`.
    package var proxy: Proxy?
    /// Trusted in addition to the system's authorities.
    package var extraCA: PEM?
    package var clientCertificate: ClientCertificate?
    /// At most this many connections at a time.
    package var connections: Int
    /// An answer that inflates to more than this many times its size is refused. JSON reaches 20 to 50.
    package var inflationRatio: Int

    package init(
        connectTimeout: Duration = .seconds(10), idleTimeout: Duration = .seconds(30), proxy: Proxy? = nil,
        extraCA: PEM? = nil, clientCertificate: ClientCertificate? = nil, connections: Int = 8,
        inflationRatio: Int = 250
    ) {
        self.connectTimeout = connectTimeout
        self.idleTimeout = idleTimeout
        self.proxy = proxy
        self.extraCA = extraCA
        self.clientCertificate = clientCertificate
        self.connections = connections
        self.inflationRatio = inflationRatio
    }
}
