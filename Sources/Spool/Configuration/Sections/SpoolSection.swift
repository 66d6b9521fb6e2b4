// `spool:` where the entries are, and how much room they may take.

package import SystemPackage

extension Settings {
    package struct Folder: Sendable, Equatable {
        package struct Retention: Sendable, Equatable {
            /// How long `done` is kept; nil: for ever.
            package var done: Duration?
            /// How many bytes `done` may have, the oldest going first; nil: any number.
            package var doneSize: Int64?
            /// How long `exported` is kept without a receipt; nil: for ever.
            package var exported: Duration?
            /// How long the journal's months are kept; nil: for ever.
            package var journal: Duration?
        }

        /// Absolute.
        package var path: FilePath
        /// Whether a spool is made where there is none. Off: an unmounted disk must not look like an empty spool.
        package var create: Bool
        /// Stages pause while less is free; nil: the smaller of 1 GiB and 5 % of the file system.
        package var minFree: Int64?
        package var retention: Retention
    }
}

extension Settings.Folder {
    enum Keys {
        static let path = SettingKey(
            "spool.path", .path, standard: "/var/lib/spoolctl/spool",
            "The spool, a folder on a local file system. Relative to this file's folder.")
        static let create = SettingKey(
            "spool.create", .boolean, standard: "false",
            "Make the spool if it is missing. Production runs `spoolctl init` once: an unmounted disk is no empty spool."
        )
        static let minFree = SettingKey(
            "spool.min_free", ValueKind.size(0...(1 << 50)).or("auto"), standard: "auto",
            "Stages pause while less is free. `auto` is the smaller of 1 GiB and 5 % of the file system.")
        static let done = SettingKey(
            "spool.retention.done", ValueKind.duration(.seconds(3600)...DurationText.days(36_500)).or("never"),
            standard: "30d",
            "What is done is removed after this time; `never` keeps it.")
        static let doneSize = SettingKey(
            "spool.retention.done_size", ValueKind.size(0...(1 << 50)).or("unlimited"), standard: "20GB",
            "What is done is removed, oldest first, beyond this size of each queue.")
        static let exported = SettingKey(
            "spool.retention.exported", ValueKind.duration(.seconds(3600)...DurationText.days(36_500)).or("never"),
            standard: "never",
            "What was exported and never receipted is removed after this time.")
        static let journal = SettingKey(
            "spool.retention.journal",
            ValueKind.duration(DurationText.days(31)...DurationText.days(36_500)).or("never"),
            standard: "365d",
            "Whole months of the journal (`why` reads it) are removed after this time; `never` keeps them.")
    }

    static let schema = [
        SectionFacts(
            path: "spool", summary: "Where the entries are kept.",
            keys: [Keys.path.facts, Keys.create.facts, Keys.minFree.facts]),
        SectionFacts(
            path: "spool.retention",
            summary:
                "How long, and how much; `spoolctl run` sees to it every hour. Nothing else is ever removed by itself.",
            keys: [Keys.done.facts, Keys.doneSize.facts, Keys.exported.facts, Keys.journal.facts]),
    ]

    init(_ decoder: inout SettingsDecoder) {
        path = decoder.path(Keys.path)
        create = decoder.value(Keys.create)
        minFree = decoder.value(Keys.minFree)
        retention = Retention(
            done: decoder.value(Keys.done), doneSize: decoder.value(Keys.doneSize),
            exported: decoder.value(Keys.exported), journal: decoder.value(Keys.journal))
    }
}
