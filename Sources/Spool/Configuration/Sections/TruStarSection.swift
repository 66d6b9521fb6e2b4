// `trustar:` the TruSTAR that reports go to, as whom and how fast (Specification, Technical Details; vendor notes,
// rate limits).

extension Settings {
    /// How a webid becomes an external id.
    package enum ExternalID: String, Sendable, Equatable, CaseIterable {
        case base64
        case enclaveBase64 = "enclave-base64"
        case plain
    }

    /// What is done with a report that TruSTAR has already.
    package enum OnExisting: String, Sendable, Equatable, CaseIterable {
        case update, skip
    }

    package struct TruStar: Sendable, Equatable {
        package var apiURL: WebAddress
        package var authURL: WebAddress
        /// For people's links.
        package var stationURL: WebAddress
        package var apiKey: Secret?
        package var apiSecret: Secret?
        /// nil if none was given; `Settings.missing(for:)` says whether that matters.
        package var enclaveID: String?
        package var externalID: ExternalID
        package var onExisting: OnExisting
        package var clientType: String
        package var clientMetatag: String
        /// nil: the program's own.
        package var clientVersion: String?
        package var callsPerMinute: Int
        /// How long TruSTAR may take until a look-up sees what it accepted.
        package var settle: Duration
        /// The same where no configuration is read.
        package static var standardSettle: Duration { Keys.settle.standard }
        /// The longest silence within a call.
        package var timeout: Duration
        /// Submissions at a time.
        package var concurrency: Int
        package var connection: Connection
    }
}

extension Settings.TruStar {
    enum Keys {
        static let apiURL = SettingKey(
            "trustar.api_url", .url, standard: "https://api.trustar.co/api/1.3", "The API, version 1.3.")
        static let authURL = SettingKey(
            "trustar.auth_url", .url, standard: "https://api.trustar.co/oauth/token", "Where tokens are fetched.")
        static let stationURL = SettingKey(
            "trustar.station_url", .url, standard: "https://station.trustar.co",
            "The web site, for links that people follow.")
        static let apiKey = SecretKey("trustar.api_key", "API key, from Station's settings, API.")
        static let apiSecret = SecretKey("trustar.api_secret", "The secret that belongs to the key.")
        static let enclaveID = SettingKey(
            optional: "trustar.enclave_id", .enclaveID,
            "The enclave that reports go into; yours (INTERNAL), with the rights to create and update.")
        static let externalID = SettingKey(
            "trustar.external_id", ValueKind<Settings.ExternalID>.choice, standard: "base64",
            "How a webid becomes the report's external id. Changing it later submits everything anew.")
        static let onExisting = SettingKey(
            "trustar.on_existing", ValueKind<Settings.OnExisting>.choice, standard: "update",
            "What is done with a report that TruSTAR has already.")
        static let clientType = SettingKey(
            "trustar.client_type", .headerText, standard: "PYTHON_SDK", "Header `Client-Type`.")
        static let clientMetatag = SettingKey(
            "trustar.client_metatag", .headerText, standard: "trustash", "Header `Client-Metatag`.")
        static let clientVersion = SettingKey(
            optional: "trustar.client_version", .headerText, note: "the program's own", "Header `Client-Version`.")
        static let callsPerMinute = SettingKey(
            "trustar.calls_per_minute", .integer(1...1_000_000), standard: "60",
            "Pace of calls, of all processes on this spool together. TruSTAR allows 60 per user.")
        static let settle = SettingKey(
            "trustar.settle", .duration(.zero...DurationText.days(1)), standard: "60s",
            "How long TruSTAR may take until a look-up sees what it accepted.")
        static let timeout = SettingKey(
            "trustar.timeout", .duration(.milliseconds(100)...(.seconds(3600))), standard: "30s",
            "The longest silence within one call.")
        static let concurrency = SettingKey(
            "trustar.concurrency", .integer(1...64), standard: "4", "Submissions at a time.")
        static let connection = Settings.Connection.Keys("trustar")
    }

    static let schema = [
        SectionFacts(
            path: "trustar", summary: "The TruSTAR that reports go to.",
            keys: [Keys.apiURL.facts, Keys.authURL.facts, Keys.stationURL.facts] + Keys.apiKey.facts
                + Keys.apiSecret.facts + [
                    Keys.enclaveID.facts, Keys.externalID.facts, Keys.onExisting.facts, Keys.clientType.facts,
                    Keys.clientMetatag.facts, Keys.clientVersion.facts, Keys.callsPerMinute.facts, Keys.settle.facts,
                    Keys.timeout.facts, Keys.concurrency.facts,
                ] + Keys.connection.facts)
    ]

    init(_ decoder: inout SettingsDecoder) {
        apiURL = decoder.value(Keys.apiURL)
        authURL = decoder.value(Keys.authURL)
        stationURL = decoder.value(Keys.stationURL)
        let key = decoder.secret(Keys.apiKey)
        let secret = decoder.secret(Keys.apiSecret)
        (apiKey, apiSecret) = (key?.secret, secret?.secret)
        enclaveID = decoder.value(Keys.enclaveID)
        externalID = decoder.value(Keys.externalID)
        onExisting = decoder.value(Keys.onExisting)
        clientType = decoder.value(Keys.clientType)
        clientMetatag = decoder.value(Keys.clientMetatag)
        clientVersion = decoder.value(Keys.clientVersion)
        callsPerMinute = decoder.value(Keys.callsPerMinute)
        settle = decoder.value(Keys.settle)
        timeout = decoder.value(Keys.timeout)
        concurrency = decoder.value(Keys.concurrency)
        connection = Settings.Connection(Keys.connection, &decoder)
        // The API takes the token, which is as good as the secret while it lives.
        let places = [("trustar.auth_url", authURL), ("trustar.api_url", apiURL)]
        if let key { decoder.checkLiteral(key, Keys.apiKey, for: places.map(\.1)) }
        if let secret { decoder.checkUse(of: secret, Keys.apiSecret, at: places) }
        warn(&decoder)
    }

    private func warn(_ decoder: inout SettingsDecoder) {
        guard !apiURL.isLoopback else { return }
        if callsPerMinute > 60 {
            decoder.warn(
                "'calls_per_minute' in 'trustar' is over 60, which is what TruSTAR allows",
                about: "trustar.calls_per_minute")
        }
        if enclaveID?.lowercased() == Self.mockEnclave {
            decoder.warn(
                "'enclave_id' in 'trustar' is the mock's; put in the id of your own enclave",
                about: "trustar.enclave_id")
        }
    }

    /// What the shipped configuration names.
    private static let mockEnclave = "7a33144f-aef3-442b-87d4-dbf70d8afdb0"
}
