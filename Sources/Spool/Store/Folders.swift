// The folders of a spool and the room on its disk: what must be there before it is needed, because on a full disk it
// cannot be made.

import SystemPackage

extension SpoolStore {
    /// Queues that are there: inbox, outbox, and further destinations. Only folders count: a stray file is no queue.
    package func queues() throws(StoreError) -> [QueueName] {
        try store { () throws(FileError) in try Folder.contents(layout.root, where: { QueueName($0) != nil }) }
            .filter { $0.status.kind == .directory }.compactMap { QueueName($0.name) }.sorted()
    }

    /// Makes the queue of a further destination (`outbox.<name>`), durably; nothing to do when it is there.
    package func addQueue(_ queue: QueueName) throws(StoreError) {
        try store { () throws(FileError) in
            for folder in layout.folders(queue) { try makeFolder(folder) }
        }
        makeDays(queue)
    }

    /// Whatever a restored backup may lack, the days of `done` for today and tomorrow, and the reserve, if there is room for
    /// it. A full or a read-only disk is no error here: what is there already may do.
    package func makeFolders() throws(StoreError) {
        do throws(FileError) {
            for folder in layout.folders { try makeFolder(folder) }
        } catch  where error.isNoSpace || error.isDevice {
            // Whoever needs the folder meets the error, and says which.
        } catch {
            throw StoreError(error)
        }
        for queue in try queues() { makeDays(queue) }
        refillReserveIfRoomy()
    }

    /// A link to a folder is none: renames would follow it out of the spool.
    private func makeFolder(_ folder: FilePath) throws(FileError) {
        if try Kernel.makeDirectory(folder) { return try Kernel.syncDirectory(folder.removingLastComponent()) }
        switch try Kernel.status(folder)?.kind {
        case .directory, nil: return
        case .symlink: throw FileError(.mkdir, folder, .tooManySymbolicLinkLevels)
        case .regular, .other: throw FileError(.mkdir, folder, .notDirectory)
        }
    }

    /// The days of `done` for today and tomorrow, ahead of their need.
    private func makeDays(_ queue: QueueName) {
        let now = now()
        for day in [now.utcDay, (now + .seconds(86_400)).utcDay] {
            // Ahead of its need: if it cannot be made now, `usableDay` tries again, and knows a way without it.
            try? makeDay(queue, day)
        }
    }

    /// Makes the folder of a day, durably; nothing to do when it is there.
    func makeDay(_ queue: QueueName, _ day: UTCDay) throws(FileError) {
        try makeFolder(layout.folder(queue, .done, day: day))
    }

    /// Today's folder of `done`; where it is missing and cannot be made (no room, or its name is taken by what is no folder),
    /// the newest that is there.
    func usableDay(_ queue: QueueName) throws(FileError) -> UTCDay {
        let today = now().utcDay
        if try Kernel.status(layout.folder(queue, .done, day: today))?.kind == .directory { return today }
        do throws(FileError) {
            try withReserve { () throws(FileError) in try makeDay(queue, today) }
            return today
        } catch  where error.isNoSpace || error.isNoFolder {
            let days = try Folder.folders(layout.folder(queue, .done)).compactMap { UTCDay($0) }
            guard let newest = days.max() else { throw error }
            return newest
        }
    }

    // MARK: Room

    /// Bytes that may still be used on the spool's file system.
    package func available() throws(StoreError) -> Int {
        try store { () throws(FileError) in try FileSystem(of: layout.root) }.available
    }

    /// The smaller of 1 GiB and 5 % of the file system.
    package func defaultMinimumFree() throws(StoreError) -> Int {
        min(1 << 30, try store { () throws(FileError) in try FileSystem(of: layout.root) }.size / 20)
    }

    /// Gives the reserve up, so that moves and records have room. No error: it is a last resort already.
    package func releaseReserve() {
        do { try Kernel.unlink(layout.reserve) } catch
        { /* Already given up, or the disk is in a worse state than full. */  }
    }

    /// Puts the reserve back.
    package func refillReserve() throws(StoreError) {
        try store { () throws(FileError) in
            if try Kernel.status(layout.reserve)?.size != Self.reserveSize { try Self.fillReserve(layout) }
        }
    }

    /// Not as soon as there are 4 MiB: the disk would be full again.
    private func refillReserveIfRoomy() {
        // Without a reserve everything works but on a full disk; the next pass tries again.
        guard let status = try? Kernel.status(layout.reserve) else { return refillIfRoomy() }
        if status.size != Self.reserveSize { refillIfRoomy() }
    }

    private func refillIfRoomy() {
        // As above.
        guard let system = try? FileSystem(of: layout.root) else { return }
        let wanted = min(1 << 30, system.size / 20) + Self.reserveSize
        if system.available >= wanted { try? Self.fillReserve(layout) }
    }

    static func fillReserve(_ layout: SpoolLayout) throws(FileError) {
        let file = try OpenFile.record(layout.reserve, .readWrite)
        try file.allocate(reserveSize)
    }
}
