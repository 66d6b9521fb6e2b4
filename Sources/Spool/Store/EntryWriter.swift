// The birth of an entry: written in `tmp` under a lock, hashed on the way, committed by one rename.
//
// Order: payload and envelope written, file synced, renamed without overwrite, destination folder synced, then the
// source folder. Before the rename there is no entry; after the second sync nothing can take it away. A writer that dies
// leaves a file in `tmp` whose lock is free, which recovery sweeps.

import Crypto
import SystemPackage

/// Takes a payload piece by piece. Used by one task at a time.
package final class EntryWriter {
    private let spool: SpoolStore
    private let queue: QueueName
    private let file: OpenFile
    private var envelope: Envelope
    private var hash = SHA256()
    private var isFinished = false
    /// Bytes of payload written so far.
    package private(set) var count = 0

    init(_ spool: SpoolStore, _ queue: QueueName, _ envelope: Envelope) throws(StoreError) {
        self.spool = spool
        self.queue = queue
        self.envelope = envelope
        let name = "\(envelope.id).\(Envelope.hex((0..<8).map { _ in UInt8.random(in: 0 ... .max) }))"
        let path = spool.layout.temporary(queue).appending(name)
        file = try store { () throws(FileError) in
            let file = try OpenFile(path, .create)
            try file.lock()
            try file.write([UInt8](repeating: 0x20, count: Envelope.size))
            return file
        }
    }

    deinit {
        // Not committed: nothing of it is kept. If this fails, the sweep finds it, since the lock goes with us.
        if !isFinished { try? Kernel.unlink(file.path) }
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        hash.update(bufferPointer: bytes)
        count += bytes.count
        try store { () throws(FileError) in try file.write(bytes) }
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
        guard envelope.analysisid == nil, let analysisid, EntryID.isWebid(analysisid) else { return }
        envelope.analysisid = analysisid
    }

    /// Makes the entry. `due` nil: to `ready`; else to `deferred`, not to be touched before then.
    ///
    /// Throws `.exists` if an entry of that name is in that state already; then nothing has changed.
    @discardableResult
    package func commit(deferredUntil due: Timestamp? = nil) throws(StoreError) -> Envelope {
        precondition(!isFinished, "an entry is committed once")
        envelope.bytes = count
        envelope.sha256 = Envelope.hex(hash.finalize())
        let state: EntryState = due == nil ? .ready : .deferred
        let target = spool.layout.folder(queue, state)
        let name = "\(envelope.id).entry"
        do {
            try file.write(envelope.encoded(), at: 0)
            if let due { try file.setModified(due.nanoseconds) }
            try file.sync()
            try Kernel.rename(file.path, to: target.appending(name))
            isFinished = true
            try Kernel.syncDirectory(target)
            try Kernel.syncDirectory(spool.layout.temporary(queue))
        } catch  where error.exists {
            throw StoreError(.exists, "\(queue)/\(envelope.id) is in '\(state.rawValue)' already")
        } catch {
            throw StoreError(error)
        }
        return envelope
    }
}

extension SpoolStore {
    /// Begins an entry; it exists only once it is committed.
    package func writer(_ queue: QueueName, _ envelope: Envelope) throws(StoreError) -> EntryWriter {
        try EntryWriter(self, queue, envelope)
    }
}
