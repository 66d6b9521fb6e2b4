// Where a bundle is written to: a folder, a tar file, a stream. A bundle gets its name only when it is complete and synced;
// until then it is called `.<name>.<random>.spoolctl-partial`, which nothing here takes for a bundle, and which the next export into the
// same folder removes, if its writer is gone (whose lock on it is then free).

import Synchronization
import SystemPackage

/// Takes bytes; what it throws ends the bundle.
package typealias ByteDrain = @Sendable (UnsafeRawBufferPointer) throws -> Void

/// Takes the files of one bundle.
protocol BagSink: Sendable {
    /// So many files may be on their way at a time, each from a thread of its own.
    var lanes: Int { get }
    /// Begins a file of so many bytes, which `write` is to be given from front to back; if that throws, the file is not there.
    func file(_ path: BagPath, size: Int, _ write: (ByteDrain) throws -> Void) throws
    /// All files are written: makes the bundle durable and gives it its name.
    func finish() throws
    /// Not to be: takes away what there is.
    func abandon()
}

/// Names of bundles that are not complete.
enum PartialName {
    /// Nobody else's: what is swept must be ours.
    private static let suffix = ".spoolctl-partial"

    static func make(for path: FilePath) -> FilePath {
        let name = path.lastComponent?.string ?? "bundle"
        return path.removingLastComponent().appending(".\(name).\(UInt32.random(in: 0 ... .max))\(suffix)")
    }

    /// A new folder whose lock is held. A sweep may find it before that; then it is gone, and another one is made. Not for ever: a
    /// medium may not know its own folders again.
    static func folder(for path: FilePath) throws(FileError) -> (FilePath, OpenFile) {
        var partial = path
        for _ in 0..<20 {
            partial = make(for: path)
            guard try Kernel.makeDirectory(partial) else { continue }
            do throws(FileError) {
                let held = try OpenFile(partial, .folder)
                if try held.tryLock(), try held.isAt() { return (partial, held) }
            } catch  where error.isMissing {
                // As above.
            }
        }
        throw FileError(.flock, partial, .resourceTemporarilyUnavailable)
    }

    static func isOne(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(suffix) }

    /// Removes what dead writers have left in a folder. Never in the way: what cannot be removed stays.
    static func sweep(_ folder: FilePath) {
        for name in (try? Folder.names(folder)) ?? [] where isOne(name) {
            let path = folder.appending(name)
            guard let kind = (try? Kernel.status(path))?.kind, kind == .regular || kind == .directory,
                let held = try? OpenFile(path, kind == .directory ? .folder : .read), (try? held.tryLock()) == true
            else { continue }
            remove(path)
            withExtendedLifetime(held) {}
        }
    }

    /// Makes the name of a new bundle durable. What cannot be is no bundle, and should not look like one.
    static func settle(_ bundle: FilePath) throws(FileError) {
        do throws(FileError) {
            try Kernel.syncMedium(bundle.removingLastComponent())
        } catch {
            remove(bundle)
            throw error
        }
    }

    /// A file, or a folder with all that is in it. As far as it goes: this is cleaning up.
    static func remove(_ path: FilePath) {
        guard (try? Kernel.status(path))?.kind == .directory else {
            try? Kernel.unlink(path)
            return
        }
        for name in (try? Folder.components(path)) ?? [] { remove(path.appending(name)) }
        try? Kernel.removeDirectory(path)
    }
}

extension Kernel {
    /// Renames without overwriting, also where the file system of a medium cannot do that in one step.
    static func publish(_ source: FilePath, to target: FilePath) throws(FileError) {
        do throws(FileError) {
            try rename(source, to: target)
        } catch  where error.errno == .invalidArgument || error.errno == .noFunction {
            guard try status(target) == nil else { throw FileError(.rename, target, .fileExists) }
            try replace(source, to: target)
        }
    }

    /// Syncs a folder; media exist that have nothing to sync there, and say so.
    static func syncMedium(_ folder: FilePath) throws(FileError) {
        do throws(FileError) {
            try syncDirectory(folder)
        } catch  where error.errno == .invalidArgument || error.errno == .noFunction {
            // As above.
        }
    }
}

/// A folder, file by file.
final class FolderSink: BagSink {
    private let target: FilePath
    private let partial: FilePath
    private let held: OpenFile
    private let files = Mutex<[FilePath]>([])
    private let folders: Mutex<[FilePath]>
    /// What the kernel has yet to begin with: told of one file after the other, a disk rests in between and is woken each time.
    private let written = Mutex<[OpenFile]>([])
    private static let startedTogether = 16
    /// Why a file is still there that should not be.
    private let stray = Mutex<FileError?>(nil)

