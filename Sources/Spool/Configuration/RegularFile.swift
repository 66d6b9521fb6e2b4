// Reads a small file whole: never blocks on a FIFO, never reads a device, never more than asked for. What it found out
// about owner and permissions belongs to the same open file that the bytes came from.

import Glibc
package import SystemPackage

struct RegularFile: Sendable {
    var bytes: [UInt8]
    var facts: FileFacts

    /// Why it could not be read: words that follow the path.
    struct Fault: Error, Sendable, Equatable {
        var message: String
        /// There is nothing at the path.
        var isMissing = false
    }

    static func read(_ path: FilePath, atMost limit: Int) throws(Fault) -> RegularFile {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
            return try file.closeAfter {
                var status = stat()
                guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
                let facts = FileFacts(status)
                if let message = facts.objection { throw Fault(message: message) }
                guard status.st_size <= limit else { throw Fault(message: tooLarge(limit)) }
                return RegularFile(bytes: try contents(of: file, atMost: limit), facts: facts)
            }
        } catch let error as Fault {
            throw error
        } catch let error as Errno {
            throw Fault(message: reason(error), isMissing: error == .noSuchFileOrDirectory || error == .notDirectory)
        } catch {
            throw Fault(message: "cannot be read: \(error)")
        }
    }

    private static func contents(of file: FileDescriptor, atMost limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw Fault(message: tooLarge(limit)) }
        }
    }

    static let notPrivate = "others than its owner can read or write; run chmod 600 on it"

    private static func tooLarge(_ limit: Int) -> String { "is larger than \(SizeText.format(Int64(limit)))" }

    static func reason(_ error: Errno) -> String {
        switch error {
        case .noSuchFileOrDirectory: "does not exist"
        case .permissionDenied: "cannot be read: permission denied"
        case .notDirectory: "does not exist: a part of the path is not a directory"
        case .tooManySymbolicLinkLevels: "is a symbolic link that leads in a circle"
        case .fileNameTooLong: "has a name that is too long"
        default: "cannot be read: \(error)"
        }
    }
}

/// Whose a file is and who may do what with it.
package struct FileFacts: Sendable, Equatable {
    package enum Kind: Sendable, Equatable { case regular, directory, fifo, other }

    package var kind: Kind
    package var owner: UInt32
    /// Permission bits.
    package var mode: UInt32

    package init(kind: Kind, owner: UInt32, mode: UInt32) {
        self.kind = kind
        self.owner = owner
        self.mode = mode
    }

    init(_ status: stat) {
        let kind: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFIFO: .fifo
            default: .other
            }
        self.init(kind: kind, owner: status.st_uid, mode: status.st_mode & 0o7777)
    }

    /// nil if there is nothing at the path, or nothing that we may look at.
    package static func of(_ path: FilePath, followingLinks: Bool = true) -> FileFacts? {
        var status = stat()
        let result = path.withPlatformString { followingLinks ? stat($0, &status) : lstat($0, &status) }
        return result == 0 ? FileFacts(status) : nil
    }

    var othersMayRead: Bool { mode & 0o077 != 0 }
    var othersMayWrite: Bool { mode & 0o022 != 0 }

    var objection: String? {
        switch kind {
        case .regular: nil
        case .directory: "is a directory, not a file"
        case .fifo: "is a FIFO, not a file"
        case .other: "is not a regular file"
        }
    }
}
