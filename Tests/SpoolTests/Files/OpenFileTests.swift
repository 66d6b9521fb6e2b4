import Glibc
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct OpenFileTests {
    @Test func `a symbolic link is never followed, whatever the file is opened for`() throws {
        try withTemporaryFolder { folder in
            let link = folder.appending("link")
            try OpenFile(folder.appending("target"), .create).write([1])
            #expect(symlink("target", link.string) == 0)
            for mode in [OpenFile.Mode.read, .readWrite, .append] {
                #expect(throws: FileError(.open, link, .tooManySymbolicLinkLevels)) { _ = try OpenFile(link, mode) }
            }
            #expect(throws: FileError(.open, link, .fileExists)) { _ = try OpenFile(link, .create) }
            #expect(try WholeFile.read(folder.appending("target")) == [1])
        }
    }

    @Test func `a FIFO without a writer keeps nobody waiting`() throws {
        try withTemporaryFolder { folder in
            let fifo = folder.appending("fifo")
            #expect(mkfifo(fifo.string, 0o600) == 0)
            let opened = try OpenFile(fifo, .read)
            #expect(try opened.status().kind == .other)
            #expect(throws: FileError.self) { _ = try WholeFile.read(fifo) }
            #expect(throws: FileError(.open, fifo, .illegalSeek)) {
                try WholeFile.append("line", to: fifo, synced: true)
            }
            #expect(throws: FileError(.open, fifo, .illegalSeek)) { try LineReader(fifo).forEach { _ in } }
        }
    }

    @Test func `no child inherits a descriptor`() throws {
        try withTemporaryFolder { folder in
            let file = try OpenFile(folder.appending("a"), .create)
            let inherited = (3..<256).filter { descriptor in
                let flags = fcntl(Int32(descriptor), F_GETFD, 0)
                var raw = stat()
                guard flags >= 0, flags & FD_CLOEXEC == 0, fstat(Int32(descriptor), &raw) == 0 else { return false }
                return (try? file.status().identity.inode) == UInt64(raw.st_ino)
            }
            #expect(inherited.isEmpty)
        }
    }

    @Test func `a lock is one opener's alone, and goes with it`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("a")
            var first: OpenFile? = try OpenFile(path, .create)
            let second = try OpenFile(path, .read)
            #expect(try first?.tryLock() == true)
            #expect(try !second.tryLock())
            first = nil
            #expect(try second.tryLock())
        }
    }

    @Test func `a lock goes with its opener, although a child that is being started shares it`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("a")
            var first: OpenFile? = try OpenFile(path, .create)
            let second = try OpenFile(path, .read)
            try first?.lock()
            let copy = try #require(try first?.duplicate())
            defer { close(copy) }
            first = nil
            #expect(try second.tryLock())
            try second.unlock()
            first = try OpenFile(path, .read)
            #expect(try first?.tryLock() == true)
            let another = try #require(try first?.duplicate())
            defer { close(another) }
            first = nil
            #expect(try second.tryLock())
        }
    }

    @Test func `a file that a sweep takes between its creation and its lock is made again`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("a")
            let locks = Atomic<Int>(0)
            let file = try KernelProbe.with(
                below: folder,
                { (call, path) throws(FileError) in
                    guard call == .flock, locks.add(1, ordering: .relaxed).oldValue == 0 else { return }
                    Glibc.unlink(path.string)
                }
            ) { try OpenFile.locked(creating: path) }
            #expect(try file.isAt())
            #expect(locks.load(ordering: .relaxed) == 2)
        }
    }

    @Test func `bytes are read and written at their offsets, and reading ends where the file does`() throws {
        try withTemporaryFolder { folder in
            let file = try OpenFile(folder.appending("a"), .create)
            try file.write(Array("hello world".utf8))
            try file.write(Array("HELLO".utf8), at: 0)
            #expect(try file.bytes(limit: 100) == Array("HELLO world".utf8))
            #expect(try file.bytes(at: 6, limit: 3) == Array("wor".utf8))
            #expect(try file.bytes(at: 50, limit: 3).isEmpty)
        }
    }
}
