// The right to work on one entry: an flock on its file, which lies in `active`.
//
// Whoever dies lets go of the lock, and recovery finds an entry in `active` that nobody holds. Nothing ever goes back to
// `ready`: a claim ends in `done`, `failed`, `exported`, `hold` or `deferred`.

import SystemPackage

/// One entry that is ours until the claim ends.
package final class Claim: Sendable {
    package let ref: EntryRef
    /// Where it was taken from. From `deferred`: somebody may have worked on it before, so submit looks it up first.
    package let origin: EntryState
    private let file: OpenFile
    private let spool: SpoolStore

    init(_ ref: EntryRef, origin: EntryState, file: OpenFile, spool: SpoolStore) {
        self.ref = ref
        self.origin = origin
        self.file = file
        self.spool = spool
    }

    /// The entry, its envelope checked; `.damaged` if it is not what was committed.
    package func reader() throws(StoreError) -> EntryReader {
        try EntryReader(file, expecting: ref)
    }

    /// Worked on. Not synced: if a power cut loses it, the work is done again, idempotently.
    package func done() throws(StoreError) {
        let day = spool.now().utcDay
        let target = EntryPlace(ref, .done, day: day)
        try store { () throws(FileError) in
            try file.setModified(spool.now().nanoseconds)
            do throws(FileError) {
                try Kernel.rename(active, to: spool.layout.entry(target))
            } catch  where error.isMissing {
                try spool.makeDay(ref.queue, day)
                try Kernel.rename(active, to: spool.layout.entry(target))
            } catch  where error.exists {
                // The same analysis was done earlier today; the newer one takes its place.
                try Kernel.unlink(spool.layout.entry(target))
                try Kernel.rename(active, to: spool.layout.entry(target))
            }
        }
        spool.forgetTries(ref)
    }

    /// Set aside until `due`.
    package func deferred(until due: Timestamp) throws(StoreError) {
        try move(to: .deferred, modified: due)
    }

    /// Not worked on after all (drained, the stage waits): due at once, and without a try counted.
    package func putBack() throws(StoreError) {
        try move(to: .deferred, modified: spool.now())
    }

    /// Given up: a dead letter, until an operator requeues or drops it.
    package func failed() throws(StoreError) {
        try move(to: .failed, modified: spool.now())
    }

    /// Set aside for an operator.
    package func held() throws(StoreError) {
        try move(to: .hold, modified: spool.now())
    }

    private var active: FilePath { spool.layout.entry(EntryPlace(ref, .active)) }

    private func move(to state: EntryState, modified: Timestamp) throws(StoreError) {
        do {
            try file.setModified(modified.nanoseconds)
            try Kernel.rename(active, to: spool.layout.entry(EntryPlace(ref, state)))
        } catch  where error.exists {
            throw StoreError(.exists, "\(ref) is in '\(state.rawValue)' already; one of the two must be dropped")
        } catch {
            throw StoreError(error)
        }
    }
}

extension SpoolStore {
    /// Takes an entry into `active` if nobody else has it; nil if somebody has, or it has moved on.
    ///
    /// The caller syncs the folders (`syncClaims`) before it lets anything out.
    package func claim(_ place: EntryPlace) throws(StoreError) -> Claim? {
        guard let file = try lock(place) else { return nil }
        let active = EntryPlace(place.ref, .active)
        do {
            try Kernel.rename(layout.entry(place), to: layout.entry(active))
        } catch  where error.isMissing || error.exists {
            return nil
        } catch {
            throw StoreError(error)
        }
        guard try isStill(file, layout.entry(active)) else { return nil }
        return Claim(place.ref, origin: place.state, file: file, spool: self)
    }

    /// Makes the renames of a batch of claims durable: destination first, then the sources.
    package func syncClaims(_ queue: QueueName, from states: Set<EntryState>) throws(StoreError) {
        try store { () throws(FileError) in
            try Kernel.syncDirectory(layout.folder(queue, .active))
            for state in EntryState.allCases where states.contains(state) {
                try Kernel.syncDirectory(layout.folder(queue, state))
            }
        }
    }

    /// Opens and locks the entry at `place`, checking that it is still there; nil if it is locked or gone.
    ///
    /// Damage of any other kind (a symbolic link, a FIFO, a folder) is an error that names it.
    func lock(_ place: EntryPlace) throws(StoreError) -> OpenFile? {
        let path = layout.entry(place)
        do {
            let file = try OpenFile(path, .read)
            guard try file.status().kind == .regular else {
                throw StoreError(.damaged, "\(path) is not a regular file")
            }
            guard try file.tryLock() else { return nil }
            return try isStill(file, path) ? file : nil
        } catch let error as FileError where error.isMissing {
            return nil
        } catch let error as FileError where error.errno == .tooManySymbolicLinkLevels {
            throw StoreError(.damaged, "\(path) is a symbolic link; entries are files")
        } catch let error as FileError {
            throw StoreError(error)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.damaged, "\(path): \(error)")
        }
    }

    /// Whether the name still leads to the open file.
    func isStill(_ file: OpenFile, _ path: FilePath) throws(StoreError) -> Bool {
        try store { () throws(FileError) in try Kernel.status(path)?.identity == file.status().identity }
    }
}
