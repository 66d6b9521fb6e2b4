// Finding members without reading what is beside them.

import Testing

@testable import Spool

@Suite struct JSONScannerTests {
    private func slice(_ bytes: [UInt8], _ slice: JSONSlice?) -> String? {
        slice.map { String(decoding: bytes[$0.range], as: UTF8.self) }
    }

    @Test func `the members at a path are listed in document order with their places`() throws {
        let bytes = utf8(#" {"x":[1], "analysis" : {"b": {"c":1} , "a":"é\"", "n":-1.5 ,"t":true,"z":null,"l":[] } } "#)
        let outline = try #require(Scan(bytes, at: ["analysis"]).outline)
        #expect(outline.members.map(\.name) == ["b", "a", "n", "t", "z", "l"])
        #expect(
            outline.members.map { slice(bytes, $0.value) } == [#"{"c":1}"#, #""é\"""#, "-1.5", "true", "null", "[]"])
        #expect(outline.members.map(\.value.kind) == [.object, .string, .number, .bool, .null, .array])
        #expect(slice(bytes, outline.object)?.first == "{" && slice(bytes, outline.object)?.last == "}")
        #expect(outline["n"]?.kind == .number)
        #expect(outline["missing"] == nil)
        #expect(Scan(bytes).outline?.members.map(\.name) == ["x", "analysis"])
        #expect(slice(bytes, Scan(bytes).root)?.count == bytes.count - 3)
    }

    @Test func `there is no outline where there is no object`() {
        for text in [#"{"b":{}}"#, #"{"a":1}"#, #"{"a":[{}]}"#, "[]", "1", #""a""#, "{}", #"{"a":{"c":1}}"#] {
            #expect(Scan(utf8(text), at: ["a", "b"]) == Scan(utf8(text), at: ["nothing"]))
            #expect(Scan(utf8(text), at: ["a", "b"]).outline == nil)
            #expect(Scan(utf8(text), at: ["a", "b"]).failures.isEmpty)
        }
    }

    @Test func `of a name that occurs twice the last value counts, at the place of the first`() throws {
        let bytes = utf8(#"{"a":1,"b":2,"a":3,"c":4,"a":{}}"#)
        let outline = try #require(Scan(bytes).outline)
        #expect(outline.members.map(\.name) == ["a", "b", "c"])
        #expect(slice(bytes, outline["a"]) == "{}")
        #expect(outline.repeated == ["a"])
    }

    @Test func `on the way to the object the last member of a name counts too`() {
        #expect(Scan(utf8(#"{"a":{"x":1},"a":{"y":1}}"#), at: ["a"]).outline?.members.map(\.name) == ["y"])
        #expect(Scan(utf8(#"{"a":{"x":1},"a":null}"#), at: ["a"]).outline == nil)
        #expect(Scan(utf8(#"{"a":{"b":{}},"a":{"c":{}}}"#), at: ["a", "b"]).outline == nil)
        #expect(Scan(utf8(#"{"a":{"b":{"x":1}},"c":{"b":{"y":1}}}"#), at: ["a", "b"]).outline?["x"] != nil)
    }

    @Test func `names are compared by their characters, not by canonical equivalence`() {
        let outline = Scan(utf8("{\"\u{E9}\":1,\"e\u{301}\":2}")).outline
        #expect(outline?.members.count == 2)
        #expect(outline?.repeated == [])
        #expect(outline?["e\u{301}"]?.range == 14..<15)
        #expect(Scan(utf8("{\"e\u{301}\":{}}"), at: ["\u{E9}"]).outline == nil)
        #expect(Scan(utf8(#"{"\u00e9":{}}"#), at: ["é"]).outline != nil)
        // Whether a table compares two names at all depends on their hashes.
        for number in 0..<64 {
            let pair = utf8("{\"\u{E9}\(number)\":1,\"e\u{301}\(number)\":2}")
            #expect(Scan(pair).outline?.members.count == 2)
        }
    }

    @Test(
        arguments: [
            (#"{"a":1,}"#, .unexpectedByte), ("{,}", .unexpectedByte), (#"{"a" 1}"#, .unexpectedByte),
            (#"{"a":1 "b":2}"#, .unexpectedByte), (#"{"a":01}"#, .unexpectedByte), (#"{"a":tru}"#, .invalidLiteral),
            (#"{"a":-}"#, .invalidNumber), (#"{"\x":1}"#, .invalidEscape), ("{\"\n\":1}", .controlCharacter),
            (#"{"a":1]"#, .unexpectedByte), (#"{"a":+1}"#, .unexpectedByte), (#"{"a":}"#, .unexpectedByte),
            ("{} {}", .trailingBytes), ("[1,2", .unexpectedEnd),
        ] as [(String, JSONError.Code)]
    )
    func `of what is listed the full grammar is checked`(text: String, expected: JSONError.Code) {
        let scan = Scan(utf8(text))
        #expect(scan.failures.last?.code == expected)
    }

    @Test(
        arguments: [
            ("[}", .mismatchedBracket, 1), (#"[{"a":[1}]}]"#, .mismatchedBracket, 8), ("[\u{0}]", .unexpectedByte, 1),
            ("[\"\u{0}\"]", .controlCharacter, 2), ("[\"a\nb\"]", .controlCharacter, 3), (#"["a]"#, .unexpectedEnd, 4),
            (#"["a\"]"#, .unexpectedEnd, 6), (#"[\"a\"]"#, .unexpectedByte, 1), ("[[]", .unexpectedEnd, 3),
            ("[\u{B}]", .unexpectedByte, 1), ("[\"\\\u{1}\"]", .controlCharacter, 3),
            ("\"\\\u{1}\"", .controlCharacter, 2),
            (#""a\""#, .unexpectedEnd, 4), ("[]]", .trailingBytes, 2), ("[\"\u{1}]}", .controlCharacter, 2),
        ] as [(String, JSONError.Code, Int)]
    )
    func `of what is skipped the structure is checked`(text: String, expected: JSONError.Code, offset: Int) {
        let failure = Scan(utf8(text)).failures.first
        #expect(failure?.code == expected)
        #expect(failure?.offset == offset)
    }

    @Test func `of what is skipped commas, words, escapes and encoding are not checked`() {
        for text in ["[1 2,,:]", "[nope, 01]", #"["\x"]"#, #"[{"a" "b"}]"#] {
            #expect(Scan(utf8(text)).failures.isEmpty)
            #expect(Reading(utf8(text)).failure != nil)
        }
        #expect(Scan([0x5B, 0x22, 0xFF, 0x22, 0x5D]).failures.isEmpty)
    }

    @Test func `members and elements of a slice are listed`() throws {
        let bytes = utf8(#"{"o":{"a":1,"b":[1, {"x":2} ,"s"]},"e":[ ]}"#)
        var scanner = JSONScanner(MemorySource(bytes), windowSize: 5)
        let outline = try #require(try scanner.outline())
        let members = try scanner.members(of: try #require(outline["o"]))
        #expect(members.map(\.name) == ["a", "b"])
        let elements = try scanner.elements(of: members[1].value)
        #expect(elements.map { slice(bytes, $0) } == ["1", #"{"x":2}"#, #""s""#])
        #expect(try scanner.elements(of: try #require(outline["e"])) == [])
        #expect(try scanner.check().range == 0..<bytes.count)
    }

    @Test func `a slice of another kind, or of another document, is an error`() {
        let cases: [(String, JSONSlice, JSONError.Code)] = [
            ("[1]", JSONSlice(kind: .object, range: 0..<3), .wrongKind),
            ("{}", JSONSlice(kind: .object, range: 0..<9), .sourceChanged),
            ("{}", JSONSlice(kind: .object, range: -5..<2), .sourceChanged),
            ("{} ", JSONSlice(kind: .object, range: 0..<3), .sourceChanged),
            ("{}", JSONSlice(kind: .object, range: 2..<2), .wrongKind),
        ]
        for (text, slice, code) in cases {
            var scanner = JSONScanner(MemorySource(utf8(text)))
            let error = #expect(throws: JSONError.self) { try scanner.members(of: slice) }
            #expect(error?.code == code, "\(text)")
        }
        for text in ["[1,]", "[,]", "[1 2]", "[1}", "[1"] {
            var scanner = JSONScanner(MemorySource(utf8(text)))
            #expect(throws: JSONError.self) {
                try scanner.elements(of: JSONSlice(kind: .array, range: 0..<text.utf8.count))
            }
        }
    }

    @Test func `a scanner can be asked again after an error`() throws {
        var scanner = JSONScanner(MemorySource(utf8(#"{"a":{"b":1},"c":[}"#)))
        #expect(throws: JSONError.self) { try scanner.outline(at: ["a"]) }
        #expect(try scanner.members(of: JSONSlice(kind: .object, range: 5..<12)).map(\.name) == ["b"])
    }
}
