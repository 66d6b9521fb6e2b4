// A spool on disk: making one, opening one.
//
// All methods block and are safe to call from several processes and threads at once; what keeps them apart is the file
// system (rename without overwrite, flock), nothing in memory. Run them on `BlockingPool`. The moves are in
// `SpoolStore+….swift`: births, claims, recovery, operators' verbs, listings.

import FoundationEssentials
package import SystemPackage

/// One spool.
package struct SpoolStore: Sendable {
    package let layout: SpoolLayout
    /// Which spool this is, for bundles and receipts: a UUID.
    package let id: String
    package let now: Now
    /// Written into envelopes.
    package let program: String

    package static let formatVersion = 1
    /// Freed when the disk is full, so that moves go on.
    package static let reserveSize = 4 << 20

    /// Makes a spool at `root`, which must not exist or be an empty folder.
    package static func create(at root: FilePath, program: String, now: @escaping Now) throws(StoreError) -> SpoolStore
    {
        let layout = SpoolLayout(root: root)
        if try store({ () throws(FileError) in try Kernel.status(layout.format) }) != nil {
            throw StoreError(.exists, "\(root) is a spool already; nothing was changed")
        }
        if let status = try store({ () throws(FileError) in try Kernel.status(layout.root) }) {
            guard status.kind == .directory else { throw StoreError(.exists, "\(root) exists and is no folder") }
            let names = try store { () throws(FileError) in try Folder.names(layout.root) }
            guard names.allSatisfy(Self.isRemainder) else {
                throw StoreError(.exists, "\(root) holds other files; give a new or an empty folder")
            }
        }
        try store { () throws(FileError) in try make(layout, id: UUID().uuidString.lowercased()) }
        return try open(root, program: program, now: now)
    }

    /// What an interrupted `create` may have left.
    private static func isRemainder(_ name: String) -> Bool {
        ["inbox", "outbox", "ledger", "journal", "stages", "transfer", "reserve", "lost+found"].contains(name)
            || name.hasPrefix("format.")
    }

    /// Folders first, `format` last and synced: a spool is one only when it is whole.
    private static func make(_ layout: SpoolLayout, id: String) throws(FileError) {
        var parents: [FilePath] = []
        var parent = layout.root.removingLastComponent()
        while !parent.isEmpty, try Kernel.status(parent) == nil {
            parents.insert(parent, at: 0)
            parent = parent.removingLastComponent()
        }
        for folder in parents + layout.folders { try Kernel.makeDirectory(folder) }
        for folder in layout.folders.reversed() + parents.reversed() { try Kernel.syncDirectory(folder) }
        try refill(layout)
        try WholeFile.replace(layout.format, with: Array("spool \(formatVersion)\nid \(id)\n".utf8), synced: true)
        try Kernel.syncDirectory(layout.root.removingLastComponent())
    }

    /// Opens the spool at `root`; becomes its owner if run as root.
    package static func open(_ root: FilePath, program: String, now: @escaping Now) throws(StoreError) -> SpoolStore {
        let layout = SpoolLayout(root: root)
        try store { () throws(FileError) in try Owner.become(ownerOf: layout.format) }
        guard let bytes = try store({ () throws(FileError) in try WholeFile.read(layout.format, limit: 4096) }) else {
            throw StoreError(
                .notASpool,
                "\(root) is no spool (it has no file 'format'); is its disk mounted? 'spoolctl init' makes a new one")
        }
        let id = try parseFormat(String(decoding: bytes, as: UTF8.self), of: layout.format)
        let system = try store { () throws(FileError) in try FileSystem(of: layout.root) }
        if let name = system.networkName {
            throw StoreError(.network, "\(root) lies on \(name); a spool needs a local file system (locks, renames)")
        }
        let spool = SpoolStore(layout: layout, id: id, now: now, program: program)
        try spool.makeFolders()
        return spool
    }

    private static func parseFormat(_ text: String, of path: FilePath) throws(StoreError) -> String {
        let lines = text.split(separator: "\n").map(String.init)
        guard let first = lines.first, first.hasPrefix("spool "), let version = Int(first.dropFirst(6)) else {
            throw StoreError(.format, "\(path) does not say 'spool \(formatVersion)': damaged, or not a spool's")
        }
        guard version == formatVersion else {
            throw StoreError(
                .format,
                "\(path) says format \(version); this program reads \(formatVersion): use the program that made it")
        }
        guard lines.count >= 2, lines[1].hasPrefix("id ") else {
            throw StoreError(.format, "\(path) has no line 'id': damaged; restore it from a backup")
        }
        return String(lines[1].dropFirst(3))
    }

    /// Queues that are there: inbox, outbox, and further destinations.
    package func queues() throws(StoreError) -> [QueueName] {
        try store { () throws(FileError) in try Folder.names(layout.root) }.compactMap { QueueName($0) }.sorted()
    }

    /// Folders that a restored backup may lack, and the days of `done` for today and tomorrow.
    package func makeFolders() throws(StoreError) {
        let today = now().utcDay
        let tomorrow = (now() + .seconds(86_400)).utcDay
        try store { () throws(FileError) in
            for folder in layout.folders { try Kernel.makeDirectory(folder) }
            for queue in [QueueName.inbox, .outbox] {
                for day in [today, tomorrow] { try makeDay(queue, day) }
            }
        }
    }

    /// Makes the folder of a day, durably; nothing to do when it is there.
    func makeDay(_ queue: QueueName, _ day: UTCDay) throws(FileError) {
        if try Kernel.makeDirectory(layout.folder(queue, .done, day: day)) {
            try Kernel.syncDirectory(layout.folder(queue, .done))
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

    /// Puts the reserve back when there is room again.
    package func refillReserve() throws(StoreError) {
        try store { () throws(FileError) in
            if try Kernel.status(layout.reserve)?.size != Self.reserveSize { try Self.refill(layout) }
        }
    }

    private static func refill(_ layout: SpoolLayout) throws(FileError) {
        let file = try OpenFile(layout.reserve, .readWrite)
        try file.allocate(reserveSize)
    }
}
