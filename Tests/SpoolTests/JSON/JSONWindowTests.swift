// A window is only how a document is read: its size never shows in what comes out, and neither does where a document ends.

import Testing

@testable import Spool

@Suite struct JSONWindowTests {
    private static let documents: [[UInt8]] = [
        utf8(sampler),
        [0xEF, 0xBB, 0xBF] + utf8(sampler),
        utf8(#"["\ud800","\ud83d\ude00","\ud800\n",-1.5e+10,true,false,null,"日本é😀"]"#),
        [0x5B, 0x22, 0xF0, 0x9F, 0x98, 0x22, 0x2C, 0x22, 0xE2, 0x82, 0x41, 0xFF, 0x22, 0x5D],
        utf8(#"{"analysis":{"a":[1,2 3]}}"#), utf8(#"{"analysis":{"a":"\x"}}"#), utf8(#"{"analysis":{"a":[}]}}"#),
        utf8("[\"a\u{0}\"]"), utf8("[1,2,3"), utf8("[-]"), utf8("nul"), utf8(""), utf8("   "), utf8("[1] x"),
        utf8("[" + String(repeating: "\"\\\\\\\"\",", count: 40) + "0]"),
    ]

    @Test(arguments: documents.indices)
    func `windows of one to sixty-four bytes read what one big window reads`(index: Int) {
        let bytes = Self.documents[index]
        let reading = Reading(bytes)
        let scan = Scan(bytes, at: ["analysis"])
        let copy = Copy(bytes, style: .indented())
        for size in 1...64 {
            #expect(Reading(bytes, windowSize: size) == reading, "window \(size)")
            #expect(Scan(bytes, at: ["analysis"], windowSize: size) == scan, "window \(size)")
            #expect(Copy(bytes, style: .indented(), windowSize: size) == copy, "window \(size)")
        }
    }

    @Test func `a document that is cut at any byte has an unexpected end, and keeps what came before`() {
        let whole = utf8(sampler)
        let length = whole.lastIndex(of: 0x7D) ?? 0
        let events = Reading(whole).events
        #expect(events.count > 60)
        for cut in 0...length {
            let bytes = Array(whole[..<cut])
            let reading = Reading(bytes)
            #expect(reading.failure?.code == .unexpectedEnd, "cut at \(cut)")
            #expect(reading.failure?.offset == cut)
            // Only a number can be cut and look whole.
            var sent = reading.events
            if case .number? = sent.last { sent.removeLast() }
            #expect(sent == Array(events.prefix(sent.count)), "cut at \(cut)")
            #expect(
                Scan(bytes, at: ["analysis"]).failures.map(\.code) == [.unexpectedEnd, .unexpectedEnd], "cut at \(cut)")
            #expect(Copy(bytes, style: .compact).failure?.code == .unexpectedEnd)
        }
        #expect(Reading(Array(whole[...length])).failure == nil)
    }

    @Test func `a byte order mark that is cut is an error`() {
        for cut in 1...2 {
            let bytes = Array([0xEF, 0xBB, 0xBF].prefix(cut)) as [UInt8]
            #expect(Reading(bytes).failure?.code == .unexpectedByte)
            #expect(Scan(bytes).failures.count == 2)
        }
    }

    @Test func `a source that shrinks while it is read is an error`() {
        let bytes = utf8(sampler)
        for end in stride(from: 0, to: bytes.count - 1, by: 7) {
            for size in [1, 16, 1000] {
                var reader = JSONReader(BrokenSource(bytes: bytes, end: end, throwing: false), windowSize: size)
                let error = #expect(throws: JSONError.self) { while try reader.next() != nil {} }
                #expect(error?.code == .sourceChanged)
                var scanner = JSONScanner(BrokenSource(bytes: bytes, end: end, throwing: false), windowSize: size)
                #expect(throws: JSONError.self) { try scanner.check() }
                #expect(throws: JSONError.self) { try scanner.outline(at: ["analysis"]) }
            }
        }
    }

    @Test func `a source that fails is an error with the source's own words`() {
        let source = BrokenSource(bytes: utf8(sampler), end: 10, throwing: true)
        var reader = JSONReader(source, windowSize: 8)
        let error = #expect(throws: JSONError.self) { while try reader.next() != nil {} }
        #expect(error == JSONError(.readFailed, at: 8, "cannot read: the disk is gone"))
        var scanner = JSONScanner(source)
        #expect(throws: JSONError(.readFailed, at: 0, "cannot read: the disk is gone")) { try scanner.check() }
    }

    @Test func `a slice that the source does not have is an error`() {
        for range in [0..<100, 5..<6, -3..<2, 3..<3, Int.min..<Int.max] {
            let slice = JSONSlice(kind: .object, range: range)
            var reader = JSONReader(MemorySource(utf8("{}")), slice: slice)
            #expect(throws: JSONError.self) { while try reader.next() != nil {} }
            #expect(throws: JSONError.self) {
                try JSONReindenter(MemorySource(utf8("{}"))).text(of: slice, style: .compact)
            }
        }
    }
}
