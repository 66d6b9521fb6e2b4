import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct KernelTests {
    private func file(_ path: FilePath, _ text: String = "x") throws {
        try OpenFile(path, .create).write(Array(text.utf8))
    }

    @Test func `a rename never overwrites`() throws {
        try withTemporaryFolder { folder in
            try file(folder.appending("a"), "first")
            try file(folder.appending("b"), "second")
            #expect(throws: FileError(.rename, folder.appending("a"), .fileExists)) {
                try Kernel.rename(folder.appending("a"), to: folder.appending("b"))
            }
            #expect(try WholeFile.read(folder.appending("b")) == Array("second".utf8))
        }
    }

    @Test(
        arguments: [0, 1, -1, 999_999_999, -1_500_000_000, 4_102_444_800_123_456_789, -86_400_000_000_001] as [Int64])
    func `a modification time is kept to the nanosecond, before 1970 too`(time: Int64) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("a")
            try file(path)
            try Kernel.setModified(path, to: time)
            #expect(try Kernel.status(path)?.modified == time)
            try OpenFile(path, .read).setModified(time &+ 5)
            #expect(try Kernel.status(path)?.modified == time &+ 5)
        }
    }

    @Test func `what lies at a path is told without following a link`() throws {
        try withTemporaryFolder { folder in
            try file(folder.appending("file"))
            #expect(symlink("file", folder.appending("link").string) == 0)
            #expect(mkfifo(folder.appending("fifo").string, 0o600) == 0)
            #expect(try Kernel.status(folder)?.kind == .directory)
            #expect(try Kernel.status(folder.appending("file"))?.kind == .regular)
            #expect(try Kernel.status(folder.appending("link"))?.kind == .symlink)
            #expect(try Kernel.status(folder.appending("fifo"))?.kind == .other)
            #expect(try Kernel.status(folder.appending("nothing")) == nil)
        }
    }

    @Test func `folders are made for their owner alone, and only once`() throws {
        try withTemporaryFolder { folder throws in
            let inner = folder.appending("inner")
            #expect(try Kernel.makeDirectory(inner))
            #expect(try !Kernel.makeDirectory(inner))
            #expect(try Kernel.status(inner)?.mode == 0o700)
        }
    }

    @Test func `a path is resolved through links, and is nil where nothing is`() throws {
        try withTemporaryFolder { folder in
            try Kernel.makeDirectory(folder.appending("real"))
            #expect(symlink("real", folder.appending("link").string) == 0)
            let real = try Kernel.resolved(folder.appending("real"))
            #expect(try Kernel.resolved(folder.appending("link")) == real)
            #expect(try Kernel.resolved(folder.appending("none")) == nil)
        }
    }

    @Test func `a probe sees every call, and its error takes the call's place`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("a")
            let trace = try KernelProbe.trace(below: folder) {
                let opened = try OpenFile(path, .create)
                try opened.write([1])
                try opened.allocate(10)
                try opened.sync()
                try Kernel.unlink(path)
            }
            #expect(trace.map(\.call) == [.write, .allocate, .fsync, .unlink])
            let failed = KernelProbe.failing(below: folder, at: 0, with: .ioError) { _ = try OpenFile(path, .create) }
            #expect(failed.error as? FileError == FileError(.open, path, .ioError))
            #expect(try Kernel.status(path) == nil)
        }
    }

    @Test func `a debug build kills itself before the call that it was told`() async throws {
        let folder = try TemporaryFolder.make()
        defer { TemporaryFolder.remove(folder) }
        let text = folder.string
        // Calls: mkdir, mkdir, mkdir.
        await #expect(processExitsWith: .signal(SIGKILL)) { [text = text as String] in
            setenv("SPOOL_KILL_BEFORE_CALL", "3", 1)
            for name in ["a", "b", "c"] { try Kernel.makeDirectory(FilePath(text).appending(name)) }
        }
        #expect(try Folder.names(folder).sorted() == ["a", "b"])
    }
}
