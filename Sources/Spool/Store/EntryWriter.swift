// The birth of an entry: written in `tmp` under a lock, hashed on the way, committed by one rename.
//
// Order: payload and envelope written, file synced, renamed without overwrite, destination folder synced, then the
// source folder. Before the rename there is no entry; after the second sync nothing can take it away. A writer that dies
// leaves a file in `tmp` whose lock is free, which recovery sweeps.

import Crypto
import Synchronization
import SystemPackage

/// Takes a payload piece by piece. Used by one task at a time; the mutex only lets it travel between threads.
package final class EntryWriter: Sendable {
    private struct State {
        var envelope: Envelope
        var hash = SHA256()
        var count = 0
        /// Renamed: what lies there is an entry, and no longer ours to remove.
        var isFinished = false
        /// `commit` was begun; there is no second one, for a failed sync must not be tried again on this descriptor.
        var isSealed = false
        /// The first write that failed: nothing can be made of this file any more.
        var failure: StoreError?
    }

    private let spool: SpoolStore
    private let queue: QueueName
    private let file: OpenFile
    private let state: Mutex<State>

    init(_ spool: SpoolStore, _ queue: QueueName, _ envelope: Envelope) throws(StoreError) {
        self.spool = spool
        self.queue = queue
        state = Mutex(State(envelope: envelope))
        let name = "\(envelope.id).\(Envelope.hex((0..<8).map { _ in UInt8.random(in: 0 ... .max) }))"
        let path = spool.layout.temporary(queue, name)
        file = try store { () throws(FileError) in
            let file = try OpenFile.locked(creating: path)
            do throws(FileError) {
                try file.write([UInt8](repeating: 0x20, count: Envelope.size))
            } catch {
                // The first error is the one to tell; a file that stays behind is swept.
                try? Kernel.unlink(path)
                throw error
            }
            return file
        }
    }

    deinit { discard() }

    /// Nothing of it is kept, unless it was committed.
    package func discard() {
        let isOver = state.withLock { state in
            defer { state.isFinished = true }
            return state.isFinished
        }
        // If this fails, the sweep finds it, since the lock goes with us.
        if !isOver { try? Kernel.unlink(file.path) }
    }

    /// Bytes of payload written so far.
    package var count: Int { state.withLock(\.count) }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        if let failure = state.withLock(\.failure) { throw failure }
        do throws(FileError) {
            try file.write(bytes)
        } catch {
            let failure = StoreError(error)
            state.withLock { $0.failure = failure }
            throw failure
        }
        state.withLock {
            $0.hash.update(bufferPointer: bytes)
            $0.count += bytes.count
        }
    }

    package func write(_ bytes: [UInt8]) throws(StoreError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(StoreError) in try write(UnsafeRawBufferPointer(buffer)) }
    }

    /// Reads back what was written, so that it can be checked before it is committed.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(StoreError) -> Int {
        try store { () throws(FileError) in try file.read(at: Envelope.size + offset, into: buffer) }
    }

    /// What only the payload could tell.
    package func describe(analysisid: String?) {
        guard let analysisid, EntryID.isWebid(analysisid) else { return }
        state.withLock { $0.envelope.analysisid = $0.envelope.analysisid ?? analysisid }
    }

    /// Makes the entry. `due` nil: to `ready`; else to `deferred`, not to be touched before then.
    ///
    /// Throws `.exists` if an entry of that name is in any state of this queue but `done`; then nothing has changed. After
    /// any other error the entry may exist all the same: it was renamed, but is not known to survive a power cut.
    @discardableResult
    package func commit(deferredUntil due: Timestamp? = nil) throws(StoreError) -> Envelope {
        let (envelope, failure) = seal()
        if let failure { throw failure }
        guard let id = EntryID(source: envelope.source, webid: envelope.webid) else {
            preconditionFailure("an envelope is made from an id")
        }
        let target = EntryPlace(EntryRef(queue, id), due == nil ? .ready : .deferred)
        if let other = try spool.livePlace(of: target.ref) { throw Self.exists(other) }
        do throws(FileError) {
            try file.write(envelope.encoded(), at: 0)
            if let due { try file.setModified(due.nanoseconds) }
            try file.sync()
            try Kernel.rename(file.path, to: spool.layout.entry(target))
            state.withLock { $0.isFinished = true }
            try Kernel.syncDirectory(spool.layout.folder(of: target))
            try Kernel.syncDirectory(spool.layout.temporary(queue))
            // Anybody's from now on; the last reference to the file may go later.
            try file.unlock()
        } catch  where error.exists {
            throw Self.exists(target)
        } catch {
            throw StoreError(error)
        }
        return envelope
    }

    private func seal() -> (Envelope, StoreError?) {
        state.withLock {
            precondition(!$0.isSealed, "an entry is committed once")
            $0.isSealed = true
            $0.envelope.bytes = $0.count
            $0.envelope.sha256 = Envelope.hex($0.hash.finalize())
            return ($0.envelope, $0.failure)
        }
    }

    private static func exists(_ place: EntryPlace) -> StoreError {
        StoreError(.exists, "\(place.ref) is in '\(place.state.rawValue)' already")
    }
}

extension SpoolStore {
    /// Begins an entry; it exists only once it is committed.
    package func writer(_ queue: QueueName, _ envelope: Envelope) throws(StoreError) -> EntryWriter {
        try EntryWriter(self, queue, envelope)
    }

    /// Makes sure that an entry that was found also survives a power cut, and says where it is; nil if it is not in its queue.
    ///
    /// Whoever finds an entry and acts on its being there (a ledger line; an analysis moved to `done` because its report
    /// exists) calls this first: its writer may have died, or failed, between the rename and the sync of the folders.
    package func makeDurable(_ ref: EntryRef) throws(StoreError) -> EntryPlace? {
        while let place = try places(of: ref).first {
            try store { () throws(FileError) in try Kernel.syncDirectory(layout.folder(of: place)) }
            let path = layout.entry(place)
            // Moved on meanwhile: then it is the other folder that counts.
            if try store({ () throws(FileError) in try Kernel.status(path) }) != nil { return place }
        }
        return nil
    }
}
