// Which file system a spool lies on, and how much room it has.

import CFiles
package import SystemPackage

/// Kind and room of the file system that holds a path.
package struct FileSystem: Sendable, Equatable {
    /// The kernel's magic number.
    package let magic: UInt64
    /// Bytes in all, and bytes that we may still use.
    package let size: Int
    package let available: Int
    /// Files in all (inodes), and files that can still be made; 0 in all where there is no such limit (btrfs).
    package let files: Int
    package let freeFiles: Int
    /// As it is mounted, or as the kernel has left it after an error.
    package let isReadOnly: Bool

    package init(of path: FilePath) throws(FileError) {
        var raw = spool_filesystem()
        try Kernel.call(.statfs, path) { path.withPlatformString { Int(spool_statfs($0, &raw)) } }
        magic = raw.magic
        size = Self.bytes(raw.blocks, raw.block)
        available = Self.bytes(raw.available, raw.block)
        files = Int(clamping: raw.files)
        freeFiles = Int(clamping: raw.free_files)
        isReadOnly = raw.is_read_only != 0
    }

    private static func bytes(_ blocks: UInt64, _ size: UInt64) -> Int {
        let (product, overflow) = blocks.multipliedReportingOverflow(by: size)
        return overflow ? .max : Int(clamping: product)
    }

    /// The name of a network file system, where flock and rename do not promise what a spool needs; nil for a local one.
    package var networkName: String? { Self.networkNames[magic] }

    /// What is known of a local file system as the home of a spool.
    package enum Suitability: Sendable, Equatable {
        /// Tested: ext4, XFS, btrfs.
        case good(String)
        /// Works, and is not tested.
        case untested(String)
        /// Everything in it is gone after a restart.
        case memory(String)
        /// A container's own layer, gone with the container.
        case layer
        /// A program behind the kernel decides what a rename or a sync means.
        case userSpace
    }

    package var suitability: Suitability {
        switch magic {
        case 0xef53: .good("ext4")
        case 0x5846_5342: .good("XFS")
        case 0x9123_683e: .good("btrfs")
        case 0x0102_1994: .memory("tmpfs")
        case 0x8584_58f6: .memory("ramfs")
        case 0x794c_7630: .layer
        case 0x6573_5546: .userSpace
        default: .untested(Self.otherNames[magic] ?? "of type 0x\(String(magic, radix: 16))")
        }
    }

    /// Whether a sync of all of it tells if writing any file's contents failed, as the kernel has it since 5.8 (folders are synced by
    /// themselves in any case); relied on where it was tested.
    package var tellsOfFailedSyncs: Bool {
        guard case .good = suitability else { return false }
        return spool_kernel_since(5, 8) != 0
    }

    private static let otherNames: [UInt64: String] = [
        0x2fc1_2fc1: "ZFS", 0xf2f5_2010: "F2FS", 0x4d44: "FAT", 0x2011_bab0: "exFAT", 0x7366_746e: "NTFS",
        0xca45_1a4e: "bcachefs", 0x3153_464a: "JFS",
    ]

    /// Numbers from linux/magic.h and the file systems' own sources.
    private static let networkNames: [UInt64: String] = [
        0x6969: "NFS", 0x517b: "SMB", 0xfe53_4d42: "SMB2", 0xff53_4d42: "CIFS", 0x0102_1997: "9P", 0x00c3_6400: "Ceph",
        0x5346_414f: "AFS", 0x6b41_4653: "AFS", 0x7375_7245: "Coda", 0x0bd0_0bd0: "Lustre", 0x0116_1970: "GFS2",
        0x7461_636f: "OCFS2", 0x1983_0326: "BeeGFS", 0x4750_4653: "GPFS", 0xaad7_aaea: "PanFS",
        0x786f_4256: "a VirtualBox share",
        0xbacb_acbc: "a VMware share", 0x7c7c_6673: "a Parallels share",
    ]
}
