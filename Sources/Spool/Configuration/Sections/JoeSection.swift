// `joe:` the Joe Sandbox that analyses come from, and which of them (Specification, Technical Details).

extension Settings {
    /// Report types that can be mapped, by Joe Sandbox's names.
    package enum ReportType: String, Sendable, Equatable, CaseIterable {
        case json, jsonfixed, lightjson, lightjsonfixed
    }

    package enum Detection: String, Sendable, Equatable, CaseIterable {
        case malicious, suspicious, clean, unknown
    }

    package struct Joe: Sendable, Equatable {
        /// Which analyses are wanted: all that is given must fit; within a list, one is enough.
        package struct Filter: Sendable, Equatable {
            /// 0 to 100.
            package var minimumScore: Int?
            /// Empty: any.
            package var detections: [Detection]
            /// Empty: any.
            package var tags: [String]
            /// Patterns with `*` and `?`; empty: any.
            package var fileNames: [String]

            package var isEmpty: Bool {
                minimumScore == nil && detections.isEmpty && tags.isEmpty && fileNames.isEmpty
            }
        }

        /// First part of an entry's name.
        package var source: String
        /// The site; deep links hang on it.
        package var baseURL: WebAddress
        package var apiURL: WebAddress
        /// nil if none was given; `Settings.missing(for:)` says whether that matters.
        package var apiKey: Secret?
        package var interval: Duration
        /// The longest silence within a call.
        package var timeout: Duration
        /// For one download as a whole.
        package var downloadTimeout: Duration
        package var reportType: ReportType
        /// Number of the run; nil: the one that Joe Sandbox calls best.
        package var run: Int?
        /// Name in the tz database.
        package var timeZone: String
        /// Looks at this many of the newest analyses only.
        package var newest: Int?
        /// Ignores analyses with a smaller webid.
        package var minimumWebid: Int?
        /// After inflating.
        package var maxReportBytes: Int64
        /// Downloads at a time.
        package var concurrency: Int
        package var giveUpUnfinishedAfter: Duration
        package var filter: Filter
        package var connection: Connection
    }
}

extension Settings.Joe {
    enum Keys {
        static let source = SettingKey(
            "joe.source", .source, standard: "joe",
            "First part of an entry's name, as in `joe-752112`. Two Joe Sandboxes feeding one spool need two names.")
        static let baseURL = SettingKey(
            "joe.base_url", .url, standard: "https://jbxcloud.joesecurity.org", "The site; links in reports hang on it."
        )
        static let apiURL = SettingKey(
            optional: "joe.api_url", .url, note: "<base_url>/api",
            "Its API, if that is elsewhere. On-premise, for example: `https://HOST/joesandbox/index.php/api`.")
        static let apiKey = SecretKey("joe.api_key", "API key, from the user settings of Joe Sandbox.")
        static let interval = SettingKey(
            "joe.interval", .duration(.seconds(1)...DurationText.days(30)), standard: "15m",
            "How often the list of analyses is read.")
        static let timeout = SettingKey(
            "joe.timeout", .duration(.milliseconds(100)...(.seconds(3600))), standard: "30s",
            "The longest silence within one call.")
        static let downloadTimeout = SettingKey(
            "joe.download_timeout", .duration(.seconds(1)...DurationText.days(1)), standard: "30m",
            "For one download as a whole.")
        static let reportType = SettingKey(
            "joe.report_type", ValueKind<Settings.ReportType>.choice, standard: "jsonfixed",
            "Which report is downloaded. The light types are smaller and lack sections.")
        static let run = SettingKey(
            "joe.run", ValueKind.integer(0...999).or("best"), standard: "best",
            "Which run of an analysis: `best` is the most interesting one, a number counts from 0.")
        static let timeZone = SettingKey(
            "joe.time_zone", .timeZone, standard: "Europe/Zurich",
            "The sandbox's own time zone: reports hold local times without one. On-premise, the appliance's.")
        static let newest = SettingKey(
            optional: "joe.newest", .integer(1...10_000_000),
            "Look at this many of the newest analyses only; bounds the first run.")
        static let minimumWebid = SettingKey(
            optional: "joe.minimum_webid", .integer(0...Int.max),
            "Ignore analyses with a smaller webid; bounds the first run.")
        static let maxReportBytes = SettingKey(
            "joe.max_report_bytes", .size(1000...(16 << 30)), standard: "256MiB",
            "A larger report, once inflated, is not taken.")
        static let concurrency = SettingKey("joe.concurrency", .integer(1...64), standard: "4", "Downloads at a time.")
        static let giveUp = SettingKey(
            "joe.give_up_unfinished_after", .duration(.seconds(60)...DurationText.days(365)), standard: "7d",
            "An analysis that is still not finished is given up, visibly.")
        static let minimumScore = SettingKey(
            optional: "joe.filter.minimum_score", .integer(0...100), "Take analyses with at least this score.")
        static let detections = ListKey(
            "joe.filter.detections", ValueKind<Settings.Detection>.choice, note: "any",
            "Take analyses with one of these verdicts.")
        static let tags = ListKey("joe.filter.tags", .text(), note: "any", "Take analyses with one of these tags.")
        static let fileNames = ListKey(
            "joe.filter.file_names", .text(), note: "any",
            "Take analyses whose sample's name fits one of these patterns (`*`, `?`).")
        static let connection = Settings.Connection.Keys("joe")
    }

