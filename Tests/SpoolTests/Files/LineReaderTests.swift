import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct LineReaderTests {
    private func lines(_ text: [UInt8], containing needle: String = "") throws -> [String] {
        try withTemporaryFolder { folder in
            try OpenFile(folder.appending("a"), .create).write(text)
            var lines: [String] = []
            try LineReader(folder.appending("a")).forEach(containing: Array(needle.utf8)) { lines.append($0) }
            return lines
        }
    }

    @Test func `a last line without an end is torn and says nothing`() throws {
        #expect(try lines(Array("one\ntwo\nthr".utf8)) == ["one", "two"])
        #expect(try lines(Array("thr".utf8)).isEmpty)
        #expect(try lines([]).isEmpty)
        #expect(try lines(Array("\n\nx\n".utf8)) == ["", "", "x"])
    }

    @Test(arguments: -2...2) func `lines across the windows' borders come whole`(shift: Int) throws {
        let window = 256 << 10
        let count = (window + shift) / 100
        let rest = window + shift - count * 100
        var text = [UInt8]()
        for _ in 0..<count { text += [UInt8](repeating: 0x61, count: 99) + [0x0a] }
        text += [UInt8](repeating: 0x62, count: rest + 50) + [0x0a] + Array("last\n".utf8)
        let found = try lines(text)
        #expect(found.count == count + 2)
        #expect(found.suffix(2) == [String(repeating: "b", count: rest + 50), "last"])
    }

    @Test func `a line beyond all bounds is cut, and the next one is whole`() throws {
        let found = try lines([UInt8](repeating: 0x61, count: 1 << 20) + Array("\nnext\n".utf8))
        #expect(found.map(\.utf8.count) == [64 << 10, 4])
    }

    @Test func `only lines with the needle are handed over, wherever it stands`() throws {
        let text = Array("aab\nab\nxaab\n\nbaa\naaab\naa\n".utf8)
        #expect(try lines(text, containing: "aab") == ["aab", "xaab", "aaab"])
        #expect(try lines(text, containing: "zz").isEmpty)
    }
}
