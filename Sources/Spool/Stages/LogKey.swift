// What the log says: every message and every key of metadata, in two lists. Messages are constants, so that a collector can
// count them; what changes is in the metadata, under names that never change their meaning. docs/LOGGING.md shows both
// lists; a test compares.

package import Logging

/// A line's message.
package enum LogMessage: String, Sendable, CaseIterable {
    case entryDone = "entry done"
    case entryDeferred = "entry deferred"
    case entryFailed = "entry failed"
    case entryPutBack = "entry put back"
    case entryNotMoved = "entry cannot be moved"
    case notRecovered = "cannot be recovered"
    case pass
    case waits
    case goesOn = "goes on"
    case stops
    case retained = "retention"
    case notRetained = "retention cannot make room"
    case metricsNotWritten = "metrics cannot be written"
    case metricsWrittenAgain = "metrics are written again"
    case metricsServed = "metrics are served"
    case metricsNotServed = "metrics cannot be served"
    case quotaUnknown = "quota not known"
    case bundleRefused = "bundle refused"
    case bundleIncomplete = "bundle stays incomplete"
    case watchdogNotFed = "watchdog is not fed"

    package var meaning: String {
        switch self {
        case .entryDone: "A stage is done with an entry."
        case .entryDeferred: "It is tried again later."
        case .entryFailed: "It needs somebody: `spoolctl why`."
        case .entryPutBack: "The stage stopped before it could work on it."
        case .entryNotMoved: "The spool's disk is in trouble; recovery takes it up."
        case .notRecovered: "Something that a dead worker left behind cannot be cleaned up."
        case .pass: "A pass of `run` that changed something is over; counts by outcome."
        case .waits: "A stage as a whole waits, and goes on by itself."
        case .goesOn: "It does."
        case .stops: "A stage has stopped: nothing but somebody's hand can help."
        case .retained: "`run` removed what `spool.retention` does not keep."
        case .notRetained: "It could not; it is tried again in an hour."
        case .metricsNotWritten: "The metrics file or the counts behind it; stages are not affected."
        case .metricsWrittenAgain: "They are."
        case .metricsServed: "Where."
        case .metricsNotServed: "The port is taken, for example; it is tried again."
        case .quotaUnknown: "A service did not tell what is left of a quota."
        case .bundleRefused: "A bundle in the watched folder is not what it should be; nothing of it was taken."
        case .bundleIncomplete: "One there lacks something, and has not changed for `transfer.incomplete_after`."
        case .watchdogNotFed: "A stage gives no sign of life; systemd will start the program again."
        }
    }

    /// The level that it is said at, always.
    package var level: Logger.Level {
        switch self {
        case .entryDone, .entryPutBack, .quotaUnknown: .debug
        case .pass, .entryDeferred, .retained, .metricsServed: .info
        case .entryFailed, .goesOn, .metricsWrittenAgain: .notice
        case .waits, .notRecovered, .notRetained, .metricsNotWritten, .metricsNotServed, .bundleRefused,
            .bundleIncomplete:
            .warning
        case .entryNotMoved, .stops, .watchdogNotFed: .error
        }
    }
}

/// A key of a line's metadata.
package enum LogKey: String, Sendable, CaseIterable, Hashable {
    case stage
    case ref
    case id
    case outcome
    case code
    case reason
    case traceID
    case seconds
    case until
    case path
    case address
    case service
    case removed, bytes
    case done, updated, unchanged, skipped, unfinished, deferred, failed

    package var meaning: String {
        switch self {
        case .stage: "`fetch`, `import`, `map`, `submit` or `export`"
        case .ref: "the entry, as `inbox/joe-752112`"
        case .id: "an analysis that is no entry (yet), as `joe-752112`"
        case .outcome: "the journal's word for what was done: `fetched`, `mapped`, `submitted`, `updated`, …"
        case .code: "what kind of trouble, as in `list --json`"
        case .reason: "the same in words, never with a secret"
        case .traceID: "TruSTAR's `Trace-Id` of the exchange, for their support"
        case .seconds: "how long it took, to the millisecond"
        case .until: "when a stage tries again"
        case .path: "a file or folder"
        case .address: "host and port"
        case .service: "`joe` or `trustar`"
        case .removed: "entries that retention removed"
        case .bytes: "how much room they took"
        case .done: "entries that went on in this pass"
        case .updated: "of these, reports that were there and were updated"
        case .unchanged: "of these, reports that needed no update; in `fetch`, analyses that were known"
        case .skipped: "analyses left out for good"
        case .unfinished: "analyses that are not finished yet"
        case .deferred: "entries to be tried again"
        case .failed: "entries that failed"
        }
    }
}

extension Logger {
    /// Says a message at its level, with what is known of `metadata`.
    package func say(_ message: LogMessage, _ metadata: [LogKey: String?] = [:]) {
        let known = metadata.compactMap { key, value in value.map { (key.rawValue, MetadataValue.string($0)) } }
        log(
            level: message.level, "\(message.rawValue)",
            metadata: Metadata(known, uniquingKeysWith: { $1 }))
    }
}

extension Duration {
    /// `12.345`
    package var logSeconds: String {
        let (seconds, attoseconds) = max(.zero, self).components
        let milliseconds = String(attoseconds / 1_000_000_000_000_000)
        return "\(seconds).\(String(repeating: "0", count: max(0, 3 - milliseconds.count)))\(milliseconds)"
    }
}
