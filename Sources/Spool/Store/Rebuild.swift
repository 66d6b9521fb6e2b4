// A ledger that is gone: written anew from the spool. That it is gone, and was not merely never begun, says a mark in
// `stages`.
//
// What it knew is in the spool, but for what was skipped (asked about again) and what was pruned (taken again, and then
// recognised at the other end by its external id). But a spool that lost a ledger has lost other things as well (it is
// half of a backup, say), so that "in `ready`" no longer proves "never sent": all of it goes to `deferred`, from where
// submit looks before it sends. In this order: a crash at any point leaves the ledger missing, and everything is done again.
//
// For the same reason what is taken anew is not born into `ready` if it is older than the loss: the mark keeps the time.

import SystemPackage

/// What was done to a ledger.
package struct RebuildReport: Sendable, Equatable {
    package let source: String
    /// Lines written.
    package var lines = 0
    /// Moved from `ready` to `deferred`.
    package var deferred: [EntryRef] = []

    package init(source: String) { self.source = source }
}

extension SpoolStore {
    /// Writes the lines that the ledger of `source` lacks, the whole file if it is gone, after moving what is in `ready` to
    /// `deferred`. Also for a restored backup, which does not know what was sent after it was made.
    ///
    /// `settle`: as in `recover`.
    package func rebuildLedger(_ source: String, settle: Duration = .zero) throws(StoreError) -> RebuildReport {
        var report = RebuildReport(source: source)
        report.deferred = try distrust(source, in: [.ready], settle: settle)
        // Before there is a ledger again, or a crash in between would leave one without the mark.
        try markRebuilt(source)
        let known = try ledgerEntries(source)
        let digests = try digestsInSpool(source).filter { known[$0.key.webid] == nil }
        let lines = digests.sorted { $0.key < $1.key }.map {
            Ledger.line($0.key.webid, .taken(digest: $0.value), now())
        }
        report.lines = lines.count
        try write(lines, to: layout.ledger(source))
        if !lines.isEmpty || !report.deferred.isEmpty {
            note(JournalEvent("rebuilt", detail: "ledger of \(source): \(lines.count) lines written"))
        }
        return report
    }

    /// nil if the ledger is there, or was never begun.
    func rebuildIfLost(_ source: String, settle: Duration) throws(StoreError) -> RebuildReport? {
        guard try isLost(source) else { return nil }
        return try rebuildLedger(source, settle: settle)
    }

    func isLost(_ source: String) throws(StoreError) -> Bool {
        try store { () throws(FileError) in
            guard try Kernel.status(layout.ledger(source)) == nil else { return false }
            return try Kernel.status(layout.ledgerMark(source)) != nil
        }
    }

    /// With each recovery: a look into one small folder.
    func rebuildLostLedgers(settle: Duration) throws(StoreError) -> [RebuildReport] {
        var reports: [RebuildReport] = []
        for source in try markedSources() {
            if let report = try rebuildIfLost(source, settle: settle) { reports.append(report) }
        }
        return reports
    }

    /// The sources whose ledgers were begun.
    func markedSources() throws(StoreError) -> [String] {
        let prefix = SpoolLayout.ledgerMarkPrefix
        return try names(layout.stages).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
            .filter(EntryID.isSource).sorted()
    }

    /// From now on a missing ledger is a lost one.
    func markLedger(_ source: String) throws(StoreError) {
        try store { () throws(FileError) in
            let mark = layout.ledgerMark(source)
            guard try Kernel.status(mark) == nil else { return }
            _ = try OpenFile(mark, .append)
            try Kernel.syncDirectory(layout.stages)
        }
    }

    private func markRebuilt(_ source: String) throws(StoreError) {
        try store { () throws(FileError) in
            try WholeFile.replace(layout.ledgerMark(source), with: Array("\(now().rfc3339)\n".utf8), synced: true)
        }
    }

    /// When the ledger of `source` was last written anew; nil if it never was.
    func rebuiltTime(_ source: String) throws(StoreError) -> Timestamp? {
        let bytes = try store { () throws(FileError) in try WholeFile.read(layout.ledgerMark(source), limit: 100) }
        return Timestamp(rfc3339: String(decoding: (bytes ?? []).prefix(24), as: UTF8.self))
    }

    /// What is put back from a backup does not know what was sent after that was made: nothing in it counts as never sent, for
    /// any source. Entries that a worker had when the backup was made go the same way, and no crash is counted for them.
    ///
    /// `.locked` if a fetch is running: then it is no spool that was just restored.
    package func distrustAll(settle: Duration) throws(StoreError) -> [RebuildReport] {
        var sources = Set(try markedSources()).union(try names(layout.ledgers).filter(EntryID.isSource))
        for queue in try queues() {
            for state in EntryState.allCases { sources.formUnion(try list(queue, state).entries.map(\.ref.id.source)) }
        }
        var reports: [RebuildReport] = []
        for source in sources.sorted() {
            let ledger = try ledger(source)
            let active = try distrust(source, in: [.active], settle: settle)
            var report = try rebuildLedger(source, settle: settle)
            report.deferred = (report.deferred + active).sorted()
            reports.append(report)
            withExtendedLifetime(ledger) {}
        }
        return reports
    }

    private func distrust(_ source: String, in states: [EntryState], settle: Duration) throws(StoreError) -> [EntryRef]
    {
        var moved: [EntryRef] = []
        for queue in try queues() {
            let due = queue.isInbox ? now() : now() + settle
            for state in states {
                for entry in try list(queue, state).entries where entry.ref.id.source == source {
                    if try distrust(entry.place, due) { moved.append(entry.ref) }
                }
            }
            // Also when nothing was moved: whoever moved it before us may have died before this.
            try store { () throws(FileError) in
                try Kernel.syncDirectory(layout.folder(queue, .deferred))
                for state in states { try Kernel.syncDirectory(layout.folder(queue, state)) }
            }
        }
        return moved
    }

    private func distrust(_ place: EntryPlace, _ due: Timestamp) throws(StoreError) -> Bool {
        do throws(StoreError) {
            // Locked: a worker has it, and it is out of `ready` already.
            guard let file = try lock(place) else { return false }
            try store { () throws(FileError) in
                try withReserve { () throws(FileError) in try file.setModified(due.nanoseconds) }
            }
            try settle(place, .deferred)
            withExtendedLifetime(file) {}
            return true
        } catch  where error.code == .damaged {
            try setAside(place, code: "damaged", reason: error.message)
            return false
        }
    }

    /// Every analysis of a source that left a trace in the spool, with its digest where that can be read.
    private func digestsInSpool(_ source: String) throws(StoreError) -> [EntryID: String?] {
        var digests: [EntryID: String?] = [:]
        for queue in try queues() {
            for state in EntryState.allCases {
                for entry in try list(queue, state).entries where entry.ref.id.source == source {
                    if (digests[entry.ref.id] ?? nil) == nil {
                        digests.updateValue(try digest(of: entry.place), forKey: entry.ref.id)
                    }
                }
            }
        }
        return digests
    }

    private func write(_ lines: [String], to path: FilePath) throws(StoreError) {
        let bytes = Array((lines + [""]).joined(separator: "\n").utf8)
        do throws(FileError) {
            guard try Kernel.status(path) != nil else {
                return try WholeFile.create(path, with: bytes, in: layout.stages)
            }
            for line in lines { try WholeFile.append(line, to: path, synced: false) }
            try OpenFile(path, .append).sync()
        } catch  where error.exists {
            // Somebody else has rebuilt it at the same moment.
        } catch {
            throw StoreError(error)
        }
    }
}
