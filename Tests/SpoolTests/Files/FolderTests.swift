import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct FolderTests {
    @Test func `a symbolic link in place of a folder is not followed`() throws {
        try withTemporaryFolder { folder in
            try Kernel.makeDirectory(folder.appending("real"))
            let link = folder.appending("link")
            #expect(symlink("real", link.string) == 0)
            #expect(throws: FileError.self) { try Folder.names(link) }
            #expect(throws: FileError.self) { try Folder.contents(link) }
            #expect(throws: FileError.self) { try Kernel.syncDirectory(link) }
        }
    }

    @Test func `names that are no UTF-8 are listed, and reached by their bytes`() throws {
        try withTemporaryFolder { folder in
            let bytes: [CChar] = [0x61, -1, 0x62, 0]
            let component = try #require(
                bytes.withUnsafeBufferPointer { buffer in
                    buffer.baseAddress.flatMap { FilePath.Component(platformString: $0) }
                })
            try OpenFile(folder.appending(component), .create).write([1])
            #expect(try Folder.names(folder) == ["a\u{FFFD}b"])
            #expect(try Folder.components(folder) == [component])
            #expect(try Folder.contents(folder).map(\.status.kind) == [.regular])
        }
    }

    @Test func `contents come with their kinds, and only those that are wanted`() throws {
        try withTemporaryFolder { folder in
            for name in ["a", "b", "c"] { try OpenFile(folder.appending(name), .create).write([1, 2]) }
            try Kernel.makeDirectory(folder.appending("d"))
            let found = try Folder.contents(folder, where: { $0 != "b" }).sorted { $0.name < $1.name }
            #expect(found.map(\.name) == ["a", "c", "d"])
            #expect(found.map(\.status.kind) == [.regular, .regular, .directory])
            #expect(found.map(\.status.size).prefix(2) == [2, 2])
        }
    }
}
