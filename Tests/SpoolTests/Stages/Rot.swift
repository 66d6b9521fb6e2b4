// What a bad disk and a careless (or hostile) user do to a spool: damaged entries, whose bytes are remembered, and things that
// are not ours, in every folder.

import Glibc
import Spool
import SystemPackage
import TestSupport

/// Every way to damage an entry.
enum Damage: CaseIterable {
    case payloadBit, envelopeBit, selfDigestBit, shortened, envelopeOnly, empty, longer, nulls, nullsAtTheEnd
    case otherEnvelope, otherPayload

    /// `other` is a sound entry of the same queue.
    func apply(to path: FilePath, other: FilePath, _ random: inout SeededRandom) throws {
        let bytes = try WholeFile.read(path) ?? []
        let foreign = try WholeFile.read(other) ?? []
        var damaged = bytes
        switch self {
        case .payloadBit: damaged[Int.random(in: Envelope.size..<bytes.count, using: &random)] ^= 1
        case .envelopeBit: damaged[Int.random(in: 0..<Envelope.size, using: &random)] ^= 0x10
        case .selfDigestBit: damaged[200] ^= 1
        case .shortened: damaged.removeLast()
        case .envelopeOnly: damaged = Array(bytes.prefix(Envelope.size))
        case .empty: damaged = []
        case .longer: damaged.append(0x20)
        case .nulls: damaged = [UInt8](repeating: 0, count: bytes.count)
        case .nullsAtTheEnd: damaged.replaceSubrange((bytes.count - 9)..., with: [UInt8](repeating: 0, count: 9))
        case .otherEnvelope: damaged.replaceSubrange(..<Envelope.size, with: foreign.prefix(Envelope.size))
        case .otherPayload: damaged = Array(bytes.prefix(Envelope.size) + foreign.dropFirst(Envelope.size))
        }
        let status = try Kernel.status(path)
        guard truncate(path.string, 0) == 0 else { throw FileError(.truncate, path, Errno(rawValue: errno)) }
        try OpenFile(path, .readWrite).write(damaged, at: 0)
        if let status { try Kernel.setModified(path, to: status.modified) }
    }
}

/// Things that are not ours, and what they must still be at the end.
struct Strangers {
    private struct Thing {
        let folder: FilePath
        let name: [CChar]
        let mode: mode_t
        let inode: ino_t
        let size: off_t
    }

    /// Outside of the spool: a file and a folder that links lead to.
    let outside: FilePath
    private var things: [Thing] = []
    var count: Int { things.count }

    /// Newline, escape, blank, option, no UTF-8, very long, almost one of ours.
    private static let names: [[UInt8]] = [
        Array("a\nb".utf8), Array("\u{1b}]0;x\u{7}".utf8), Array(" ".utf8), Array("-rf".utf8), [0xff, 0xfe, 0x80],
        [UInt8](repeating: 0x6c, count: 255), Array("joe-1.entry.bak".utf8), Array("JOE-1.entry".utf8),
        Array("joe-1\u{202e}.entry".utf8),
    ]

    init(outside: FilePath) throws {
        self.outside = outside
        try Kernel.makeDirectory(outside)
        for name in ["canary", "canary-of-a-name"] {
            try OpenFile(outside.appending(name), .create).write(Array("untouched".utf8))
        }
    }

    /// A file of each name; a link to a file, to a folder and to nothing; a FIFO, a folder, and if we may a device.
    mutating func add(to folder: FilePath, alsoCalled entry: String? = nil) throws {
        for name in Self.names {
            try at(folder, name) { close(openat($0, $1, O_CREAT | O_EXCL | O_WRONLY, 0o600)) }
        }
        let outside = outside.string
        let canary = outside + "/canary"
        try at(folder, Array("to-a-file".utf8)) { symlinkat(canary, $0, $1) }
        try at(folder, Array("to-a-folder".utf8)) { symlinkat(outside, $0, $1) }
        try at(folder, Array("to-nothing".utf8)) { symlinkat("/nonexistent/x", $0, $1) }
        try at(folder, Array("fifo".utf8)) { mkfifoat($0, $1, 0o600) }
        try at(folder, Array("folder".utf8)) { mkdirat($0, $1, 0o700) }
        // The memory's null device; nobody but root may make one.
        if Owner.isRoot { try at(folder, Array("device".utf8)) { mknodat($0, $1, S_IFCHR | 0o600, 0x103) } }
        guard let entry else { return }
        let kinds: [(Int32, UnsafePointer<CChar>) -> Int32] = [
            { symlinkat(canary, $0, $1) }, { mkfifoat($0, $1, 0o600) }, { mkdirat($0, $1, 0o700) },
        ]
        for (number, make) in kinds.enumerated() { try at(folder, Array("joe-\(entry)\(number).entry".utf8), make) }
    }

    private mutating func at(
        _ folder: FilePath, _ name: [UInt8], _ make: (Int32, UnsafePointer<CChar>) -> Int32
    ) throws {
        let text = name.map { CChar(bitPattern: $0) } + [0]
        let descriptor = open(folder.string, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        var status = stat()
        let made = make(descriptor, text)
        guard made == 0, fstatat(descriptor, text, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw FileError(.open, folder, Errno(rawValue: errno))
        }
        things.append(
            Thing(folder: folder, name: text, mode: status.st_mode, inode: status.st_ino, size: status.st_size))
    }

    /// Those that are gone or changed, and what changed outside.
    func changed() throws -> [String] {
        var changed: [String] = []
        for thing in things {
            let descriptor = open(thing.folder.string, O_RDONLY | O_DIRECTORY)
            defer { close(descriptor) }
            var status = stat()
            let found = fstatat(descriptor, thing.name, &status, AT_SYMLINK_NOFOLLOW) == 0
            if !found || status.st_mode != thing.mode || status.st_ino != thing.inode || status.st_size != thing.size {
                changed.append("\(thing.folder) \(thing.name)")
            }
        }
        for name in ["canary", "canary-of-a-name"] {
            if try WholeFile.read(outside.appending(name)) != Array("untouched".utf8) { changed.append(name) }
        }
        if try Folder.names(outside).count != 2 { changed.append("outside") }
        return changed
    }
}
