import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct SpoolStoreTests {
    private let clock = TestClock()

    private func create(_ path: FilePath) throws(StoreError) -> SpoolStore {
        try SpoolStore.create(at: path, program: "test", now: clock.now)
    }

    private func open(_ path: FilePath) throws(StoreError) -> SpoolStore {
        try SpoolStore.open(path, program: "test", now: clock.now)
    }

    private func code(_ body: () throws(StoreError) -> SpoolStore) -> StoreError.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a new spool is whole, private, and opens with the same id`() throws {
        try withTemporaryFolder { folder throws in
            let spool = try create(folder.appending("a/b/spool"))
            #expect(spool.id.utf8.count == 36)
            #expect(try open(folder.appending("a/b/spool")).id == spool.id)
            for path in spool.layout.folders { #expect(try Kernel.status(path)?.mode == 0o700, "\(path)") }
            #expect(try Kernel.status(spool.layout.format)?.mode == 0o600)
            #expect(try Kernel.status(spool.layout.reserve)?.size == SpoolStore.reserveSize)
            #expect(try spool.verify().findings.isEmpty)
            let format = String(decoding: try #require(try WholeFile.read(spool.layout.format)), as: UTF8.self)
            #expect(format == "spool 1\nid \(spool.id)\n")
            #expect(try Folder.names(spool.layout.folder(.inbox, .done)).sorted() == ["2026-11-23", "2026-11-24"])
        }
    }

    @Test func `a spool is not made twice, nor over other files`() throws {
        try withTemporaryFolder { folder throws in
            let path = folder.appending("spool")
            let spool = try create(path)
            #expect(code { () throws(StoreError) in try create(path) } == .exists)
            #expect(try open(path).id == spool.id)
            let other = folder.appending("other")
            try Kernel.makeDirectory(other)
            try OpenFile(other.appending("letter"), .create).write([1])
            #expect(code { () throws(StoreError) in try create(other) } == .exists)
            #expect(code { () throws(StoreError) in try create(other.appending("letter")) } == .exists)
            #expect(try Folder.names(other) == ["letter"])
        }
    }

    @Test func `an empty folder becomes one, and private`() throws {
        try withTemporaryFolder { folder throws in
            let path = folder.appending("spool")
            try Kernel.makeDirectory(path)
            try Kernel.setMode(path, 0o755)
            _ = try create(path)
            #expect(try Kernel.status(path)?.mode == 0o700)
        }
    }

    @Test func `a spool may be reached through a symbolic link`() throws {
        try withTemporaryFolder { folder throws in
            try Kernel.makeDirectory(folder.appending("disk"))
            #expect(symlink("disk", folder.appending("link").string) == 0)
            let spool = try create(folder.appending("link/spool"))
            try spool.give("1")
            #expect(symlink("disk/spool", folder.appending("spool").string) == 0)
            #expect(try open(folder.appending("spool")).list(.inbox, .ready).entries.count == 1)
            #expect(symlink("nowhere", folder.appending("dangling").string) == 0)
            #expect(code { () throws(StoreError) in try create(folder.appending("dangling")) } == .exists)
        }
    }

    /// All that is synced at the birth of a spool: whatever holds a name that was made.
    @Test func `a new spool survives a power cut from its deepest folder up`() throws {
        try withTemporaryFolder { folder throws in
            let trace = try KernelProbe.trace(below: folder) { _ = try create(folder.appending("a/b")) }
            let synced = trace.filter { $0.call == .fsync }.map(\.path)
            for path: FilePath in ["", "a", "a/b", "a/b/inbox", "a/b/inbox/ready", "a/b/outbox", "a/b/ledger"] {
                #expect(synced.contains(path), "\(path)")
            }
            let commit = try #require(trace.firstIndex { $0.call == .rename })
            #expect(trace[..<commit].filter { $0.call == .mkdir }.count == 2 + 24)
            #expect(trace[commit + 1] == KernelCall(.fsync, "a/b"))
        }
    }

    @Test func `an interrupted birth is no spool, and is finished by the next one`() throws {
        for index in stride(from: 0, to: 150, by: 9) {
            try withTemporaryFolder { folder throws in
                let path = folder.appending("spool")
                let result = KernelProbe.failing(below: folder, at: index, with: .noSpace) { _ = try create(path) }
                if result.error != nil, code({ () throws(StoreError) in try open(path) }) != nil {
                    _ = try create(path)
                }
                let spool = try open(path)
                #expect(try spool.verify().problems.isEmpty, "call \(index)")
            }
        }
    }

    @Test func `an unmounted disk does not look like an empty spool`() throws {
        try withTemporaryFolder { folder throws in
            for path in [folder, folder.appending("nothing"), folder.appending("not/there")] {
                #expect(code { () throws(StoreError) in try open(path) } == .notASpool)
            }
            #expect(try Folder.names(folder).isEmpty)
        }
    }

    @Test(arguments: [
        "", "\n", "spool", "spool 2\nid a\n", "spool 1\n", "spool 1\nid ../../x\n", "spool 1\nid \n", "spool x\nid a\n",
        "spool 99999999999999999999\nid a\n", "\u{0}\u{0}", "é",
    ]) func `a format that is not ours is refused`(text: String) throws {
        try withTemporaryFolder { folder throws in
            let spool = try create(folder.appending("spool"))
            try WholeFile.replace(spool.layout.format, with: Array(text.utf8))
            #expect(code { () throws(StoreError) in try open(spool.layout.root) } == .format)
        }
    }

    @Test func `network file systems are told by their number`() throws {
        try withTemporaryFolder { folder throws in
            #expect(try FileSystem(of: folder).networkName == nil)
            #expect(try FileSystem(of: folder).size > 0)
        }
    }

    @Test func `folders that a backup left out are made again`() throws {
        try withSpool { spool, _ throws in
            for folder in [spool.layout.folder(.outbox, .hold), spool.layout.tries(.inbox), spool.layout.ledgers] {
                try Kernel.removeDirectory(folder)
            }
            #expect(try spool.verify().problems.map(\.code) == [.missingFolder, .missingFolder, .missingFolder])
            _ = try open(spool.layout.root)
            #expect(try spool.verify().problems.isEmpty)
        }
    }

    @Test(arguments: [Errno.noSpace, .readOnlyFileSystem]) func `a full or read-only disk can be looked at`(
        errno: Errno
    ) throws {
        try withSpool { spool, clock throws in
            try spool.give("1")
            try Kernel.unlink(spool.layout.reserve)
            clock.advance(by: .seconds(5 * 86_400))
            let changes: Set<FileError.Call> = [.mkdir, .write, .allocate, .rename, .unlink]
            try KernelProbe.with(
                below: spool.layout.root,
                { (call, path) throws(FileError) in if changes.contains(call) { throw FileError(call, path, errno) } }
            ) {
                let opened = try SpoolStore.open(spool.layout.root, program: "test", now: clock.now)
                #expect(try opened.list(.inbox, .ready).entries.count == 1)
            }
        }
    }

    @Test func `the days of done are made ahead, and their folder is synced`() throws {
        try withSpool { spool, clock throws in
            clock.advance(by: .seconds(3 * 86_400))
            let trace = try KernelProbe.trace(below: spool.layout.root) { try spool.makeFolders() }
            let made = trace.filter { $0.path.starts(with: "inbox/done") && $0.path != "inbox/done" }.map(\.path)
            #expect(made == ["inbox/done/2026-11-26", "inbox/done/2026-11-27"])
            #expect(trace.filter { $0 == KernelCall(.fsync, "inbox/done") }.count == 2)
        }
    }

    @Test func `the reserve comes back when there is room`() throws {
        try withSpool { spool, _ throws in
            spool.releaseReserve()
            spool.releaseReserve()
            #expect(try Kernel.status(spool.layout.reserve) == nil)
            try spool.makeFolders()
            let isRoomy = try spool.available() > spool.defaultMinimumFree() + SpoolStore.reserveSize
            #expect(try (Kernel.status(spool.layout.reserve) != nil) == isRoomy)
            try spool.refillReserve()
            #expect(try Kernel.status(spool.layout.reserve)?.size == SpoolStore.reserveSize)
        }
    }
}
