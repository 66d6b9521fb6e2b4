import Testing

@testable import Spool

/// Tag files and paths as RFC 8493 has them.
@Suite struct BagTextTests {
    private let digest = String(repeating: "a", count: 64)

    private func manifest(_ text: String) throws(TransferError) -> [String: String] {
        try BagManifest(parsing: Array(text.utf8), of: .manifest).digests
    }

    private func refusal(_ body: () throws(TransferError) -> Void) -> String? {
        do throws(TransferError) {
            try body()
            return nil
        } catch {
            return error.message
        }
    }

    @Test func `lines may end in any of three ways, and the last in none`() throws {
        let expected = ["x": digest, "y": digest]
        for end in ["\n", "\r", "\r\n"] {
            #expect(try manifest("\(digest)  x\(end)\(digest)\ty\(end)") == expected)
            #expect(try manifest("\(digest) x\(end)\(digest)   y") == expected)
        }
        #expect(try manifest("") == [:])
    }

    @Test func `digits may be of any case, blanks in a path are its own`() throws {
        #expect(try manifest("\(digest.uppercased())  a b\tc \n") == ["a b\tc ": digest])
    }

    @Test func `three characters, and no others, are written with a percent sign`() throws {
        #expect(try manifest("\(digest)  a%0Ab%0dc%25d%20e%\n") == ["a\nb\rc%d%20e%": digest])
        var written = BagManifest()
        written["a\nb\rc%d e\u{e9}"] = digest
        #expect(written.encoded() == Array("\(digest)  a%0Ab%0Dc%25d e\u{e9}\n".utf8))
        #expect(try BagManifest(parsing: written.encoded(), of: .manifest) == written)
    }

    @Test(arguments: [
        "", " ", "x  y", "\(String(repeating: "a", count: 63))  x", "\(String(repeating: "a", count: 64))",
        "\(String(repeating: "a", count: 64))  ", "\(String(repeating: "g", count: 64))  x",
        "\(String(repeating: "a", count: 65))  x", "\(String(repeating: "a", count: 64))x",
    ])
    func `a line that is none is refused with its number`(line: String) {
        let text = "\(digest)  x\n\(line)\n\(digest)  y\n"
        #expect(refusal { () throws(TransferError) in _ = try manifest(text) }?.contains("line 2") == true)
    }

    @Test(arguments: [[0x00], [0xff], [0xc3]] as [[UInt8]]) func `what is no text is refused`(bytes: [UInt8]) {
        let line = Array("\(digest)  x".utf8) + bytes + [0x0a]
        let message = refusal { () throws(TransferError) in _ = try BagManifest(parsing: line, of: .manifest) }
        #expect(message == "manifest-sha256.txt: is not UTF-8 text")
    }

    @Test func `a path listed twice is refused, also if it is written in two ways`() {
        for second in ["x%y", "x%25y"] {
            let text = "\(digest)  x%25y\n\(digest)  \(second)\n"
            #expect(
                refusal { () throws(TransferError) in _ = try manifest(text) } == "manifest-sha256.txt: lists x%y twice"
            )
        }
    }

    @Test func `a byte order mark, and what is no text, is refused`() {
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let line = Array("\(digest)  x\n".utf8)
        for bytes in [mark + line, line + [0xff, 0x0a], line + [0] + line, [0xff, 0xfe] + line] {
            #expect(refusal { () throws(TransferError) in _ = try BagManifest(parsing: bytes, of: .manifest) } != nil)
        }
    }

    @Test func `the declaration is BagIt 1.0 in UTF-8, and nothing else`() {
        #expect(refusal { () throws(TransferError) in try BagDeclaration.check(BagDeclaration.encoded) } == nil)
        let windows = "BagIt-Version: 1.0\r\nTag-File-Character-Encoding: utf-8"
        #expect(refusal { () throws(TransferError) in try BagDeclaration.check(Array(windows.utf8)) } == nil)
        for text in [
            "", "BagIt-Version: 1.0\n", "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n",
            "BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n",
            "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n",
            "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\nMore: x\n",
            "\u{feff}BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        ] {
            #expect(refusal { () throws(TransferError) in try BagDeclaration.check(Array(text.utf8)) } != nil)
        }
    }

    @Test func `labels of the info may be of any case, values may be folded, but not given twice`() throws {
        let info = try BagInfo(parsing: Array("payload-oxum: 1.2\r\nNote: a\r\n  b\r\n\tc\r\n".utf8))
        #expect(try info.value("Payload-Oxum") == "1.2")
        #expect(try info.value("note") == "a b c")
        #expect(try info.value("missing") == nil)
        let twice = try BagInfo(parsing: Array("A: 1\na: 2\n".utf8))
        #expect(refusal { () throws(TransferError) in _ = try twice.value("A") } == "bag-info.txt: has A twice")
        #expect(refusal { () throws(TransferError) in _ = try BagInfo(parsing: Array("no colon\n".utf8)) } != nil)
    }

    @Test(arguments: [
        "bagit.txt", "transfer.json", "tagmanifest-sha256.txt.sig", "data", "data/inbox", "data/outbox.second",
        "data/inbox/joe-1.entry", "data/outbox/joe-7a33144f-aef3.entry",
    ])
    func `these are paths of a bundle`(path: String) throws {
        #expect(try BagPath(path).description == path)
    }

    @Test(arguments: [
        "", "/", "/etc/passwd", "..", "../x", "data/../x", "data/inbox/../../x", "data/inbox/..", ".", "./bagit.txt",
        "data/", "data//joe-1.entry", "data/inbox/", "data/inbox/joe-1", "data/inbox/joe-1.entry/",
        "data/inbox/joe-1.entry/x", "data/inbox/x/joe-1.entry", "data/hold/joe-1.entry", "data/inbox/JOE-1.entry",
        "data/inbox/joe-1.ENTRY", "Data/inbox/joe-1.entry", "data/inbox/joe_1.entry", "data/inbox/joe-\u{e9}.entry",
        "data/inbox/joe-1.entry\n", "data/inbox/joe-1.entry\u{0}", "data\\inbox\\joe-1.entry", "BAGIT.TXT",
        "bagit.txt ", "manifest-md5.txt", "readme.txt", ".DS_Store", "fetch.txt", "data/joe-1.entry",
    ])
    func `and these are not`(path: String) {
        #expect(refusal { () throws(TransferError) in _ = try BagPath(path) } != nil)
    }

    @Test func `the reason says what is wrong`() {
        func reason(_ path: String) -> String {
            refusal { () throws(TransferError) in _ = try BagPath(path) } ?? ""
        }
        #expect(reason("/x").contains("absolute"))
        #expect(reason("data/../x").contains("leads out"))
        #expect(reason("fetch.txt").contains("fetched from elsewhere"))
        #expect(reason(String(repeating: "x", count: 256)).contains("256 bytes"))
        #expect(reason("x").contains("not a file of a bundle"))
    }

    @Test func `one path twice, or in two cases, is refused`() throws {
        var seen = SeenPaths()
        try seen.add(BagPath("data/inbox/joe-a.entry"))
        #expect(throws: TransferError.self) { try seen.add(BagPath("data/inbox/joe-a.entry")) }
        #expect(throws: TransferError.self) { try seen.add(BagPath("data/inbox/joe-A.entry")) }
        try seen.add(BagPath("data/outbox/joe-A.entry"))
    }
}
