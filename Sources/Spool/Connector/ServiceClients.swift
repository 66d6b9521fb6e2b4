// From settings to the two clients, over whatever transport they are given: the stages' one, or one that watches.

import SystemPackage

/// The clients that a configuration describes.
package struct ServiceClients: Sendable {
    private let settings: Settings
    private let program: String

    /// `program` is this program's version, for headers.
    package init(_ settings: Settings, program: String) {
        self.settings = settings
        self.program = program
    }

    private var userAgent: String { "spoolctl/\(program)" }

    /// `patience` takes the place of the configured time-outs.
    package func joe(_ transport: any HTTPTransport, patience: Duration? = nil) throws -> JoeClient {
        let joe = settings.joe
        guard let key = joe.apiKey else { throw ConfigurationError(settings.missing(for: [.fetch])) }
        return JoeClient(
            transport: transport, apiURL: try Endpoint(joe.apiURL.text), apiKey: key.reveal(), userAgent: userAgent,
            limits: JoeClient.Limits(
                callTimeout: patience ?? joe.timeout, downloadTimeout: patience ?? joe.downloadTimeout,
                reportBytes: Int(clamping: joe.maxReportBytes)))
    }

    package func truStar(_ transport: any HTTPTransport, patience: Duration? = nil, pace: Pace?) throws -> TruStarClient
    {
        let trustar = settings.trustar
        guard let key = trustar.apiKey, let secret = trustar.apiSecret else {
            throw ConfigurationError(settings.missing(for: [.submit]))
        }
        return TruStarClient(
            transport: transport,
            endpoints: TruStarEndpoints(
                api: try Endpoint(trustar.apiURL.text), auth: try Endpoint(trustar.authURL.text)),
            key: key.reveal(), secret: secret.reveal(),
            identity: ClientIdentity(
                type: trustar.clientType, version: trustar.clientVersion ?? program,
                metatag: trustar.clientMetatag, userAgent: userAgent),
            limits: TruStarClient.Limits(callTimeout: patience ?? trustar.timeout), pace: pace)
    }
}

extension Settings.Connection {
    /// How a transport is to connect. `silence` is the longest within a call.
    package func options(silence: Duration, connections: Int) -> TransportOptions {
        TransportOptions(
            connectTimeout: connectTimeout, idleTimeout: silence,
            proxy: proxy.map {
                TransportOptions.Proxy(
                    host: $0.host, port: $0.port, username: $0.user,
                    password: $0.password.map { Credential($0.reveal()) })
            },
            extraCA: caFile.map { .file($0.string) },
            clientCertificate: identity.map {
                TransportOptions.ClientCertificate(chain: .file($0.certificate.string), key: .file($0.key.string))
            },
            connections: connections)
    }
}
