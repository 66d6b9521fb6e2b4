// A mock's state on disk: written beside, synced, renamed over the old one, so that a mock that is killed leaves the
// old state or the new one, never half of it.

import Glibc

/// One state file.
struct StateFile: Sendable {
    let path: String

    /// Makes the folder when it is missing, and gives the state, nil when there is no file yet.
    func prepare() throws -> JSONValue? {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            let folder = String(path[..<slash])
            if mkdir(folder, 0o700) != 0, errno != EEXIST { throw failure("cannot make the folder of") }
        }
        return try read()
    }

    private func read() throws -> JSONValue? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw failure("cannot open")
        }
        defer { Glibc.close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure("cannot read")
            }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw MockError("\(path): \(error)")
        }
    }

    func write(_ bytes: [UInt8]) throws {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw failure("cannot create") }
        do {
            defer { Glibc.close(descriptor) }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw failure("cannot write")
                }
                rest = rest.dropFirst(count)
            }
            if fsync(descriptor) != 0 { throw failure("cannot sync") }
        }
        if rename(temporary, path) != 0 { throw failure("cannot rename") }
    }

    private func failure(_ what: String) -> MockError {
        MockError("\(what) \(path): \(String(cString: strerror(errno)))")
    }
}
