// Retention: what is done is kept for a while, then removed, oldest first.
//
// Never what has no ledger line, for it would be fetched, or taken in, a second time; and never what still waits for
// somebody (`failed`, `hold`, `exported`) unless that state is named.

import SystemPackage

/// What may go.
package struct PruneRule: Sendable, Equatable {
    /// Longer in its state than this.
    package var olderThan: Duration?
    /// Oldest first, until at most so many bytes are left in these states.
    package var keepBytes: Int?
    package var states: Set<EntryState>
    /// nil: all queues.
    package var queues: Set<QueueName>?

    package init(
        olderThan: Duration? = nil, keepBytes: Int? = nil, states: Set<EntryState> = [.done],
        queues: Set<QueueName>? = nil
    ) {
        self.olderThan = olderThan
        self.keepBytes = keepBytes
        self.states = states
        self.queues = queues
    }

    static let possible: Set<EntryState> = [.done, .failed, .hold, .exported]
}

/// What goes, or went.
package struct PruneReport: Sendable, Equatable {
    package var removed: [EntryPlace] = []
    package var bytes = 0
    /// Would have gone, but the ledger does not know them.
    package var unknown: [EntryRef] = []
    /// Would have gone, but somebody was at them.
    package var locked: [EntryRef] = []
    /// Nothing was removed: a plan.
    package var isPlan = false
}

extension SpoolStore {
    /// Removes what the rule names; with `planOnly` says what that would be.
    package func prune(_ rule: PruneRule, planOnly: Bool = false) throws(StoreError) -> PruneReport {
        guard rule.states.isSubset(of: PruneRule.possible) else {
            throw StoreError(
                .refused, "only done, failed, hold and exported can be pruned: the others are being worked on")
        }
        var report = PruneReport()
        report.isPlan = planOnly
        for entry in try withLedgerLine(candidates(rule), &report) {
            if planOnly {
                report.removed.append(entry.place)
                report.bytes += entry.size
            } else {
                try remove(entry, &report)
            }
        }
        if !planOnly { try finish(&report) }
        return report
    }

    private func candidates(_ rule: PruneRule) throws(StoreError) -> [ListedEntry] {
        var entries: [ListedEntry] = []
        for queue in try queues() where rule.queues?.contains(queue) ?? true {
            for state in EntryState.allCases where rule.states.contains(state) {
                entries += try list(queue, state).entries
            }
        }
        entries.sort { ($0.modified, $0.ref) < ($1.modified, $1.ref) }
        let now = now()
        var total = entries.reduce(0) { $0 + $1.size }
        return entries.filter { entry in
            let isOld = rule.olderThan.map { entry.modified + $0 < now } ?? false
            let isTooMuch = rule.keepBytes.map { total > $0 } ?? false
            guard isOld || isTooMuch else { return false }
            total -= entry.size
            return true
        }
    }

    private func withLedgerLine(_ entries: [ListedEntry], _ report: inout PruneReport) throws(StoreError)
        -> [ListedEntry]
    {
        var ledgers: [String: [String: LedgerEntry]] = [:]
        var known: [ListedEntry] = []
        for entry in entries {
            let id = entry.ref.id
            if ledgers[id.source] == nil { ledgers[id.source] = try ledgerEntries(id.source) }
            if ledgers[id.source]?[id.webid] == nil { report.unknown.append(entry.ref) } else { known.append(entry) }
        }
        return known
    }

    private func remove(_ entry: ListedEntry, _ report: inout PruneReport) throws(StoreError) {
        do throws(StoreError) {
            let file = try lockForVerb(entry.place)
            let path = layout.entry(entry.place)
            try store { () throws(FileError) in try Kernel.unlink(path) }
            withExtendedLifetime(file) {}
        } catch  where error.code == .locked || error.code == .damaged {
            report.locked.append(entry.ref)
            return
        } catch  where error.code == .missing {
            return
        }
        report.removed.append(entry.place)
        report.bytes += entry.size
        if entry.place.state != .done { forgetTries(entry.ref) }
        note(JournalEvent("pruned", ref: entry.ref, detail: "was in \(entry.place.state.rawValue)"))
    }

    /// Synced like every operator's verb; then the days that are empty go, but for those that are or were just in use.
    private func finish(_ report: inout PruneReport) throws(StoreError) {
        let folders = Set(report.removed.map(layout.folder(of:)))
        try store { () throws(FileError) in for folder in folders { try Kernel.syncDirectory(folder) } }
        let inUse = (now() + .seconds(-86_400)).utcDay
        for queue in try queues() {
            for day in try days(queue) where day < inUse {
                // Not empty: it stays.
                try? Kernel.removeDirectory(layout.folder(queue, .done, day: day))
            }
        }
    }
}
