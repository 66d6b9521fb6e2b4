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
        try store { () throws(FileError) in try Owner.become(ownerOf: root) }
        let layout = try layout(root)
        if let status = try store({ () throws(FileError) in try Kernel.status(layout.root) }) {
            guard status.kind == .directory else { throw StoreError(.exists, "\(root) exists and is no folder") }
            if try store({ () throws(FileError) in try Kernel.status(layout.format) }) != nil {
                throw StoreError(.exists, "\(root) is a spool already; nothing was changed")
            }
            let names = try store { () throws(FileError) in try Folder.names(layout.root) }
            guard names.allSatisfy(Self.isRemainder) else {
                throw StoreError(.exists, "\(root) holds other files; give a new or an empty folder")
            }
        }
        do throws(FileError) {
            try make(layout, id: UUID().uuidString.lowercased())
        } catch  where error.exists && error.path.lastComponent == layout.format.lastComponent {
            throw StoreError(.exists, "\(root) was made a spool by somebody else at this moment")
        } catch {
            throw StoreError(error)
        }
        return try open(root, program: program, now: now)
    }

    /// Where a spool really lies: its own path may be relative or lead through symbolic links, but inside nothing does.
    private static func layout(_ root: FilePath) throws(StoreError) -> SpoolLayout {
        try store { () throws(FileError) in
            // Whatever of it does not exist yet is made below the deepest folder that does.
            var existing = root.isEmpty ? FilePath(".") : root
            var missing: [FilePath.Component] = []
            while try Kernel.status(existing) == nil, let name = existing.lastComponent {
                missing.insert(name, at: 0)
                existing.removeLastComponent()
                if existing.isEmpty { existing = FilePath(".") }
            }
            var resolved = try Kernel.resolved(existing) ?? existing
            for name in missing { resolved.append(name) }
            return SpoolLayout(root: resolved)
        }
    }

    /// What an interrupted `create` may have left.
    private static func isRemainder(_ name: String) -> Bool {
        SpoolLayout.rootFolders.contains(name) || ["inbox", "outbox", "reserve", "lost+found"].contains(name)
    }

    /// Folders first, `format` last and synced: a spool is one only when it is whole.
    private static func make(_ layout: SpoolLayout, id: String) throws(FileError) {
        var parents: [FilePath] = []
        var parent = layout.root.removingLastComponent()
        while !parent.isEmpty, try Kernel.status(parent) == nil {
            parents.insert(parent, at: 0)
            parent.removeLastComponent()
        }
        for folder in parents + layout.folders { try Kernel.makeDirectory(folder) }
        try Kernel.setMode(layout.root, 0o700)
        for folder in layout.folders.reversed() + parents.reversed() { try Kernel.syncDirectory(folder) }
        if !parent.isEmpty { try Kernel.syncDirectory(parent) }
        try fillReserve(layout)
        let text = "spool \(formatVersion)\nid \(id)\n"
        do throws(FileError) {
            try WholeFile.create(layout.format, with: Array(text.utf8), in: layout.stages)
        } catch {
            throw FileError(error.call, layout.format, error.errno)
        }
    }

    /// Opens the spool at `root`, making what it lacks; becomes its owner if run as root.
    ///
    /// `looking`: for verbs that move nothing; they also work where a link or a file lies in place of a folder.
    package static func open(
        _ root: FilePath, program: String, now: @escaping Now, looking: Bool = false
    ) throws(StoreError) -> SpoolStore {
        let spool = try look(root, program: program, now: now)
        do throws(StoreError) {
            try spool.makeFolders()
        } catch  where looking && error.isNoFolder {
            // `verify` names it; nothing is moved.
        }
        return spool
    }

    /// The same without making anything, for whoever wants to know what is missing.
    package static func look(_ root: FilePath, program: String, now: @escaping Now) throws(StoreError) -> SpoolStore {
        let layout = try layout(root)
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
        return SpoolStore(layout: layout, id: id, now: now, program: program)
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
        // Bundles are called by it, so it is read as strictly as anything from outside.
        guard lines.count >= 2, lines[1].hasPrefix("id "), EntryID.isWebid(String(lines[1].dropFirst(3))) else {
            throw StoreError(.format, "\(path) has no line 'id': damaged; restore it from a backup")
        }
        return String(lines[1].dropFirst(3))
    }
}
