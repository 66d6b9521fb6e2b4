// A system call that failed: which, on which path, why, and whether waiting can help.
//
// One table (`reason`) translates errno into a sentence; `FileErrorTests` reads it line by line. The number itself stays
// in the error, so that callers can decide by it without parsing text.

package import SystemPackage

/// A failed system call on a path.
package struct FileError: Error, Sendable, Equatable {
    /// The system calls that the program makes, under the names that `strace` shows.
    package enum Call: String, Sendable, CaseIterable {
        case open, read, write, fsync, close, rename, link, unlink, mkdir, rmdir, flock, stat, statfs, readdir, realpath
        case utimens, truncate, allocate, chmod, setuid, sendto, syncfs
    }

    package let call: Call
    package let path: FilePath
    package let errno: Errno

    package init(_ call: Call, _ path: FilePath, _ errno: Errno) {
        self.call = call
        self.path = path
        self.errno = errno
    }

    /// The disk has no room (or the quota is used up): waiting for room helps, giving up an entry does not.
    package var isNoSpace: Bool { errno == .noSpace || errno == .diskQuotaExceeded || errno == .fileTooLarge }

    /// The medium or the file system is in trouble: nothing about the entry itself is wrong.
    package var isDevice: Bool { errno == .ioError || errno == .readOnlyFileSystem || errno == .noSuchAddressOrDevice }

    /// A part of the medium does not give back what was written to it.
    package var isUnreadable: Bool { call == .read && errno == .ioError }

    /// Nothing is wrong with the object; later it may work.
    package var isTransient: Bool {
        isNoSpace || isDevice || errno == .tooManyOpenFiles || errno == .tooManyOpenFilesInSystem
            || errno == .resourceTemporarilyUnavailable || errno == .noMemory
    }

    /// There is something, and it is no folder.
    package var isNoFolder: Bool { errno == .notDirectory || errno == .tooManySymbolicLinkLevels }

    package var isMissing: Bool { errno == .noSuchFileOrDirectory }
    package var exists: Bool { errno == .fileExists }
}

extension FileError: CustomStringConvertible {
    package var description: String { "\(call.rawValue) \(path): \(reason)" }

    /// Why, in a sentence that also says what to do where that is known.
    package var reason: String {
        switch errno {
        case .invalidArgument where call == .rename, .noFunction where call == .rename:
            "this file system cannot rename without overwriting; put the spool on ext4, XFS or btrfs"
        case .noSpace: "the disk is full; make room (spoolctl prune), work goes on by itself"
        case .diskQuotaExceeded: "the disk quota is used up; make room, work goes on by itself"
        case .fileTooLarge: "the file is larger than this file system or the process's limit allows"
        case .ioError: "input/output error: the medium is failing; look at the kernel's log"
        case .readOnlyFileSystem: "the file system is read-only; look at the kernel's log, then mount it read-write"
        case .permissionDenied: "permission denied; run as the owner of the spool"
        case .notPermitted: "not permitted; run as the owner of the spool"
        case .noSuchFileOrDirectory: "no such file or directory"
        case .fileExists: "already exists"
        case .notDirectory: "a part of the path is not a directory"
        case .isDirectory: "is a directory"
        case .tooManySymbolicLinkLevels: "is a symbolic link, which is never followed here"
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem: "too many open files; raise the limit (ulimit -n)"
        case .improperLink: "lies on another file system; a spool must be on one"
        case .fileNameTooLong: "the name is too long"
        case .resourceTemporarilyUnavailable: "is locked by another process"
        case .noMemory: "not enough memory"
        case .directoryNotEmpty: "the directory is not empty"
        case .illegalSeek: "is not a regular file"
        default: errno.description
        }
    }
}
