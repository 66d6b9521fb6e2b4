// What a crash leaves, and cleaning it up. Runs at each stage's start and with each poll; cheap when there is nothing.
//
// - An entry in `active` whose lock is free has no worker: to `deferred`, due now; with the third worker dead, to `hold`.
// - The same inode under two states (a power cut between the two halves of a rename, on btrfs) is one entry: the
//   upstream name goes. Here for what is in `active`; elsewhere as soon as anybody locks it (`Moves`).
// - A file in `tmp` whose lock is free has no writer: removed. So are the temporary files of records.
// - A ledger that is gone although there are entries is rebuilt, and nothing counts as never claimed any more (`Rebuild`).

import SystemPackage

/// What was cleaned up.
package struct RecoveryReport: Sendable, Equatable {
    package var deferred: [EntryRef] = []
    package var held: [EntryRef] = []
    package var swept = 0
    package var unlinked: [EntryPlace] = []
    /// Ledgers that were lost, and are there again.
    package var rebuilt: [RebuildReport] = []
    /// Could not be recovered: where, and why.
    package var trouble: [String] = []
}

extension SpoolStore {
    /// Workers that may die on one entry before it is set aside.
    package static let crashLimit = 3

    /// `settle`: how long the other side may take to show what it accepted; what was left in `active` may be there already,
    /// so it is not looked up before.
    package func recover(_ queue: QueueName, settle: Duration = .zero) throws(StoreError) -> RecoveryReport {
        var report = RecoveryReport()
        try sweep(queue, &report)
        report.rebuilt = try rebuildLostLedgers(settle: settle)
        for entry in try list(queue, .active).entries { try recover(entry.place, settle, &report) }
        return report
    }

    private func recover(_ place: EntryPlace, _ settle: Duration, _ report: inout RecoveryReport) throws(StoreError) {
        do throws(StoreError) {
            guard let file = try lock(place, unlinked: { report.unlinked.append($0) }) else { return }
            let tries = tries(
                place.ref,
                after: TryTrouble(
                    code: "crashed", error: "the process that worked on it ended without a word", crash: true))
            let claim = Claim(place.ref, origin: .active, file: file, spool: self)
            // Moved first, counted then, under the lock: a crash in between forgets one of three, and invents none.
            if tries.crashes >= Self.crashLimit {
                try claim.held()
                report.held.append(place.ref)
                note(
                    JournalEvent("held", ref: place.ref, code: "crashed", detail: "\(tries.crashes) workers died on it")
                )
            } else {
                try claim.deferred(until: now() + settle)
                report.deferred.append(place.ref)
                note(JournalEvent("recovered", ref: place.ref, detail: "left in active by a worker that ended"))
            }
            keep(tries, for: place.ref)
            withExtendedLifetime(claim) {}
        } catch  where error.code == .damaged {
            try setAside(place, code: "damaged", reason: error.message)
            report.trouble.append("\(place.ref): \(error)")
        } catch  where error.code == .exists {
            report.trouble.append("\(place.ref): \(error)")
        }
    }

    /// Names that writers of ours give in `tmp`: anything else is a stranger's, and left alone.
    static func isTemporary(_ name: String) -> Bool {
        if WholeFile.isTemporary(name) { return true }
        guard let dot = name.lastIndex(of: "."), EntryID(String(name[..<dot])) != nil else { return false }
        let mark = name[name.index(after: dot)...]
        return !mark.isEmpty
            && mark.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) || $0 == 0x2d }
    }

    /// Removes what writers left that are gone.
    private func sweep(_ queue: QueueName, _ report: inout RecoveryReport) throws(StoreError) {
        var trouble: [String] = []
        report.swept += try store { () throws(FileError) in
            try WholeFile.sweep(layout.temporary(queue), where: Self.isTemporary, trouble: { trouble.append("\($0)") })
                + WholeFile.sweep(layout.stages, where: WholeFile.isTemporary, trouble: { trouble.append("\($0)") })
        }
        report.trouble += trouble
    }
}
