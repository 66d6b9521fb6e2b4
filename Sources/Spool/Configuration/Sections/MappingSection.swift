// `mapping:` what a report may hold.

extension Settings {
    /// Kinds of indicators.
    package enum IndicatorKind: String, Sendable, Equatable, CaseIterable {
        case ip, url, bitcoin, domain, md5, sha1, sha256, email, cve
    }

    package struct Mapping: Sendable, Equatable {
        /// Of the report's body.
        package var maxBytes: Int64
        package var maxIndicators: Int
        package var indicators: [IndicatorKind]
    }
}

extension Settings.Mapping {
    enum Keys {
        static let maxBytes = SettingKey(
            "mapping.max_bytes", .size(16_000...64_000_000), standard: "2MB",
            "A longer report is made compact, then cut, visibly. TruSTAR takes 2 MB.")
        static let maxIndicators = SettingKey(
            "mapping.max_indicators", .integer(0...1_000_000), standard: "2000",
            "A report with more is cut, visibly. TruSTAR takes 2000.")
        static let indicators = ListKey(
            "mapping.indicators", ValueKind<Settings.IndicatorKind>.choice, standard: [.ip, .url, .bitcoin],
            "Which indicators are listed with a report. TruSTAR extracts its own from the text.")
    }

    static let schema = [
        SectionFacts(
            path: "mapping", summary: "How an analysis becomes a report.",
            keys: [Keys.maxBytes.facts, Keys.maxIndicators.facts, Keys.indicators.facts])
    ]

    init(_ decoder: inout SettingsDecoder) {
        maxBytes = decoder.value(Keys.maxBytes)
        maxIndicators = decoder.value(Keys.maxIndicators)
        indicators = decoder.list(Keys.indicators)
    }

    /// What the other side would refuse; the mocks may be asked to take anything.
    func warn(_ decoder: inout SettingsDecoder, about trustar: Settings.TruStar) {
        guard !trustar.apiURL.isLoopback else { return }
        for (key, isOver) in [
            (Keys.maxBytes.facts, maxBytes > 2_000_000), (Keys.maxIndicators.facts, maxIndicators > 2000),
        ] where isOver {
            let limit = key.standard ?? ""
            decoder.warn(
                "\(SettingsDecoder.named(key.path)) is over \(limit), which is what TruSTAR takes", about: key.path)
        }
    }
}
