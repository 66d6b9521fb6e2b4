import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// The archive format: what is written can be read, here and by GNU tar; everything else is refused by name.
@Suite struct TarTests {
    private func archive(_ members: [(TarHeader, [UInt8])], end: Int = 1024) -> [UInt8] {
        members.flatMap { $0.encoded() + $1 + TarHeader.padding($1.count) } + [UInt8](repeating: 0, count: end)
    }

    private func file(_ path: String, _ bytes: [UInt8]) -> (TarHeader, [UInt8]) {
        (TarHeader(kind: .file, path: path, size: bytes.count, modified: 1_795_425_300), bytes)
    }

    private func read(_ bytes: [UInt8], piece: Int = 100) throws -> [(String, [UInt8])] {
        var reader = TarReader(StreamTape(bytes).stream(piece: piece))
        var members: [(String, [UInt8])] = []
        while let header = try reader.next() {
            var contents: [UInt8] = []
            var window = [UInt8](repeating: 0, count: 333)
            while true {
                let count = try window.withUnsafeMutableBytes { try reader.read(into: $0) }
                if count == 0 { break }
                contents += window[..<count]
            }
            members.append((header.path, contents))
        }
        return members
    }

    private func refusal(_ bytes: [UInt8]) -> String? {
        do {
            _ = try read(bytes)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [0, 1, 511, 512, 513, 5000])
    func `what is written is read`(size: Int) throws {
        let contents = [UInt8](repeating: 7, count: size)
        let members = try read(archive([file("a/b", contents), file("a/c", [1])]), piece: 97)
        #expect(members.map(\.0) == ["a/b", "a/c"])
        #expect(members.map(\.1) == [contents, [1]])
    }

    @Test(arguments: [99, 100, 101, 155, 200, 254, 255, 256, 257, 600])
    func `a path of any length is read as it was written`(length: Int) throws {
        for slash in [nil, 10, 90, 155, 156] as [Int?] where slash.map({ $0 < length - 1 }) ?? true {
            var path = [UInt8](repeating: UInt8(ascii: "p"), count: length)
            if let slash { path[slash] = UInt8(ascii: "/") }
            let text = String(decoding: path, as: UTF8.self)
            #expect(try read(archive([file(text, [1, 2])])).map(\.0) == [text])
        }
    }

    @Test func `a size beyond eight gibibytes has a pax header, and is read back`() throws {
        let size = 9 << 30
        let bytes = TarHeader(kind: .file, path: "a/large", size: size).encoded()
        #expect(bytes.count == 3 * 512)
        var reader = TarReader(StreamTape(bytes).stream())
        let header = try #require(try reader.next())
        #expect(header.size == size)
        #expect(header.path == "a/large")
    }

    @Test func `GNU tar reads what we write`() async throws {
        try await withTemporaryFolder { folder in
            let long = "root/" + String(repeating: "d", count: 120) + "/" + String(repeating: "e", count: 120)
            let path = folder.appending("a.tar")
            try OpenFile(path, .create).write(archive([file("root/x", [1, 2, 3]), file(long, [4])]))
            let result = try await Tool.run("/usr/bin/tar", ["-tf", path.string])
            #expect(result.out == "root/x\n\(long)\n")
            #expect(result.status == 0)
        }
    }

    /// One block changed, with a right checksum again.
    private func header(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
        var block = TarHeader(kind: .file, path: "a/b", size: 0).encoded()
        change(&block)
        block.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
        let digits = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        block.replaceSubrange(148..<156, with: (String(repeating: "0", count: 6 - digits.count) + digits + "\0 ").utf8)
        return block + [UInt8](repeating: 0, count: 1024)
    }

    @Test(arguments: [
        ("1", "hard link"), ("2", "symbolic link"), ("3", "device"), ("4", "device"), ("6", "FIFO"), ("7", "type 55"),
        ("S", "sparse"), ("L", "long name"), ("K", "long name"), ("g", "for all that follows"), ("\0", "type 0"),
        ("V", "type 86"),
    ])
    func `every other kind of member is refused by its name`(flag: String, expected: String) throws {
        let bytes = header { $0[156] = flag.utf8.first ?? 0 }
        let message = try #require(refusal(bytes))
        #expect(message.hasPrefix("a/b: "))
        #expect(message.contains(expected))
    }

    @Test func `what is no ustar, has a link, or a size in another form is refused`() throws {
        #expect(refusal(header { $0[262] = 0x20 })?.contains("--format=ustar") == true)
        #expect(refusal(header { $0[157] = 0x78 })?.contains("names another file") == true)
        #expect(refusal(header { $0[124] = 0x80 })?.contains("no octal number") == true)
        #expect(
            refusal(header { $0.replaceSubrange(124..<136, with: "        -1 \0".utf8) })?.contains("octal") == true)
        var damaged = header { _ in }
        damaged[0] ^= 1
        #expect(refusal(damaged)?.contains("checksum") == true)
    }

    @Test func `an archive that is cut short, or goes on behind its end, is refused`() throws {
        let whole = archive([file("a/b", [UInt8](repeating: 1, count: 700))])
        #expect(refusal(whole) == nil)
        #expect(refusal(whole + [UInt8](repeating: 0, count: 8192)) == nil)
        for cut in [1, 511, 512, 600, 1100, 1500, 1600, 2000, whole.count - 1] {
            #expect(refusal(Array(whole.prefix(cut))) != nil, "\(cut)")
        }
        #expect(refusal(whole + [1])?.contains("behind the end") == true)
        var smuggled = whole
        smuggled[512 + 700] = 1
        #expect(refusal(smuggled)?.contains("more bytes than it declares") == true)
        #expect(refusal([])?.contains("cut short") == true)
    }

    @Test(arguments: [
        "11 size=5\n", "10 size=-5\n", "11 path=a/c\n", "12 path=a/c", "12 mtime=12\n", "22 GNU.sparse.major=1\n",
        "9 path=\n", "99999999 path=a\n", "13 linkpath=x\n", "12 path=a/c\n12 path=a/d\n", " path=x\n", "nonsense",
    ])
    func `a pax header with anything but a path and a size is refused`(records: String) throws {
        let extended = TarHeader(kind: .extended, path: "pax", size: records.utf8.count)
        let bytes = archive([(extended, Array(records.utf8)), file("a/b", [1])])
        #expect(refusal(bytes) != nil)
    }

    @Test func `a pax header alone, twice or endless is refused`() throws {
        let records = Array("12 path=a/c\n".utf8)
        let extended = (TarHeader(kind: .extended, path: "pax", size: records.count), records)
        #expect(try read(archive([extended, file("a/b", [1])])).map(\.0) == ["a/c"])
        #expect(refusal(archive([extended])) != nil)
        #expect(refusal(archive([extended, extended, file("a/b", [1])])) != nil)
        #expect(refusal(TarHeader(kind: .extended, path: "pax", size: 1 << 30).encoded()) != nil)
    }
}
