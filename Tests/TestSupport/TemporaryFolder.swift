// A folder of a test's own, gone when the test is.
//
// In memory (/dev/shm) where that is possible: the tests commit thousands of entries, and what a sync costs is not what they
// are about. `SPOOL_TEST_FOLDER` puts them elsewhere, for example on the file system under test.

import Glibc
package import SystemPackage

/// Could not be made.
package struct NoTemporaryFolder: Error { package let path: FilePath }

package enum TemporaryFolder {
    /// Where test folders are made.
    package static let base: FilePath = {
        if let chosen = getenv("SPOOL_TEST_FOLDER") { return FilePath(String(cString: chosen)) }
        if access("/dev/shm", W_OK | X_OK) == 0 { return "/dev/shm" }
        return getenv("TMPDIR").map { FilePath(String(cString: $0)) } ?? "/tmp"
    }()

    package static func make() throws -> FilePath {
        let pattern = base.appending("spool-test-XXXXXX")
        var bytes = Array(pattern.string.utf8CString)
        guard mkdtemp(&bytes) != nil else { throw NoTemporaryFolder(path: pattern) }
        return FilePath(platformString: bytes)
    }

    /// Removes a folder with all that is in it; follows no link. What cannot be removed stays: a test has failed then anyway.
    package static func remove(_ path: FilePath) {
        removeFiles(path.string, andFolders: true)
        rmdir(path.string)
    }

    /// Removes the files in and below a folder, but not the folders.
    package static func empty(_ path: FilePath) { removeFiles(path.string, andFolders: false) }

    /// By the C library and with plain text: this is most of what a small test costs.
    static func removeFiles(_ folder: String, andFolders: Bool) {
        guard let stream = opendir(folder) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name == "." || name == ".." { continue }
            let path = "\(folder)/\(name)"
            if entry.pointee.d_type == UInt8(DT_DIR) {
                removeFiles(path, andFolders: andFolders)
                if andFolders { rmdir(path) }
            } else if unlink(path) != 0 {
                // A name that is no UTF-8: reached by its bytes.
                withUnsafePointer(to: &entry.pointee.d_name) {
                    _ = unlinkat(dirfd(stream), UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self), 0)
                }
            }
        }
    }
}

/// Hands `body` a new empty folder, and removes it afterwards.
package func withTemporaryFolder<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
    let folder = try TemporaryFolder.make()
    defer { TemporaryFolder.remove(folder) }
    return try body(folder)
}

package func withTemporaryFolder<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    let folder = try TemporaryFolder.make()
    defer { TemporaryFolder.remove(folder) }
    return try await body(folder)
}
