// The stages, by the names that commands, records and the journal use.

package enum StageName: String, Sendable, CaseIterable {
    case fetch, `import`, map, submit, export
}

/// Why a stage as a whole stops making progress for now.
package struct Halt: Sendable, Equatable {
    /// Waiting cannot help: credentials, permissions (exit 77).
    package let isFinal: Bool
    package let code: String
    package let reason: String
    /// What the other side asked for.
    package let retryAfter: Duration?
    /// The other side's name for the exchange.
    package let traceID: String?

    package init(
        isFinal: Bool = false, code: String, reason: String, retryAfter: Duration? = nil, traceID: String? = nil
    ) {
        self.isFinal = isFinal
        self.code = code
        self.reason = reason
        self.retryAfter = retryAfter
        self.traceID = traceID
    }

    /// A call that we ended ourselves says nothing about the other side.
    package init(_ fault: Fault) {
        guard fault.code != .cancelled else {
            self = .draining
            return
        }
        self.init(
            isFinal: fault.scope == .stageStops, code: fault.code.rawValue, reason: fault.description,
            retryAfter: fault.retryAfter, traceID: fault.traceID)
    }

    package init(_ error: StoreError) {
        self.init(code: error.isNoSpace ? Self.diskFull : Self.spool, reason: error.message)
    }

    package static let diskFull = "disk-full"
    static let spool = "spool"

    /// About this machine: looking again costs nothing, so nobody waits longer than the shortest wait.
    package var isLocal: Bool { code == Self.diskFull || code == Self.spool }

    /// Stopped by the operator: no trouble at all.
    package static let draining = Halt(code: "draining", reason: "the stage was told to stop")
}

/// What one pass of a stage did.
package struct PassReport: Sendable, Equatable {
    /// Analyses that the source lists, and those that had no ledger line.
    package var listed = 0
    package var fresh = 0
    /// Entries that went on: fetched, mapped, submitted.
    package var done = 0
    /// Of those, reports that were there already and were updated, or needed no update.
    package var updated = 0
    package var unchanged = 0
    /// Left out for good, by class: `encrypted`, `deleted`, …
    package var skipped: [String: Int] = [:]
    /// Analyses that are not finished yet.
    package var unfinished = 0
    /// To be tried again later, and given up.
    package var deferred = 0
    package var failed = 0
    package var halt: Halt?

    package init() {}

    /// Something in this pass was changed for an entry.
    package var isProgress: Bool { done + failed + skipped.values.reduce(0, +) > 0 }

    package mutating func add(_ other: PassReport) {
        listed += other.listed
        fresh += other.fresh
        done += other.done
        updated += other.updated
        unchanged += other.unchanged
        skipped.merge(other.skipped, uniquingKeysWith: +)
        unfinished += other.unfinished
        deferred += other.deferred
        failed += other.failed
        halt = other.halt
    }
}
