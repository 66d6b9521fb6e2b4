// What both services have in common: how a connection is made. The keys stand in the service's own section.

package import SystemPackage

extension Settings {
    /// How one service is reached. TLS is always verified; there is no key to switch that off.
    package struct Connection: Sendable, Equatable {
        package struct Proxy: Sendable, Equatable {
            package var host: String
            package var port: Int
            package var user: String?
            package var password: Secret?
        }

        package struct Identity: Sendable, Equatable {
            /// PEM: the certificate, then its intermediates.
            package var certificate: FilePath
            /// PEM.
            package var key: FilePath
        }

        /// Name resolution, connection and TLS handshake together.
        package var connectTimeout: Duration
        package var proxy: Proxy?
        /// PEM; trusted besides the system's own.
        package var caFile: FilePath?
        package var identity: Identity?
    }
}

extension Settings.Connection {
    struct Keys: Sendable {
        let connectTimeout: SettingKey<Duration>
        let proxy: SettingKey<WebAddress?>
        let proxyUser: SettingKey<String?>
        let proxyPassword: SecretKey
        let caFile: SettingKey<FilePath?>
        let certificate: SettingKey<FilePath?>
        let key: SettingKey<FilePath?>

        init(_ section: String) {
            connectTimeout = SettingKey(
                "\(section).connect_timeout", .duration(.milliseconds(100)...(.seconds(600))), standard: "10s",
                "For name resolution, connection and TLS handshake together.")
            proxy = SettingKey(
                optional: "\(section).proxy", .proxy,
                "Proxy that all calls go through. The environment's `https_proxy` is not used.")
            proxyUser = SettingKey(optional: "\(section).proxy_user", .text(), "User at the proxy.")
            proxyPassword = SecretKey("\(section).proxy_password", "Password at the proxy.")
            caFile = SettingKey(
                optional: "\(section).ca_file", .path,
                "Authorities (PEM) to trust besides the system's, such as a TLS-inspecting proxy's.")
            certificate = SettingKey(
                optional: "\(section).client_certificate", .path,
                "Client certificate (PEM), followed by its intermediates.")
            key = SettingKey(
                optional: "\(section).client_key", .path,
                "Key of the client certificate (PEM); only its owner may read it.")
        }

        var facts: [KeyFacts] {
            [connectTimeout.facts, proxy.facts, proxyUser.facts] + proxyPassword.facts + [
                caFile.facts, certificate.facts, key.facts,
            ]
        }
    }

    init(_ keys: Keys, _ decoder: inout SettingsDecoder) {
        connectTimeout = decoder.value(keys.connectTimeout)
        let address = decoder.value(keys.proxy)
        let user = decoder.value(keys.proxyUser)
        let password = decoder.secret(keys.proxyPassword)
        proxy = address.map { Proxy(host: $0.host, port: $0.port ?? 80, user: user, password: password?.secret) }
        caFile = decoder.path(keys.caFile)
        let certificate = decoder.path(keys.certificate)
        let key = decoder.path(keys.key)
        identity = certificate.flatMap { certificate in key.map { Identity(certificate: certificate, key: $0) } }
        decoder.checkProxy(keys, address, user, password)
        decoder.checkFiles(keys)
    }
}

extension SettingsDecoder {
    fileprivate mutating func checkProxy(
        _ keys: Settings.Connection.Keys, _ address: WebAddress?, _ user: String?, _ password: FoundSecret?
    ) {
        for facts in [keys.proxyUser.facts, keys.proxyPassword.value, keys.proxyPassword.file]
        where isGiven(facts.path) && !isGiven(keys.proxy.facts.path) {
            reject(facts, nil, "is given, but 'proxy' is not", at: mark(of: facts.path))
        }
        if isGiven(keys.proxyPassword.value.path) || isGiven(keys.proxyPassword.file.path),
            !isGiven(keys.proxyUser.facts.path)
        {
            report(
                "\(Self.named(keys.proxyPassword.value.path)) is given, but 'proxy_user' is not",
                at: mark(of: keys.proxyPassword.value.path))
        }
        guard let address, let password else { return }
        checkLiteral(password, keys.proxyPassword, for: [address])
        if !address.isLoopback {
            warn(
                "\(Self.named(keys.proxyPassword.value.path)) goes to the proxy in clear text",
                about: keys.proxy.facts.path)
        }
    }

    fileprivate mutating func checkFiles(_ keys: Settings.Connection.Keys) {
        let pair = [keys.certificate.facts, keys.key.facts]
        for (one, other) in zip(pair, pair.reversed()) where isGiven(one.path) && !isGiven(other.path) {
            reject(one, nil, "is given, but '\(other.name)' is not", at: mark(of: one.path))
        }
        guard context.scope == .everything else { return }
        for (key, isSecret) in [(keys.caFile, false), (keys.certificate, false), (keys.key, true)] {
            checkFile(key.facts, isSecret: isSecret)
        }
    }

    /// That there is such a file and, for a key, that it is kept as one.
    private mutating func checkFile(_ facts: KeyFacts, isSecret: Bool) {
        guard isSound(facts.path), isGiven(facts.path), let entry = descriptions.last(where: { $0.key == facts.path }),
            case .text(let text) = entry.value
        else { return }
        do throws(RegularFile.Fault) {
            let file = try RegularFile.read(FilePath(text), atMost: 1 << 20)
            guard isSecret, file.facts.othersMayRead else { return }
            throw RegularFile.Fault(message: RegularFile.notPrivate)
        } catch {
            reject(facts, file: FilePath(text), error, at: layout.values[facts.path]?.mark)
        }
    }
}
