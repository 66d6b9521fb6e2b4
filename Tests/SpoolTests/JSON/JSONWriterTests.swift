// Documents of our own.

import Testing

@testable import Spool

@Suite struct JSONWriterTests {
    @Test func `text is escaped where JSON and JavaScript need it, and nowhere else`() {
        #expect(JSONEscape.quoted("a\"b\\c/") == #""a\"b\\c/""#)
        #expect(JSONEscape.quoted("\u{8}\u{9}\u{A}\u{C}\u{D}") == #""\b\t\n\f\r""#)
        #expect(JSONEscape.quoted("\u{0}\u{1}\u{B}\u{1F}\u{7F}") == "\"\\u0000\\u0001\\u000b\\u001f\u{7F}\"")
        #expect(JSONEscape.quoted("\u{2027}\u{2028}\u{2029}\u{202A}") == "\"\u{2027}\\u2028\\u2029\u{202A}\"")
        #expect(JSONEscape.quoted("Größe 日本 😀 \u{E9}\u{301}") == "\"Größe 日本 😀 \u{E9}\u{301}\"")
        #expect(JSONEscape.quoted("") == #""""#)
    }

    @Test func `every scalar up to U+3000 comes back as it went in`() {
        var text = ""
        for value in 0...0x3000 as ClosedRange<UInt32> { text.unicodeScalars.append(Unicode.Scalar(value) ?? " ") }
        let json = utf8(JSONEscape.quoted(text))
        #expect(decoded(json)?.utf8.elementsEqual(text.utf8) == true)
        #expect(json.allSatisfy { $0 >= 0x20 })
    }

    @Test func `a document is written in the order of the calls`() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("b", "x\n")
            writer.member("a", 12)
            writer.member("t", true)
            writer.name("l")
            writer.array { writer in
                writer.number(UInt64.max)
                writer.null()
                writer.object { _ in }
                writer.encoded(utf8("[1.50]"))
            }
            writer.member("v", JSONValue.array([.string("é"), .object([("k", .number("1e5"))])]))
        }
        #expect(
            writer.text
                == #"{"b":"x\n","a":12,"t":true,"l":[18446744073709551615,null,{},[1.50]],"v":["é",{"k":1e5}]}"#)
        #expect(Reading(writer.bytes).failure == nil)
    }

    @Test func `an indented document looks as if it had been copied so`() throws {
        let value = try JSONValue(parsing: utf8(sampler))
        var writer = JSONWriter(style: .indented())
        writer.value(value)
        #expect(writer.bytes == Copy(value.compact(), style: .indented()).bytes)
        #expect(writer.text.contains("\n    \"generalinfo\": {\n      \"id\": 771703,"))
    }

    @Test func `events go in as they come out`() {
        var writer = JSONWriter()
        for event in Reading(utf8(sampler)).events { writer.event(event) }
        #expect(Reading(writer.bytes).events == Reading(utf8(sampler)).events)
    }

    @Test func `a tree of any depth is written without recursion`() {
        var value = JSONValue.null
        for _ in 0..<3000 { value = .array([value]) }
        #expect(value.compact().count == 6004)
    }

    @Test func `a caller's error leaves an object that it was writing`() {
        struct Stop: Error {}
        var writer = JSONWriter()
        #expect(throws: Stop.self) {
            try writer.object { _ throws(Stop) in throw Stop() }
        }
    }
}
