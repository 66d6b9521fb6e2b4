// `retry:`, `run:` and `log:` how the stages work and what they say meanwhile.

extension Settings {
    /// When work that failed is done again.
    package struct Retry: Sendable, Equatable {
        package var minimum: Duration
        package var maximum: Duration
        package var giveUpAfter: Duration
    }

    /// Stages by the names that the command has for them, in the order of the data's way.
    package enum Stage: String, Sendable, Equatable, CaseIterable {
        case fetch, `import`, map, submit, export

        /// Those of a pipeline without a gap.
        package static let direct: [Stage] = [.fetch, .map, .submit]
    }

    package struct Run: Sendable, Equatable {
        /// What `spoolctl run` does; never empty.
        package var stages: [Stage]
        /// How often a stage looks for new entries.
        package var poll: Duration
    }

    package enum LogLevel: String, Sendable, Equatable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    package enum LogFormat: String, Sendable, Equatable, CaseIterable {
        case text, json
    }

    package struct Log: Sendable, Equatable {
        package var level: LogLevel
        package var format: LogFormat
    }
}

extension Settings.Retry {
    enum Keys {
        private static let bounds = Duration.milliseconds(10)...DurationText.days(365)
        static let minimum = SettingKey(
            "retry.minimum", .duration(bounds), standard: "1m",
            "The first delay; it grows with the time since the first try.")
        static let maximum = SettingKey("retry.maximum", .duration(bounds), standard: "1h", "The longest delay.")
        static let giveUpAfter = SettingKey(
            "retry.give_up_after", .duration(bounds), standard: "5d", "After this time an entry goes to `failed`.")
    }

    static let schema = [
        SectionFacts(
            path: "retry", summary: "When an entry that could not be worked on is tried again.",
            keys: [Keys.minimum.facts, Keys.maximum.facts, Keys.giveUpAfter.facts])
    ]

    init(_ decoder: inout SettingsDecoder) {
        minimum = decoder.value(Keys.minimum)
        maximum = decoder.value(Keys.maximum)
        giveUpAfter = decoder.value(Keys.giveUpAfter)
        decoder.checkOrder((Keys.minimum, minimum), (Keys.maximum, maximum))
        decoder.checkOrder((Keys.maximum, maximum), (Keys.giveUpAfter, giveUpAfter))
    }
}

extension SettingsDecoder {
    fileprivate mutating func checkOrder(
        _ less: (key: SettingKey<Duration>, value: Duration), _ more: (key: SettingKey<Duration>, value: Duration)
    ) {
        let (low, high) = (less.key.facts, more.key.facts)
        guard isSound(low.path), isSound(high.path), less.value > more.value else { return }
        let culprit = isGiven(high.path) ? high.path : low.path
        let values = "(\(DurationText.format(less.value)) > \(DurationText.format(more.value)))"
        report("'\(low.name)' in '\(low.section)' is longer than '\(high.name)' \(values)", at: mark(of: culprit))
    }
}

extension Settings.Run {
    enum Keys {
        static let stages = ListKey(
            "run.stages", ValueKind<Settings.Stage>.choice, standard: [.fetch, .map, .submit],
            "What `spoolctl run` does. What a stage needs must be given.")
        static let poll = SettingKey(
            "run.poll", .duration(.milliseconds(10)...(.seconds(3600))), standard: "1s",
            "How often map and submit look for new entries.")
    }

    static let schema = [
        SectionFacts(path: "run", summary: "The stages in one process.", keys: [Keys.stages.facts, Keys.poll.facts])
    ]

    init(_ decoder: inout SettingsDecoder) {
        stages = decoder.list(Keys.stages)
        poll = decoder.value(Keys.poll)
        if stages.isEmpty, decoder.isSound("run.stages") {
            decoder.reject(
                Keys.stages.facts, nil, "is empty; name at least one of fetch, import, map, submit, export",
                at: decoder.mark(of: "run.stages"))
        }
    }
}

extension Settings.Log {
    enum Keys {
        static let level = SettingKey(
            "log.level", ValueKind<Settings.LogLevel>.choice, standard: "info", "The least that is logged.")
        static let format = SettingKey(
            "log.format", ValueKind<Settings.LogFormat>.choice, standard: "text",
            "`text` for people, `json` for collectors: one object per line.")
    }

    static let schema = [
        SectionFacts(path: "log", summary: "What is said on stderr.", keys: [Keys.level.facts, Keys.format.facts])
    ]

    init(_ decoder: inout SettingsDecoder) {
        level = decoder.value(Keys.level)
        format = decoder.value(Keys.format)
    }
}