    static let schema = [
        SectionFacts(
            path: "joe", summary: "The Joe Sandbox that analyses come from.",
            keys: [Keys.source.facts, Keys.baseURL.facts, Keys.apiURL.facts] + Keys.apiKey.facts + [
                Keys.interval.facts, Keys.timeout.facts, Keys.downloadTimeout.facts, Keys.reportType.facts,
                Keys.run.facts, Keys.timeZone.facts, Keys.newest.facts, Keys.minimumWebid.facts,
                Keys.maxReportBytes.facts, Keys.concurrency.facts, Keys.giveUp.facts,
            ] + Keys.connection.facts),
        SectionFacts(
            path: "joe.filter",
            summary: "Which analyses are wanted: all that is given must fit. The others are remembered as filtered.",
            keys: [Keys.minimumScore.facts, Keys.detections.facts, Keys.tags.facts, Keys.fileNames.facts]),
    ]

    init(_ decoder: inout SettingsDecoder) {
        source = decoder.value(Keys.source)
        baseURL = decoder.value(Keys.baseURL)
        apiURL = decoder.value(Keys.apiURL) ?? baseURL.appending("api")
        decoder.show(.text(apiURL.text), for: "joe.api_url")
        let key = decoder.secret(Keys.apiKey)
        apiKey = key?.secret
        interval = decoder.value(Keys.interval)
        timeout = decoder.value(Keys.timeout)
        downloadTimeout = decoder.value(Keys.downloadTimeout)
        reportType = decoder.value(Keys.reportType)
        run = decoder.value(Keys.run)
        timeZone = decoder.value(Keys.timeZone)
        newest = decoder.value(Keys.newest)
        minimumWebid = decoder.value(Keys.minimumWebid)
        maxReportBytes = decoder.value(Keys.maxReportBytes)
        concurrency = decoder.value(Keys.concurrency)
        giveUpUnfinishedAfter = decoder.value(Keys.giveUp)
        connection = Settings.Connection(Keys.connection, &decoder)
        filter = Filter(
            minimumScore: decoder.value(Keys.minimumScore), detections: decoder.list(Keys.detections),
            tags: decoder.list(Keys.tags), fileNames: decoder.list(Keys.fileNames))
        let place = decoder.isGiven("joe.api_url") ? "joe.api_url" : "joe.base_url"
        if let key { decoder.checkUse(of: key, Keys.apiKey, at: [(place, apiURL)]) }
        if interval < .seconds(60), !apiURL.isLoopback {
            decoder.warn("'interval' in 'joe' is under a minute; each poll reads the whole list", about: "joe.interval")
        }
    }
}
