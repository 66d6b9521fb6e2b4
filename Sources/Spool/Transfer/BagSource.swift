// Where a bundle is read from: a folder, a tar file, a stream. All three hand out the same: files below the bundle's folder, one
// after the other, each read once from front to back.

import Synchronization
package import SystemPackage

/// Where a bundle is.
package enum BundleLocation: Sendable, CustomStringConvertible {
    case folder(FilePath)
    case tar(FilePath)
    case stream(ByteStream, named: String)

    package var description: String {
        switch self {
        case .folder(let path), .tar(let path): path.string
        case .stream(_, let name): name
        }
    }

    func open() throws -> any BagSource {
        switch self {
        case .folder(let path): return try FolderSource(path)
        case .tar(let path):
            let file = try OpenFile(path, .read)
            guard try file.status().kind == .regular else { throw TransferError.refused("\(path) is no regular file") }
            file.willReadSequentially()
            let reading = FileStream(file)
            return TarSource { try reading.read(into: $0) }
        case .stream(let stream, _): return TarSource(stream)
        }
    }
}

/// One file of a bundle.
struct BagMember {
    let path: BagPath
    /// As it is declared where the bundle lies.
    let size: Int
}

protocol BagSource {
    mutating func next() throws -> BagMember?
    mutating func read(into target: UnsafeMutableRawBufferPointer) throws -> Int
    /// The member as a stream of its own, which can be read beside others and is opened when it is; nil if members can only be
    /// read one after the other.
    mutating func detach() -> ByteStream?
}

extension BagSource {
    mutating func detach() -> ByteStream? { nil }
}

/// A file as a stream. Read by one thread at a time; the mutex only lets it travel.
private final class FileStream: Sendable {
    private let file: OpenFile
    private let offset = Mutex(0)

    init(_ file: OpenFile) {
        self.file = file
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try file.read(at: offset.withLock { $0 }, into: buffer)
        offset.withLock { $0 += count }
        return count
    }
}

/// A tar archive that holds one folder: the bundle.
struct TarSource: BagSource {
    private var reader: TarReader
    private var root: String?

    init(_ stream: @escaping ByteStream) {
        reader = TarReader(stream)
    }

    mutating func next() throws -> BagMember? {
        while let header = try reader.next() {
            let text =
                header.kind == .folder && header.path.hasSuffix("/") ? String(header.path.dropLast()) : header.path
            guard !text.hasPrefix("/") else { throw TransferError.refused("\(text.prefix(300)): an absolute path") }
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            try check(root: parts[0], of: text)
            guard parts.count == 2 else {
                guard header.kind == .folder else {
                    throw TransferError.refused("\(text.prefix(300)): lies beside the bundle's folder, not in it")
                }
                continue
            }
            let path = try BagPath(parts[1])
            switch (header.kind, path) {
            case (.folder, .folder): continue
            case (.file, .tag), (.file, .entry): return BagMember(path: path, size: header.size)
            default: throw TransferError.refused("\(parts[1]): a file where a folder should be, or the other way round")
            }
        }
        return nil
    }

    mutating func read(into target: UnsafeMutableRawBufferPointer) throws -> Int { try reader.read(into: target) }

    private mutating func check(root name: String, of text: String) throws(TransferError) {
        guard !name.isEmpty, name != ".", name != "..", name.utf8.count <= BagPath.longest else {
            throw .refused("\(text.prefix(300)): does not lie in a folder of the bundle's own")
        }
        guard root ?? name == name else {
            throw .refused("\(text.prefix(300)): lies outside the bundle's folder '\(root ?? "")'")
        }
        root = name
    }
}

/// A bundle as a folder.
struct FolderSource: BagSource {
    private let root: FilePath
    private var members: [BagMember]
    private var current: MemberStream?

    /// Looks at every name before anything is read.
    init(_ root: FilePath) throws {
        self.root = root
        members = []
        try collect("")
        // Tag files first, then the payload in order; taken from the end.
        let order = Dictionary(uniqueKeysWithValues: TagFile.allCases.enumerated().map { ($1, $0) })
        func rank(_ path: BagPath) -> Int { if case .tag(let tag) = path { order[tag] ?? 0 } else { order.count } }
        members = members.map { (rank($0.path), $0.path.description, $0) }.sorted { ($0.0, $0.1) > ($1.0, $1.1) }.map(
            \.2)
    }

    private mutating func collect(_ folder: String) throws {
        let path = folder.isEmpty ? root : root.pushing(FilePath(folder))
        for (name, status) in try Folder.contents(path) {
            let text = folder.isEmpty ? name : "\(folder)/\(name)"
            switch status.kind {
            case .symlink: throw TransferError.refused("\(text): a symbolic link, which a bundle never has")
            case .other: throw TransferError.refused("\(text): a device, FIFO or socket, which a bundle never has")
            case .directory:
                guard case .folder = try BagPath(text) else {
                    throw TransferError.refused("\(text): a folder where a file should be")
                }
                try collect(text)
            case .regular:
                let known = try BagPath(text)
                if case .folder = known { throw TransferError.refused("\(text): a file where a folder should be") }
                guard status.links == 1 else {
                    throw TransferError.refused("\(text): a hard link, which a bundle never has")
                }
                members.append(BagMember(path: known, size: status.size))
            }
        }
    }

    mutating func next() throws -> BagMember? {
        precondition(current?.isRead ?? true, "a member is read before the next")
        guard let member = members.popLast() else { return nil }
        current = MemberStream(member, below: root)
        return member
    }

    mutating func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
        try current?.read(into: target) ?? 0
    }

    mutating func detach() -> ByteStream? {
        guard let detached = current else { return nil }
        current = nil
        return { try detached.read(into: $0) }
    }
}

/// One file of a folder, of the size that it had when it was looked at. Open while it is read; read by one thread at a time.
private final class MemberStream: Sendable {
    private enum State {
        case waiting
        case reading(OpenFile, offset: Int)
        case read
    }

    private let member: BagMember
    private let root: FilePath
    private let state = Mutex(State.waiting)

    init(_ member: BagMember, below root: FilePath) {
        self.member = member
        self.root = root
    }

    var isRead: Bool { state.withLock { if case .read = $0 { true } else { false } } }

    func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
        try state.withLock { state in
            let (file, offset): (OpenFile, Int)
            switch state {
            case .waiting: (file, offset) = (try open(), 0)
            case .reading(let opened, let reached): (file, offset) = (opened, reached)
            case .read: return 0
            }
            let part = UnsafeMutableRawBufferPointer(rebasing: target[..<min(member.size - offset, target.count)])
            let count = try file.read(at: offset, into: part)
            guard count > 0 || part.isEmpty else {
                throw TransferError.refused("\(file.path) became shorter while the bundle was read")
            }
            state = offset + count < member.size ? .reading(file, offset: offset + count) : .read
            return count
        }
    }

    private func open() throws -> OpenFile {
        let file = try OpenFile(root.pushing(FilePath(member.path.description)), .read)
        let status = try file.status()
        guard status.kind == .regular, status.links == 1, status.size == member.size else {
            throw TransferError.refused("\(member.path.description): changed while the bundle was read")
        }
        return file
    }
}
