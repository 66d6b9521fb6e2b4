import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct WholeFileTests {
    @Test func `a record is replaced whole, by way of a file that leaves nothing behind`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("record")
            try WholeFile.replace(path, with: Array("first, and long".utf8))
            try WholeFile.replace(path, with: Array("second".utf8), synced: true)
            #expect(try WholeFile.read(path) == Array("second".utf8))
            #expect(try Folder.names(folder) == ["record"])
        }
    }

    @Test func `a synced record is synced before its rename, and its folder after`() throws {
        try withTemporaryFolder { folder in
            let trace = try KernelProbe.trace(below: folder) {
                try WholeFile.replace(folder.appending("record"), with: [1], synced: true)
            }
            #expect(trace.map(\.call) == [.write, .fsync, .rename, .fsync])
            #expect(trace.last?.path == "")
        }
    }

    @Test func `a record that must be new does not replace another`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("record")
            try WholeFile.create(path, with: [1])
            #expect(throws: FileError.self) { try WholeFile.create(path, with: [2]) }
            #expect(try WholeFile.read(path) == [1])
            #expect(try Folder.names(folder) == ["record"])
        }
    }

    @Test func `a failed replacement leaves the old record, whatever call fails`() throws {
        for index in 0..<20 {
            try withTemporaryFolder { folder in
                let path = folder.appending("record")
                try WholeFile.replace(path, with: [1])
                let result = KernelProbe.failing(below: folder, at: index, with: .ioError) {
                    try WholeFile.replace(path, with: [2])
                }
                let bytes = try WholeFile.read(path)
                #expect(bytes == (result.error == nil ? [2] : [1]), "call \(index)")
            }
        }
    }

    @Test func `a torn line spoils only itself`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("log")
            try WholeFile.append("one", to: path, synced: true)
            try OpenFile(path, .append).write(Array("torn".utf8))
            try WholeFile.append("two", to: path, synced: true)
            var lines: [String] = []
            try LineReader(path).forEach { lines.append($0) }
            #expect(lines == ["one", "torn ?torn", "two"])
        }
    }

    @Test func `the first line of a file makes the file's name durable`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("log")
            let first = try KernelProbe.trace(below: folder) { try WholeFile.append("one", to: path, synced: true) }
            let second = try KernelProbe.trace(below: folder) { try WholeFile.append("two", to: path, synced: true) }
            #expect(first == [KernelCall(.write, "log"), KernelCall(.fsync, "log"), KernelCall(.fsync, "")])
            #expect(second == [KernelCall(.write, "log"), KernelCall(.fsync, "log")])
        }
    }

    @Test func `a sweep takes what nobody holds, and only that`() throws {
        try withTemporaryFolder { folder in
            let held = try OpenFile.locked(creating: folder.appending("held.new"))
            try OpenFile(folder.appending("left.new"), .create).write([1])
            try OpenFile(folder.appending("record"), .create).write([1])
            try Kernel.makeDirectory(folder.appending("folder.new"))
            #expect(try WholeFile.sweep(folder, where: WholeFile.isTemporary) == 1)
            #expect(try Folder.names(folder).sorted() == ["folder.new", "held.new", "record"])
            withExtendedLifetime(held) {}
        }
    }

    @Test func `only the beginning of an overlong record is read`() throws {
        try withTemporaryFolder { folder in
            try WholeFile.replace(folder.appending("record"), with: [UInt8](repeating: 7, count: 100))
            #expect(try WholeFile.read(folder.appending("record"), limit: 10)?.count == 10)
            #expect(try WholeFile.read(folder.appending("none")) == nil)
        }
    }

    /// Limits are what nobody would ever need; room for them would not be there.
    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073, 400_000])
    func `a record of any size is read whole, whatever the limit, and cut at it`(size: Int) throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("record")
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 13) }
            try WholeFile.replace(path, with: bytes)
            #expect(try WholeFile.read(path, limit: 1 << 50) == bytes)
            for limit in [0, 10, 65_536, 100_000, 131_072] {
                #expect(try WholeFile.read(path, limit: limit) == Array(bytes.prefix(limit)), "\(limit)")
            }
        }
    }
}
