// What is kept for how long, for a spool that nobody looks after: `spoolctl run` calls this every hour.
//
// What is done goes as `Prune` has it, each queue by itself, since inbox and outbox are of very different sizes. Beside the
// entries two things grow: the journal, whose months go when they are old, and tries of what is not in the spool any more
// (a download that failed for days and then was gone from the list). The ledgers stay whole: they are what keeps an analysis
// from being taken twice, at about 100 bytes each.

import SystemPackage

/// What is kept; nil is for ever.
package struct RetentionRule: Sendable, Equatable {
    package var done: Duration?
    /// In each queue.
    package var doneBytes: Int?
    /// Without a receipt.
    package var exported: Duration?
    package var journal: Duration?

    package init(
        done: Duration? = nil, doneBytes: Int? = nil, exported: Duration? = nil, journal: Duration? = nil
    ) {
        self.done = done
        self.doneBytes = doneBytes
        self.exported = exported
        self.journal = journal
    }
}

/// What went.
package struct RetentionReport: Sendable, Equatable {
    package var entries = 0
    package var bytes = 0
    /// Months of the journal, and records of tries.
    package var months = 0
    package var tries = 0
    /// Would have gone, but the ledger does not know them: they stay until somebody looks.
    package var unknown = 0

    package var isEmpty: Bool { self == RetentionReport() }

    fileprivate mutating func add(_ report: PruneReport) {
        entries += report.removed.count
        bytes += report.bytes
        unknown += report.unknown.count
    }
}

extension SpoolStore {
    /// Tries of what is not there are of no use to anybody after this.
    private static let triesOfNothing = Duration.seconds(30 * 86_400)

    /// Removes what the rule does not keep.
    package func retain(_ rule: RetentionRule) throws(StoreError) -> RetentionReport {
        var report = RetentionReport()
        for queue in try queues() {
            if rule.done != nil || rule.doneBytes != nil {
                report.add(
                    try prune(PruneRule(olderThan: rule.done, keepBytes: rule.doneBytes, queues: [queue])))
            }
            if let exported = rule.exported {
                report.add(try prune(PruneRule(olderThan: exported, states: [.exported], queues: [queue])))
            }
            report.tries += try forgetTriesOfNothing(queue)
        }
        if let journal = rule.journal { report.months = try forgetMonths(olderThan: journal) }
        return report
    }

    /// A month goes when its last day is old enough.
    private func forgetMonths(olderThan age: Duration) throws(StoreError) -> Int {
        let now = now()
        var forgotten = 0
        for (first, path) in try months() {
            guard let start = Timestamp(rfc3339: "\(first.name)T00:00:00.000Z"), start + Self.month + age < now else {
                continue
            }
            try store { () throws(FileError) in try Kernel.unlink(path) }
            forgotten += 1
        }
        return forgotten
    }

    /// The longest one.
    private static let month = Duration.seconds(31 * 86_400)

    private func forgetTriesOfNothing(_ queue: QueueName) throws(StoreError) -> Int {
        let limit = now() + (.zero - Self.triesOfNothing)
        var forgotten = 0
        let folder = layout.tries(queue)
        let records = try store { () throws(FileError) in try Folder.contents(folder) }
        for (name, status) in records where status.kind == .regular && status.modified < limit.nanoseconds {
            guard let id = Tries.id(fileName: name), try livePlace(of: EntryRef(queue, id)) == nil else { continue }
            // Advisory: what cannot be removed now goes with a later pass.
            try? Kernel.unlink(folder.appending(name))
            forgotten += 1
        }
        return forgotten
    }
}
