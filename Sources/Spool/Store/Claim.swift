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

    /// The claim has ended: its lock goes now, and not only with the last reference to it, which may lie in a closure that some
    /// thread has yet to let go of.
    package func release() {
        // A lock that is not let go of goes with the file.
        try? file.unlock()
    }

    /// Worked on. Not synced: if a power cut loses it, the work is done again, idempotently.
    package func done() throws(StoreError) {
        try store { () throws(FileError) in
            try spool.withReserve { () throws(FileError) in try file.setModified(spool.now().nanoseconds) }
            let path = spool.layout.entry(EntryPlace(ref, .done, day: try spool.usableDay(ref.queue)))
            do throws(FileError) {
                try spool.move(active, to: path)
            } catch  where error.exists {
                try takeThePlaceOf(path)
            }
        }
        spool.forgetTries(ref)
    }

    /// The same analysis was done earlier today: the newer one takes its place. Not by renaming over it, which does nothing
    /// at all if the two are one file under two names.
    private func takeThePlaceOf(_ path: FilePath) throws(FileError) {
        do throws(FileError) {
            try Kernel.unlink(path)
        } catch  where error.isMissing {
            // Moved away by an operator just now: the place is free.
        }
        try spool.move(active, to: path)
    }

    /// Set aside until `due`.
    package func deferred(until due: Timestamp) throws(StoreError) {
        try end(.deferred, modified: due)
    }

    /// Not worked on after all (drained, the stage waits): due at once, and without a try counted.
    package func putBack() throws(StoreError) {
        try end(.deferred, modified: spool.now())
    }

    /// Given up: a dead letter, until an operator requeues or drops it.
    package func failed() throws(StoreError) {
        try end(.failed, modified: spool.now())
    }

    /// Set aside for an operator.
    package func held() throws(StoreError) {
        try end(.hold, modified: spool.now())
    }

    /// In a bundle that is complete and synced; waits for its receipt.
    package func exported() throws(StoreError) {
        try end(.exported, modified: spool.now())
        // At once: a bundle's claims live as long as the bundle, and a receipt may come sooner.
        try store { () throws(FileError) in try file.unlock() }
    }

    private var active: FilePath { spool.layout.entry(EntryPlace(ref, .active)) }

    private func end(_ state: EntryState, modified: Timestamp) throws(StoreError) {
        try store { () throws(FileError) in
            try spool.withReserve { () throws(FileError) in try file.setModified(modified.nanoseconds) }
        }
        try spool.settle(EntryPlace(ref, .active), state)
    }
}

extension Sequence<Claim> {
    /// Gives all of them back, as far as that goes: what cannot be put back stays in `active`, where recovery finds it.
    func putBack() {
        for claim in self {
            try? claim.putBack()
            claim.release()
        }
    }
}

extension SpoolStore {
    /// Takes an entry into `active` if nobody else has it; nil if somebody has, or it has moved on.
    ///
    /// The caller syncs the folders (`syncClaims`) before it lets anything out.
    package func claim(_ place: EntryPlace) throws(StoreError) -> Claim? {
        guard let file = try lock(place) else { return nil }
        let active = layout.entry(EntryPlace(place.ref, .active))
        do throws(FileError) {
            try move(layout.entry(place), to: active)
            guard try file.isAt(active) else { return nil }
        } catch  where error.isMissing || error.exists {
            return nil
        } catch {
            throw StoreError(error)
        }
        return Claim(place.ref, origin: place.state, file: file, spool: self)
    }

    /// Makes the moves of a bundle's entries durable.
    package func syncExported(_ queue: QueueName) throws(StoreError) {
        try store { () throws(FileError) in
            try Kernel.syncDirectory(layout.folder(queue, .exported))
            try Kernel.syncDirectory(layout.folder(queue, .active))
        }
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
}
