// The way to a service: its name, the connection, its certificate; and the clocks at both ends.

import Spool

/// How a service is called in messages.
struct ServiceWords: Sendable, Equatable {
    /// Of its checks, and its section in the configuration: `joe`.
    let section: String
    let name: String
    /// The key that holds its address.
    let urlKey: String
    /// What the addresses look like.
    let example: String

    static let joe = ServiceWords(
        section: "joe", name: "Joe Sandbox", urlKey: "joe.base_url",
        example: "the cloud's is https://jbxcloud.joesecurity.org; an appliance needs joe.api_url, too, for example "
            + "https://HOST/joesandbox/index.php/api")
    static let truStar = ServiceWords(
        section: "trustar", name: "TruSTAR", urlKey: "trustar.api_url",
        example:
            "TruSTAR's is https://api.trustar.co/api/1.3, and trustar.auth_url is https://api.trustar.co/oauth/token")

    /// The same service, where its tokens come from.
    static let truStarTokens = ServiceWords(
        section: "trustar.auth", name: "TruSTAR", urlKey: "trustar.auth_url", example: truStar.example)

    var settings: String { section.split(separator: ".").first.map(String.init) ?? section }
}

extension Judgement {
    /// `viaProxy`: the name is the proxy's, since the proxy looks up the others.
    static func name(
        _ words: ServiceWords, host: String, viaProxy: Bool, _ outcome: NameProbe.Outcome
    ) -> Diagnosis {
        let check = "\(words.section).dns"
        let key = viaProxy ? "\(words.settings).proxy" : words.urlKey
        switch outcome {
        case .addresses(let all):
            let proxy = viaProxy ? " (the proxy)" : ""
            return .ok(
                check,
                all == [host] ? "\(host)\(proxy) is an address" : "\(host)\(proxy) is \(all.joined(separator: ", "))")
        case .failed(let reason):
            return .fail(
                check, .unavailable, "the name \(host) cannot be resolved: \(reason)",
                "is \(key) spelt right? if so, see what 'getent hosts \(host)' says and whether the name server works")
        case .timedOut:
            return .fail(
                check, .unavailable, "the name \(host) cannot be resolved: no answer in time",
                "is the name server in /etc/resolv.conf reachable?")
        }
    }

    /// `host` and `port` are the service's.
    static func connection(
        _ words: ServiceWords, host: String, port: Int, _ outcome: ConnectionProbe.Outcome, now: Timestamp
    ) -> Diagnosis {
        let check = "\(words.section).connection"
        switch outcome {
        case .connected(let sight):
            guard let version = sight.version else { return .ok(check, "\(host):\(port), without TLS") }
            guard let certificate = sight.certificate else { return .ok(check, "\(host):\(port), \(version)") }
            return expiry(check, "\(host):\(port), \(version)", certificate, now)
        case .failed(let failure, let certificate):
            if failure.kind == .tls, let certificate, let found = refused(check, words, host, certificate, now) {
                return found
            }
            return failed(check, words, "\(host):\(port)", failure)
        }
    }

    private static let renewal = Duration.seconds(14 * 86_400)

    private static func expiry(_ check: String, _ words: String, _ certificate: PeerCertificate, _ now: Timestamp)
        -> Diagnosis
    {
        let left = (Timestamp(nanoseconds: 0) + .seconds(certificate.validUntil)).since(now)
        let message = "\(words), certificate of \(certificate.issuer) until \(day(certificate.validUntil))"
        guard left < renewal else { return .ok(check, message) }
        return .warn(
            check, "\(message): \(Amounts.span(left)) left",
            "tell whoever runs that server to renew it; nothing can be sent after that day")
    }

