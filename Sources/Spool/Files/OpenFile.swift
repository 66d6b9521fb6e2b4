// A descriptor that closes itself, and what can be done through it.
//
// Locks (flock) belong to the open file: whoever holds an `OpenFile` that is locked holds the lock, and a process that
// dies lets go of all of them. That is why a lock is never a file with a pid in it. A child that is just being started shares
// what is open until its program begins: so a lock is let go of, and not left to the closing of our own descriptor.

import CFiles
import Glibc
import Synchronization
package import SystemPackage

/// An open file or folder.
package final class OpenFile: Sendable {
    /// How a path is opened; never through a symbolic link, never inherited by a child, never waiting (FIFOs).
    package enum Mode: Sendable {
        case read, readWrite, create, append, folder

        var flags: Int32 {
            let always = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
            return switch self {
            case .read: O_RDONLY | always
            case .readWrite: O_RDWR | O_CREAT | always
            case .create: O_RDWR | O_CREAT | O_EXCL | always
            case .append: O_RDWR | O_APPEND | O_CREAT | always
            case .folder: O_RDONLY | O_DIRECTORY | always
            }
        }
    }

    package let path: FilePath
    private let descriptor: Int32
    private let isLocked = Atomic(false)

    package init(_ path: FilePath, _ mode: Mode) throws(FileError) {
        descriptor = Int32(
            try Kernel.call(.open, path) { path.withPlatformString { Int(Glibc.open($0, mode.flags, 0o600)) } })
        self.path = path
    }

    /// Opens a record of ours, looking first: opening a FIFO or a device can be an act in itself, and none of ours is one.
    package static func record(_ path: FilePath, _ mode: Mode) throws(FileError) -> OpenFile {
        if let status = try Kernel.status(path), status.kind != .regular {
            throw FileError(.open, path, status.kind == .symlink ? .tooManySymbolicLinkLevels : .illegalSeek)
        }
        return try OpenFile(path, mode)
    }

    deinit {
        // Nobody is left to tell; what fails here ends with the process.
        if isLocked.load(ordering: .relaxed) { _ = flock(descriptor, LOCK_UN) }
        Glibc.close(descriptor)
    }

    package func status() throws(FileError) -> FileStatus {
        var raw = stat()
        try Kernel.call(.stat, path) { Int(fstat(descriptor, &raw)) }
        return FileStatus(raw)
    }

    /// Whether `path` (or the path that it was opened by) leads to this very file now.
    package func isAt(_ path: FilePath? = nil) throws(FileError) -> Bool {
        guard let there = try Kernel.status(path ?? self.path) else { return false }
        return try there.identity == status().identity
    }

    /// A new file whose lock is held from the start: whatever sweeps files with a free lock lets it be. (A sweep may find
    /// it between its creation and its lock; then it is gone, and is made again.)
    package static func locked(creating path: FilePath) throws(FileError) -> OpenFile {
        while true {
            let file = try OpenFile(path, .create)
            do {
                try file.lock()
                if try file.isAt() { return file }
            } catch {
                // The first error is the one to tell; a file that stays behind is swept.
                try? Kernel.unlink(path)
                throw error
            }
        }
    }

    /// Takes the exclusive lock if it is free; false if somebody else holds it.
    package func tryLock() throws(FileError) -> Bool {
        do {
            try Kernel.call(.flock, path) { Int(flock(descriptor, LOCK_EX | LOCK_NB)) }
            isLocked.store(true, ordering: .relaxed)
            return true
        } catch  where error.errno == .resourceTemporarilyUnavailable {
            return false
        }
    }

    /// Waits for the exclusive lock: only for locks that are held for moments.
    package func lock() throws(FileError) {
        try Kernel.call(.flock, path) { Int(flock(descriptor, LOCK_EX)) }
        isLocked.store(true, ordering: .relaxed)
    }

    /// Lets go of the lock before the file is closed.
    package func unlock() throws(FileError) {
        try Kernel.call(.flock, path) { Int(flock(descriptor, LOCK_UN)) }
        isLocked.store(false, ordering: .relaxed)
    }

    /// Writes all of it at the file's position.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = try Kernel.call(.write, path) { Glibc.write(descriptor, rest.baseAddress, rest.count) }
            guard count > 0 else { throw FileError(.write, path, .ioError) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    package func write(_ bytes: [UInt8]) throws(FileError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(FileError) in try write(UnsafeRawBufferPointer(buffer)) }
    }

    /// Writes all of it at an offset.
    package func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        try bytes.withUnsafeBufferPointer { (elements) throws(FileError) in
            let buffer = UnsafeRawBufferPointer(elements)
            var done = 0
            while done < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer.dropFirst(done))
                let count = try Kernel.call(.write, path) {
                    pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
                }
                guard count > 0 else { throw FileError(.write, path, .ioError) }
                done += count
            }
        }
    }

    /// Fills `buffer` from `offset`; fewer bytes only at the end of the file.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = try Kernel.call(.read, path) {
                pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
            }
            if count == 0 { break }
            done += count
        }
        return done
    }

    /// Up to `limit` bytes from `offset`.
    package func bytes(at offset: Int = 0, limit: Int) throws(FileError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: max(0, limit))
        let count = try result.withUnsafeMutableBufferPointer { (buffer) throws(FileError) in
            try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
        }
        result.removeLast(result.count - count)
        return result
    }

    /// Makes the contents durable. After a failure the descriptor must not be trusted again: it is never retried.
    package func sync() throws(FileError) {
        try SyncWatch.timed { () throws(FileError) in try Kernel.call(.fsync, path) { Int(fsync(descriptor)) } }
    }

    /// Makes everything durable that was written to this file's file system, which is much quicker than file by file.
    package func syncFileSystem() throws(FileError) {
        try Kernel.call(.syncfs, path) { Int(spool_syncfs(descriptor)) }
    }

    /// Asks the kernel to begin with writing what was written here, so that a sync later on has less to wait for.
    package func startWriting() {
        // Advice only: what fails here fails in the sync, which tells.
        spool_start_writing(descriptor)
    }

    package func setModified(_ nanoseconds: Int64) throws(FileError) {
        let times = Kernel.timespecs(nanoseconds)
        try Kernel.call(.utimens, path) { Int(futimens(descriptor, times)) }
    }

    /// A second descriptor of the same open file, for the C library to close.
    package func duplicate() throws(FileError) -> Int32 {
        Int32(try Kernel.call(.open, path) { Int(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)) })
    }

    /// Reserves room for the file's first `count` bytes.
    package func allocate(_ count: Int) throws(FileError) {
        try Kernel.call(.allocate, path) {
            // It returns its error instead of setting errno.
            let code = posix_fallocate(descriptor, 0, off_t(count))
            if code == 0 { return 0 }
            Glibc.errno = code
            return -1
        }
    }

    /// Tells the kernel that the file is read once, from front to back.
    package func willReadSequentially() {
        // Advice only: a kernel that refuses it reads all the same.
        _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }
}
