// The folders below `transfer`, which are made when they are needed. A link in place of one is never followed: neither by whoever
// writes, nor by whoever looks.

import SystemPackage

enum TransferFolder {
    static let names: Set = ["outgoing", "incoming", "arrived", "watched"]

    /// Makes what is missing of it, each durable in the one above.
    static func make(_ folder: FilePath, below root: FilePath) throws(FileError) {
        for path in way(to: folder, below: root) {
            let isThere = try isFolder(path)
            if !isThere { try Kernel.makeDirectory(path) }
            // Also if it was there: whoever made it may have died before its name was durable. The root is a spool's from its birth.
            if path != root || !isThere { try Kernel.syncDirectory(path.removingLastComponent()) }
        }
    }

    /// False if it is not there (yet); an error if something else lies in the place of one on the way to it.
    static func isThere(_ folder: FilePath, below root: FilePath) throws(FileError) -> Bool {
        for path in way(to: folder, below: root) where try !isFolder(path) { return false }
        return true
    }

    /// From the root down.
    private static func way(to folder: FilePath, below root: FilePath) -> [FilePath] {
        var way: [FilePath] = []
        var path = folder
        while path != root, !path.isEmpty {
            way.append(path)
            path.removeLastComponent()
        }
        return [root] + way.reversed()
    }

    private static func isFolder(_ path: FilePath) throws(FileError) -> Bool {
        switch try Kernel.status(path)?.kind {
        case nil: return false
        case .directory: return true
        case .symlink: throw FileError(.open, path, .tooManySymbolicLinkLevels)
        case .regular, .other: throw FileError(.open, path, .notDirectory)
        }
    }
}
