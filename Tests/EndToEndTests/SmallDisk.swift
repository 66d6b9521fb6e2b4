// A file system of a few MiB that really fills: an ext4 image, mounted by loop. Needs root and loop devices; where they are
// not given, `whyNot` says so, and the test is skipped with that.

import Glibc
import Spool
import Subprocess
import SystemPackage
import TestSupport

struct SmallDisk: Sendable {
    let folder: FilePath

    /// nil where it works.
    static let whyNot: String? = {
        if geteuid() != 0 { return "needs root, to mount a small file system" }
        if access("/dev/loop-control", W_OK) != 0 { return "needs loop devices (/dev/loop-control)" }
        if access("/sbin/mkfs.ext4", X_OK) != 0, access("/usr/sbin/mkfs.ext4", X_OK) != 0 { return "needs mkfs.ext4" }
        return nil
    }()

    struct Failed: Error, CustomStringConvertible { let description: String }

    /// Mounts one, hands it over, takes it away.
    static func with(mebibytes: Int, _ body: (SmallDisk) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let image = folder.appending("image")
            let mountPoint = folder.appending("disk")
            try Kernel.makeDirectory(mountPoint)
            guard truncate(try create(image).string, off_t(mebibytes << 20)) == 0 else {
                throw Failed(description: "cannot make an image")
            }
            try await command("mkfs.ext4", "-q", "-F", "-m", "0", "-b", "1024", image.string)
            try await command("mount", "-o", "loop", image.string, mountPoint.string)
            do {
                try await body(SmallDisk(folder: mountPoint))
            } catch {
                try await command("umount", "-l", mountPoint.string)
                throw error
            }
            try await command("umount", "-l", mountPoint.string)
        }
    }

    private static func create(_ path: FilePath) throws -> FilePath {
        _ = try OpenFile(path, .create)
        return path
    }

    private static func command(_ name: String, _ arguments: String...) async throws {
        let result = try await run(
            .name(name), arguments: Arguments(arguments), output: .discarded, error: .string(limit: 10_000))
        guard result.terminationStatus.isSuccess else {
            throw Failed(description: "\(name) \(arguments.joined(separator: " ")): \(result.standardError)")
        }
    }

    /// `ro` or `rw`.
    func remount(_ mode: String) async throws {
        try await Self.command("mount", "-o", "remount,\(mode)", folder.string)
    }

    var ballast: FilePath { folder.appending("ballast") }

    /// Takes the room that is left, down to the last byte.
    func fill(leaving rest: Int = 0) throws {
        let file = try OpenFile(ballast, .append)
        for piece in [64 << 10, 1024, 1] {
            let bytes = [UInt8](repeating: 0x62, count: piece)
            while try FileSystem(of: folder).available >= rest + (rest > 0 ? piece : 0) {
                do throws(FileError) { try file.write(bytes) } catch {
                    guard error.isNoSpace else { throw error }
                    break
                }
            }
        }
    }

    var available: Int { get throws { try FileSystem(of: folder).available } }
}
