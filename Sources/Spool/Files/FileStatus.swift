// What `stat` says of a file, in our words.

import Glibc

/// Kind, identity, size, owner and times of what lies at a path.
package struct FileStatus: Sendable, Equatable {
    package enum Kind: String, Sendable { case regular, directory, symlink, other }

    /// Which file it is, whatever it is called now.
    package struct Identity: Sendable, Hashable {
        package let device: UInt64
        package let inode: UInt64
    }

    package let kind: Kind
    package let identity: Identity
    package let size: Int
    package let links: Int
    package let owner: UInt32
    package let group: UInt32
    /// Permission bits only.
    package let mode: UInt32
    /// Nanoseconds since 1970.
    package let modified: Int64
    /// When its contents, name or permissions were last changed, which nobody can set: nanoseconds since 1970.
    package let changed: Int64

    init(_ raw: stat) {
        kind =
            switch raw.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symlink
            default: .other
            }
        identity = Identity(device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino))
        size = Int(raw.st_size)
        links = Int(raw.st_nlink)
        owner = raw.st_uid
        group = raw.st_gid
        mode = raw.st_mode & 0o7777
        modified = Self.nanoseconds(raw.st_mtim)
        changed = Self.nanoseconds(raw.st_ctim)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        let (product, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = product.addingReportingOverflow(Int64(time.tv_nsec))
        return overflow || overflow2 ? (time.tv_sec < 0 ? .min : .max) : sum
    }
}
