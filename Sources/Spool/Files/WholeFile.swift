// Small records, read and written whole: states of stages, tries, format. Never for entries.

package import SystemPackage

package enum WholeFile {
    /// The bytes of a small file; nil if there is none. More than `limit` bytes count as damage: the rest is cut off.
    package static func read(_ path: FilePath, limit: Int = 1 << 20) throws(FileError) -> [UInt8]? {
        do {
            return try OpenFile(path, .read).bytes(limit: limit)
        } catch  where error.isMissing {
            return nil
        }
    }

    /// Replaces a record in one step: temporary file beside it, then rename. `synced` also survives a power cut.
    package static func replace(_ path: FilePath, with bytes: [UInt8], synced: Bool = false) throws(FileError) {
        let temporary = FilePath("\(path).\(UInt64.random(in: 0 ... .max)).new")
        do {
            let file = try OpenFile(temporary, .create)
            try file.write(bytes)
            if synced { try file.sync() }
            try Kernel.replace(temporary, to: path)
        } catch {
            // The first error is the one to tell; the remains are swept with the others.
            try? Kernel.unlink(temporary)
            throw error
        }
        if synced { try Kernel.syncDirectory(path.removingLastComponent()) }
    }

    /// Appends one line in one write, first ending a line that a crash has torn, so that a torn line spoils only itself.
    package static func append(_ line: String, to path: FilePath, synced: Bool) throws(FileError) {
        let file = try OpenFile(path, .append)
        let size = try file.status().size
        var bytes = Array(line.utf8)
        bytes.append(UInt8(ascii: "\n"))
        if size > 0, try file.bytes(at: size - 1, limit: 1) != [UInt8(ascii: "\n")] {
            bytes.insert(UInt8(ascii: "\n"), at: 0)
        }
        try file.write(bytes)
        if synced {
            try file.sync()
            if size == 0 { try Kernel.syncDirectory(path.removingLastComponent()) }
        }
    }
}
