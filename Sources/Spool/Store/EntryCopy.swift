// The birth of an entry that was made elsewhere: its bytes come as they are, envelope and all, and nothing here changes them.
//
// In two steps, since many are born together or not at all: first all are written in `tmp` under their locks and checked,
// then all are synced and renamed. Who dies in between leaves files in `tmp` whose locks are free, which recovery sweeps.

import Synchronization
import SystemPackage

/// An entry on its way in. Used by one task at a time; the mutex only lets it travel between threads.
package final class EntryCopy: Sendable {
    package let ref: EntryRef
    package let envelope: Envelope
    private let spool: SpoolStore
    private let file: OpenFile
    private let isFinished = Mutex(false)

    init(_ spool: SpoolStore, _ ref: EntryRef, _ envelope: Envelope) throws(StoreError) {
        self.spool = spool
        self.ref = ref
        self.envelope = envelope
        let name = "\(ref.id).\(Envelope.hex((0..<8).map { _ in UInt8.random(in: 0 ... .max) }))"
        let path = spool.layout.temporary(ref.queue, name)
        file = try store { () throws(FileError) in try OpenFile.locked(creating: path) }
    }

    deinit { discard() }

    /// Nothing of it is kept, unless it was committed.
    package func discard() {
        let isOver = isFinished.withLock { isFinished in
            defer { isFinished = true }
            return isFinished
        }
        // If this fails, the sweep finds it, since the lock goes with us.
        if !isOver { try? Kernel.unlink(file.path) }
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        try store { () throws(FileError) in try file.write(bytes) }
    }

    package func write(_ bytes: [UInt8]) throws(StoreError) {
        try store { () throws(FileError) in try file.write(bytes) }
    }

    /// Makes it an entry; `due` nil: in `ready`, else in `deferred`. Throws `.exists` if its name is taken.
    fileprivate func commit(_ due: Timestamp?) throws(StoreError) -> EntryPlace {
        let place = EntryPlace(ref, due == nil ? .ready : .deferred)
        if let other = try spool.livePlace(of: ref) { throw Self.exists(other) }
        do throws(FileError) {
            try Kernel.rename(file.path, to: spool.layout.entry(place))
        } catch  where error.exists {
            throw Self.exists(place)
        } catch {
            throw StoreError(error)
        }
        isFinished.withLock { $0 = true }
        // It is anybody's now, although the bundle's other entries are still on their way.
        try store { () throws(FileError) in try file.unlock() }
        return place
    }

    fileprivate func sync(_ due: Timestamp?) throws(StoreError) {
        try store { () throws(FileError) in
            if let due { try file.setModified(due.nanoseconds) }
            try file.sync()
        }
    }

    private static func exists(_ place: EntryPlace) -> StoreError {
        StoreError(.exists, "\(place.ref) is in '\(place.state.rawValue)' already")
    }
}

extension SpoolStore {
    /// Begins a copy; it is an entry only once it is committed.
    package func copy(_ ref: EntryRef, _ envelope: Envelope) throws(StoreError) -> EntryCopy {
        try EntryCopy(self, ref, envelope)
    }

    /// Commits copies together: all files synced, all renamed, then the folders synced, destinations first.
    ///
    /// `due` says for each when it may be touched; nil: it was never claimed by anybody and goes to `ready`. If it throws, some
    /// of them may be entries and others not.
    package func commit(_ copies: [EntryCopy], due: (EntryCopy) -> Timestamp?) throws(StoreError) -> [EntryPlace] {
        guard !copies.isEmpty else { return [] }
        let queues = Set(copies.map(\.ref.queue)).sorted()
        // Everything at once first; what is left for the files' own syncs is to say that it worked.
        try store { () throws(FileError) in try OpenFile(layout.root, .folder).syncFileSystem() }
        for copy in copies { try copy.sync(due(copy)) }
        var places: [EntryPlace] = []
        for copy in copies { places.append(try copy.commit(due(copy))) }
        try store { () throws(FileError) in
            for folder in Set(places.map(layout.folder(of:))) { try Kernel.syncDirectory(folder) }
            for queue in queues { try Kernel.syncDirectory(layout.temporary(queue)) }
        }
        return places
    }
}
