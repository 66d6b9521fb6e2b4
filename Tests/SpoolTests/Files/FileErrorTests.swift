import Spool
import SystemPackage
import Testing

/// errno → a sentence, line by line, and what each means for going on.
@Suite struct FileErrorTests {
    struct Line: Sendable, CustomTestStringConvertible {
        let errno: Errno
        let says: String
        var noSpace = false
        var device = false
        var transient = false

        var testDescription: String { "\(errno.rawValue)" }
    }

    static let table: [Line] = [
        Line(errno: .noSpace, says: "the disk is full", noSpace: true, transient: true),
        Line(errno: .diskQuotaExceeded, says: "quota", noSpace: true, transient: true),
        Line(errno: .fileTooLarge, says: "larger than this file system", noSpace: true, transient: true),
        Line(errno: .ioError, says: "the medium is failing", device: true, transient: true),
        Line(errno: .readOnlyFileSystem, says: "mount it read-write", device: true, transient: true),
        Line(errno: .noSuchAddressOrDevice, says: "No such device", device: true, transient: true),
        Line(errno: .permissionDenied, says: "run as the owner"),
        Line(errno: .notPermitted, says: "run as the owner"),
        Line(errno: .noSuchFileOrDirectory, says: "no such file"),
        Line(errno: .fileExists, says: "already exists"),
        Line(errno: .notDirectory, says: "not a directory"),
        Line(errno: .isDirectory, says: "is a directory"),
        Line(errno: .tooManySymbolicLinkLevels, says: "never followed"),
        Line(errno: .tooManyOpenFiles, says: "ulimit -n", transient: true),
        Line(errno: .tooManyOpenFilesInSystem, says: "ulimit -n", transient: true),
        Line(errno: .improperLink, says: "another file system"),
        Line(errno: .fileNameTooLong, says: "too long"),
        Line(errno: .resourceTemporarilyUnavailable, says: "locked by another process", transient: true),
        Line(errno: .noMemory, says: "not enough memory", transient: true),
        Line(errno: .directoryNotEmpty, says: "not empty"),
        Line(errno: .illegalSeek, says: "not a regular file"),
        Line(errno: .badFileDescriptor, says: "Bad file descriptor"),
    ]

    @Test(arguments: table) func `every errno that matters has its sentence and its meaning`(line: Line) {
        let error = FileError(.write, "/spool/x", line.errno)
        #expect(error.description.hasPrefix("write /spool/x: "))
        #expect(error.reason.contains(line.says), "\(error.reason)")
        #expect(error.isNoSpace == line.noSpace)
        #expect(error.isDevice == line.device)
        #expect(error.isTransient == line.transient)
        #expect(error.isMissing == (line.errno == .noSuchFileOrDirectory))
        #expect(error.exists == (line.errno == .fileExists))
    }

    @Test func `a file system without rename-without-overwrite is named as that`() {
        #expect(FileError(.rename, "/x", .invalidArgument).reason.contains("ext4, XFS or btrfs"))
        #expect(FileError(.rename, "/x", .noFunction).reason.contains("ext4, XFS or btrfs"))
        #expect(!FileError(.read, "/x", .invalidArgument).reason.contains("ext4"))
    }
}