    /// Why a certificate was refused, if it shows; nil if it looks right.
    private static func refused(
        _ check: String, _ words: ServiceWords, _ host: String, _ certificate: PeerCertificate, _ now: Timestamp
    ) -> Diagnosis? {
        let seconds = now.nanoseconds / 1_000_000_000
        if certificate.validUntil <= seconds {
            return .fail(
                check, .unavailable, "the certificate of \(host) expired on \(day(certificate.validUntil))",
                "tell whoever runs that server to renew it; if that day is to come, this machine's clock is wrong")
        }
        if certificate.validFrom > seconds {
            return .fail(
                check, .unavailable, "the certificate of \(host) is valid from \(day(certificate.validFrom)) only",
                "is this machine's clock right? (timedatectl)")
        }
        if !certificate.isFor(host) {
            let names = certificate.names.prefix(5).joined(separator: ", ")
            return .fail(
                check, .unavailable, "the certificate of \(host) is for other names: \(names.isEmpty ? "none" : names)",
                "use one of these names in \(words.urlKey), or have a certificate made for \(host)")
        }
        return .fail(
            check, .unavailable,
            "the certificate of \(host) is signed by \(certificate.issuer), which is not trusted here",
            "if that is an authority of your own (or of a TLS-inspecting proxy), put its certificate (PEM) into "
                + "\(words.settings).ca_file; if not, somebody may be listening")
    }

    private static func failed(
        _ check: String, _ words: ServiceWords, _ target: String, _ failure: TransportFailure
    ) -> Diagnosis {
        let detail = failure.detail.isEmpty ? "" : ": \(failure.detail)"
        switch failure.kind {
        case .resolve:
            return .fail(check, .unavailable, "\(target)\(detail)", "is \(words.urlKey) right, and does DNS work here?")
        case .tls:
            return .fail(
                check, .unavailable, "no TLS connection to \(target)\(detail)",
                "is \(words.urlKey) right (host, port, https or http)? TLS before 1.2 is not spoken; a client "
                    + "certificate is set by \(words.settings).client_certificate and client_key")
        case .proxy:
            return .fail(
                check, .unavailable, "the proxy does not lead to \(target)\(detail)",
                "is \(words.settings).proxy right, does it run, and does it allow CONNECT to \(target)?")
        case .proxyCredentials:
            return .fail(
                check, .refused, "the proxy wants other credentials",
                "check \(words.settings).proxy_user and \(words.settings).proxy_password")
        case .connect, .timedOut, .connectionLost, .cutShort, .inflation, .garbled, .cancelled, .unusable:
            return .fail(
                check, .unavailable, "no connection to \(target)\(detail)",
                "is \(words.urlKey) right, does the service run, and does a firewall let \(target) through?")
        }
    }

    /// `2026-11-23`
    private static func day(_ seconds: Int64) -> String {
        (Timestamp(nanoseconds: 0) + .seconds(seconds)).utcDay.name
    }

    // MARK: Clocks

    private static let (doubtful, wrong) = (Duration.seconds(60), Duration.seconds(900))

    /// What the servers' clocks say, by the services' names.
    static func clock(_ readings: [(service: String, reading: DateWatch.Reading)]) -> Diagnosis {
        let check = "clock"
        guard let worst = readings.max(by: { magnitude($0.reading.ahead) < magnitude($1.reading.ahead) }) else {
            return .skip(check, "no server has answered with a date")
        }
        // A slow answer leaves room for doubt, a second of which Date has anyway.
        let sure = magnitude(worst.reading.ahead) - worst.reading.span / 2 - .seconds(1)
        guard sure > doubtful else { return .ok(check, "like the servers'") }
        let isBehind = worst.reading.ahead > .zero
        let span = Amounts.span(magnitude(worst.reading.ahead))
        let others = readings.filter { $0.service != worst.service }
        let agree = others.allSatisfy {
            magnitude($0.reading.ahead - worst.reading.ahead) < doubtful
        }
        let whose = readings.map(\.service).joined(separator: "'s and ")
        let message =
            agree
            ? "this machine is \(span) \(isBehind ? "behind" : "ahead of") \(whose)'s clock"
            : "\(worst.service)'s clock is \(span) \(isBehind ? "ahead of" : "behind") this machine's and the other service's"
        let remedy =
            agree ? "set the clock (timedatectl; is chrony or systemd-timesyncd running?)" : "tell \(worst.service)"
        return agree && sure > wrong
            ? .fail(check, .configuration, "\(message): certificates and due times go wrong", remedy)
            : .warn(check, message, remedy)
    }

    private static func magnitude(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }
}
