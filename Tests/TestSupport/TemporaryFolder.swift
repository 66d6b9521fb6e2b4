// A folder of a test's own, gone when the test is.
//
// In memory (/dev/shm) where that is possible: the tests commit thousands of entries, and what a sync costs is not what they
// are about. `SPOOL_TEST_FOLDER` puts them elsewhere, for example on the file system under test.

import Glibc
import Spool
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

    /// Removes a folder with all that is in it; follows no link.
    package static func remove(_ path: FilePath) {
        // What cannot be removed stays: a test has failed then anyway.
        for name in (try? Folder.components(path)) ?? [] {
            let inner = path.appending(name)
            if (try? Kernel.status(inner))?.kind == .directory { remove(inner) } else { try? Kernel.unlink(inner) }
        }
        try? Kernel.removeDirectory(path)
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
