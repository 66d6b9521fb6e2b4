// What a crash leaves, and cleaning it up. Runs at each stage's start and with each poll; cheap when there is nothing.
//
// - An entry in `active` whose lock is free has no worker: to `deferred`, due now; with the third worker dead, to `hold`.
// - The same inode under two states (a power cut between the two halves of a rename, on btrfs) is one entry: the
//   upstream name goes.
// - A file in `tmp` whose lock is free has no writer: removed.

import SystemPackage

/// What was cleaned up.
package struct RecoveryReport: Sendable, Equatable {
    package var deferred: [EntryRef] = []
    package var held: [EntryRef] = []
    package var swept = 0
    package var unlinked: [EntryPlace] = []
    /// Could not be recovered: where, and why.
    package var trouble: [String] = []
}

extension SpoolStore {
    /// Workers that may die on one entry before it is set aside.
    package static let crashLimit = 3

    package func recover(_ queue: QueueName) throws(StoreError) -> RecoveryReport {
        var report = RecoveryReport()
        try sweep(queue, &report)
        for entry in try list(queue, .active).entries { try recover(entry.place, &report) }
        return report
    }

    private func recover(_ place: EntryPlace, _ report: inout RecoveryReport) throws(StoreError) {
        do {
            guard let file = try lock(place) else { return }
            if try dropIfTwin(place, file, &report) { return }
            let tries = noteTry(
                place.ref, code: "crashed", error: "the process that worked on it ended without a word", crash: true)
            let claim = Claim(place.ref, origin: .active, file: file, spool: self)
            if tries.crashes >= Self.crashLimit {
                try claim.held()
                report.held.append(place.ref)
                note(
                    JournalEvent("held", ref: place.ref, code: "crashed", detail: "\(tries.crashes) workers died on it")
                )
            } else {
                try claim.deferred(until: now())
                report.deferred.append(place.ref)
                note(JournalEvent("recovered", ref: place.ref, detail: "left in active by a worker that ended"))
            }
        } catch  where error.code == .damaged || error.code == .exists {
            report.trouble.append("\(place.ref): \(error)")
        }
    }

    /// In `active` and, as the very same file, downstream of it: the move was made, and only half of it survived.
    private func dropIfTwin(_ place: EntryPlace, _ file: OpenFile, _ report: inout RecoveryReport) throws(StoreError)
        -> Bool
    {
        let identity = try store { () throws(FileError) in try file.status() }.identity
        for other in try places(of: place.ref) where other != place {
            let path = layout.entry(other)
            guard try store({ () throws(FileError) in try Kernel.status(path) })?.identity == identity else { continue }
            let upstream = other.state == .ready ? other : place
            let upstreamPath = layout.entry(upstream)
            try store { () throws(FileError) in try Kernel.unlink(upstreamPath) }
            report.unlinked.append(upstream)
            return upstream == place
        }
        return false
    }

    /// Removes what writers left that are gone.
    private func sweep(_ queue: QueueName, _ report: inout RecoveryReport) throws(StoreError) {
        let folder = layout.temporary(queue)
        for name in try store({ () throws(FileError) in try Folder.names(folder) }) {
            let path = folder.appending(name)
            do throws(FileError) {
                guard try Kernel.status(path)?.kind == .regular else { continue }
                let file = try OpenFile(path, .read)
                guard try file.tryLock() else { continue }
                // Renamed by its writer between our look and our lock: then the name leads elsewhere by now.
                guard try Kernel.status(path)?.identity == file.status().identity else { continue }
                try Kernel.unlink(path)
                report.swept += 1
            } catch  where error.isMissing {
                continue
            } catch {
                report.trouble.append("\(error)")
            }
        }
    }
}
