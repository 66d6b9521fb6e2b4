// Small records, read and written whole: states of stages, tries, format. Never for entries.

package import SystemPackage

package enum WholeFile {
    /// The bytes of a small file; nil if there is none. More than `limit` bytes count as damage: the rest is cut off.
    package static func read(_ path: FilePath, limit: Int = 1 << 20) throws(FileError) -> [UInt8]? {
        do {
            return try read(OpenFile.record(path, .read), limit: limit)
        } catch  where error.isMissing {
            return nil
        }
    }

    /// Room is made as it is needed: a limit may be ten thousand times what is there.
    private static func read(_ file: OpenFile, limit: Int) throws(FileError) -> [UInt8] {
        var room = min(limit, firstRoom)
        var bytes = try file.bytes(limit: room)
        while bytes.count == room, room < limit {
            let more = min(limit - room, room)
            bytes += try file.bytes(at: room, limit: more)
            room += more
        }
        return bytes
    }

    private static let firstRoom = 64 << 10

    /// Replaces a record in one step: temporary file, then rename. `synced` also survives a power cut.
    ///
    /// The temporary file lies in `folder` (on the same file system; nil: beside the record) under a lock, and is swept from
    /// there (`sweep`) if we die. `mode`: for what others may read; nil: ours alone.
    package static func replace(
        _ path: FilePath, with bytes: [UInt8], in folder: FilePath? = nil, synced: Bool = false, mode: UInt32? = nil
    ) throws(FileError) {
        try write(bytes, to: path, in: folder, synced: synced) { (temporary) throws(FileError) in
            if let mode { try Kernel.setMode(temporary, mode) }
            try Kernel.replace(temporary, to: path)
        }
    }

    /// Makes a record that must not be there yet, synced.
    package static func create(_ path: FilePath, with bytes: [UInt8], in folder: FilePath? = nil) throws(FileError) {
        try write(bytes, to: path, in: folder, synced: true) { (temporary) throws(FileError) in
            try Kernel.rename(temporary, to: path)
        }
    }

    private static func write(
        _ bytes: [UInt8], to path: FilePath, in folder: FilePath?, synced: Bool,
        _ publish: (FilePath) throws(FileError) -> Void
    ) throws(FileError) {
        let record = path.string.utf8.split(separator: 0x2f).last.map { String(Substring($0)) } ?? "record"
        let name = "\(record).\(UInt64.random(in: 0 ... .max))\(suffix)"
        let temporary = (folder ?? path.removingLastComponent()).appending(name)
        let file = try OpenFile.locked(creating: temporary)
        do {
            try file.write(bytes)
            if synced { try file.sync() }
            try publish(temporary)
        } catch {
            // The first error is the one to tell; the remains are swept with the others.
            try? Kernel.unlink(temporary)
            throw error
        }
        withExtendedLifetime(file) {}
        if synced { try Kernel.syncDirectory(path.removingLastComponent()) }
    }

    private static let suffix = ".new"

    /// Whether a file may be removed whose lock is free: a temporary one of `replace` or `create`.
    package static func isTemporary(_ name: String) -> Bool { name.hasSuffix(suffix) }

    /// Removes the files of a folder whose lock is free, so far as `isOurs` says yes to their name: their writer is gone.
    /// What cannot be removed is handed to `trouble`. Says how many are gone.
    package static func sweep(
        _ folder: FilePath, where isOurs: (String) -> Bool, trouble: (FileError) -> Void = { _ in }
    ) throws(FileError) -> Int {
        var swept = 0
        for name in try Folder.names(folder) where isOurs(name) {
            let path = folder.appending(name)
            do throws(FileError) {
                guard try Kernel.status(path)?.kind == .regular else { continue }
                let file = try OpenFile(path, .read)
                // Renamed by its writer between our look and our lock: then the name leads elsewhere by now.
                guard try file.tryLock(), try file.isAt() else { continue }
                try Kernel.unlink(path)
                withExtendedLifetime(file) {}
                swept += 1
            } catch  where error.isMissing {
                continue
            } catch {
                trouble(error)
            }
        }
        return swept
    }

    /// Appends one line in one write. A line that a crash has torn is first ended, with a mark that spoils it for every
    /// reader (it was never acknowledged, and half of it may look like the whole).
    package static func append(_ line: String, to path: FilePath, synced: Bool) throws(FileError) {
        let file = try OpenFile.record(path, .append)
        let status = try file.status()
        guard status.kind == .regular else { throw FileError(.write, path, .illegalSeek) }
        var bytes = Array(line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        if status.size > 0, try file.bytes(at: status.size - 1, limit: 1) != [UInt8(ascii: "\n")] {
            bytes.insert(contentsOf: Array("\(tornMark)\n".utf8), at: 0)
        }
        try file.write(bytes)
        if synced {
            try file.sync()
            if status.size == 0 { try Kernel.syncDirectory(path.removingLastComponent()) }
        }
    }

    /// How such a line ends.
    static let tornMark = " ?torn"

    /// What comes after the last end of a line.
    enum Tail { case whole, torn, strange }

    /// A crash tears text; what is no text, or longer than any line of ours, was something else's work.
    static func tail(_ path: FilePath) throws(FileError) -> Tail {
        let file = try OpenFile.record(path, .read)
        let size = try file.status().size
        let longest = 4096
        let end = try file.bytes(at: max(0, size - longest), limit: longest)
        let rest = end.lastIndex(of: 0x0a).map { end[($0 + 1)...] } ?? end[...]
        if rest.isEmpty { return .whole }
        return rest.count == longest || rest.contains(0) ? .strange : .torn
    }
}
