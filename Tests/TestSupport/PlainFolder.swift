// A folder by the C library alone, with names as plain text from there: past `Kernel`, so that nothing of this is watched or
// made to fail, and quick enough for thousands of walks. Whatever goes wrong is the test's own disk, and ends the test.

import Glibc

struct PlainFolder: Sendable {
    private let root: String
    private let prefix: String
    private let length: Int

    init(_ root: String) {
        self.root = root
        prefix = root + "/"
        length = root.utf8.count
    }

    private func path(_ name: String) -> String { name.isEmpty ? root : prefix + name }

    /// Whether a path is this folder's or lies in it.
    func holds(_ path: UnsafePointer<CChar>) -> Bool {
        strncmp(path, root, length) == 0 && (path[length] == 0 || path[length] == CChar(bitPattern: UInt8(ascii: "/")))
    }

    /// What the path is called from here: "" for the folder itself; nil if it lies elsewhere.
    func name(_ path: UnsafePointer<CChar>) -> String? {
        guard holds(path) else { return nil }
        return path[length] == 0 ? "" : String(cString: path + length + 1)
    }

    // MARK: Looking

    private func kind(_ name: String) -> mode_t? {
        var raw = stat()
        return lstat(path(name), &raw) == 0 ? raw.st_mode & S_IFMT : nil
    }

    func isRegular(_ name: String) -> Bool { kind(name) == S_IFREG }
    func isFolder(_ name: String) -> Bool { kind(name) == S_IFDIR }

    /// Bytes and modification time of a file; nil if there is none.
    func content(_ name: String) -> (bytes: [UInt8], modified: Int64)? {
        let descriptor = open(path(name), O_RDONLY | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var raw = stat()
        guard fstat(descriptor, &raw) == 0 else { return nil }
        let size = Int(raw.st_size)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = max(0, read(descriptor, buffer.baseAddress, size))
        }
        precondition(bytes.count == size, "the test's own file cannot be read")
        return (bytes, Int64(raw.st_mtim.tv_sec) * 1_000_000_000 + Int64(raw.st_mtim.tv_nsec))
    }

    /// Everything below, parents first.
    func walk(_ body: (_ name: String, _ inode: UInt64, _ isFolder: Bool) -> Void) { walk("", body) }

    private func walk(_ folder: String, _ body: (String, UInt64, Bool) -> Void) {
        guard let stream = opendir(path(folder)) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name == "." || name == ".." { continue }
            let inside = folder.isEmpty ? name : "\(folder)/\(name)"
            let isFolder = entry.pointee.d_type == UInt8(DT_DIR)
            body(inside, UInt64(entry.pointee.d_ino), isFolder)
            if isFolder { walk(inside, body) }
        }
    }

    // MARK: Changing

    func remove(_ name: String) { unlink(path(name)) }

    func makeFolder(_ name: String) { mkdir(path(name), 0o700) }

    /// With all that is in it.
    func removeFolder(_ name: String) {
        TemporaryFolder.removeFiles(path(name), andFolders: true)
        rmdir(path(name))
    }

    /// One file under these names.
    func write(_ names: [String], _ bytes: [UInt8], modified: Int64) {
        guard let first = names.first else { return }
        let descriptor = open(path(first), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
        precondition(descriptor >= 0, "the test's own disk refuses \(first)")
        defer { close(descriptor) }
        precondition(Glibc.write(descriptor, bytes, bytes.count) == bytes.count, "the test's own disk is full")
        let time = timespec(tv_sec: Int(modified / 1_000_000_000), tv_nsec: Int(modified % 1_000_000_000))
        futimens(descriptor, [time, time])
        for name in names.dropFirst() { link(path(first), path(name)) }
    }
}