    init(_ target: FilePath) throws {
        self.target = target
        (partial, held) = try PartialName.folder(for: target)
        folders = Mutex([partial])
    }

    var lanes: Int { Lanes.count }

    func file(_ path: BagPath, size: Int, _ write: (ByteDrain) throws -> Void) throws {
        let path = partial.pushing(FilePath(path.description))
        let file = try create(path)
        do {
            try write { try file.write($0) }
        } catch {
            remove(path)
            throw error
        }
        files.withLock { $0.append(path) }
        let full = written.withLock { written in
            written.append(file)
            guard written.count >= Self.startedTogether else { return [OpenFile]() }
            defer { written = [] }
            return written
        }
        for file in full { file.startWriting() }
    }

    /// Nothing may be in the bundle that is not in its manifest.
    private func remove(_ path: FilePath) {
        do throws(FileError) {
            try Kernel.unlink(path)
        } catch {
            if !error.isMissing { stray.withLock { $0 = $0 ?? error } }
        }
    }

    private func create(_ path: FilePath) throws -> OpenFile {
        do throws(FileError) {
            return try OpenFile(path, .create)
        } catch  where error.isMissing {
            try makeFolder(path.removingLastComponent())
            return try OpenFile(path, .create)
        }
    }

    private func makeFolder(_ folder: FilePath) throws {
        try folders.withLock { known in
            var missing: [FilePath] = []
            var folder = folder
            while !known.contains(folder) {
                missing.append(folder)
                folder.removeLastComponent()
            }
            for folder in missing.reversed() {
                try Kernel.makeDirectory(folder)
                known.append(folder)
            }
        }
    }

    /// Everything at once; where that does not say whether it worked, each file says it for itself.
    func finish() throws {
        if let stray = stray.withLock({ $0 }) { throw stray }
        try held.syncFileSystem()
        if try !FileSystem(of: partial).tellsOfFailedSyncs {
            for file in files.withLock({ $0 }) { try OpenFile(file, .read).sync() }
        }
        for folder in folders.withLock({ $0 }).reversed() { try Kernel.syncMedium(folder) }
        try Kernel.publish(partial, to: target)
        try PartialName.settle(target)
    }

    func abandon() { PartialName.remove(partial) }
}

/// A tar archive: into a file, or into a stream, which nobody can take anything back from.
final class TarSink: BagSink {
    private enum Out {
        case file(OpenFile, partial: FilePath, target: FilePath)
        case stream(ByteDrain)
    }

    private let out: Out
    private let root: String
    private let modified: Int

    /// `root`: the folder in the archive.
    init(_ target: FilePath, root: String, at time: Timestamp) throws {
        let partial = PartialName.make(for: target)
        out = .file(try OpenFile.locked(creating: partial), partial: partial, target: target)
        self.root = root
        modified = Int(time.nanoseconds / 1_000_000_000)
    }

    init(_ stream: @escaping ByteDrain, root: String, at time: Timestamp) {
        out = .stream(stream)
        self.root = root
        modified = Int(time.nanoseconds / 1_000_000_000)
    }

    /// An archive is one stream.
    var lanes: Int { 1 }

    func file(_ path: BagPath, size: Int, _ write: (ByteDrain) throws -> Void) throws {
        let header = TarHeader(kind: .file, path: "\(root)/\(path.description)", size: size, modified: modified)
        try put(header.encoded())
        try write { try put($0) }
        try put(TarHeader.padding(size))
    }

    private func put(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try put($0) } }

    private func put(_ bytes: UnsafeRawBufferPointer) throws {
        guard !bytes.isEmpty else { return }
        switch out {
        case .file(let file, _, _): try file.write(bytes)
        case .stream(let stream): try stream(bytes)
        }
    }

    func finish() throws {
        try put([UInt8](repeating: 0, count: 2 * TarHeader.block))
        switch out {
        case .stream(let stream): try stream(UnsafeRawBufferPointer(start: nil, count: 0))
        case .file(let file, let partial, let target):
            try file.sync()
            try Kernel.publish(partial, to: target)
            try PartialName.settle(target)
        }
    }

    func abandon() {
        switch out {
        case .stream: break
        case .file(_, let partial, _): PartialName.remove(partial)
        }
    }
}
