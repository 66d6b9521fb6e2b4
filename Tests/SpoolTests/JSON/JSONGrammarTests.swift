// What is JSON and what is not, as RFC 8259 has it.

import Testing

@testable import Spool

@Suite struct JSONGrammarTests {
    @Test(
        arguments: [
            "0", "-0", "1", "-1", "10", "1.5", "-0.0", "1e1", "1E+1", "1e-1", "1.25e100", "0e0", "1e999999",
            "123456789012345678901234567890", "true", "false", "null", #""""#, #""a""#, "[]", "{}", "[[]]", "[{}]",
            "[1,2]", "[1 , 2]", "[ ]", "{ }", #"{"a":1}"#, #"{"a":1,"a":2}"#, #"{"":0}"#, " 1", "1 ", "\t\r\n 1\n",
            #"{"a":[true,false,null,"x",-1.5e3,{}]}"#, "\"\u{7F}\"", #""\u0000""#, #""\/\\\"\b\f\n\r\t""#,
            "\"\u{2028}\u{2029}\u{FFFF}\u{10FFFF}\"", "[\n1\r,\t2 ]",
        ]
    )
    func `what the grammar allows is read, and passes every lesser check`(text: String) {
        #expect(Reading(utf8(text)).failure == nil)
        #expect(Scan(utf8(text)).failures.isEmpty)
        #expect(Copy(utf8(text), style: .compact).failure == nil)
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd), ("  \n", .unexpectedEnd), ("[", .unexpectedEnd), ("{", .unexpectedEnd),
            (#"{"a""#, .unexpectedEnd), (#"{"a":"#, .unexpectedEnd), (#"{"a":1"#, .unexpectedEnd),
            (#"{"a":1,"#, .unexpectedEnd), ("[1", .unexpectedEnd), ("[1,", .unexpectedEnd), (#""a"#, .unexpectedEnd),
            (#""\"#, .unexpectedEnd), (#""\u00"#, .unexpectedEnd), ("tru", .unexpectedEnd), ("-", .unexpectedEnd),
            ("1.", .unexpectedEnd), ("1e", .unexpectedEnd), ("1e+", .unexpectedEnd),
            ("1 2", .trailingBytes), ("{}x", .trailingBytes), ("[]]", .trailingBytes), ("{}}", .trailingBytes),
            ("01", .trailingBytes), ("1a", .trailingBytes), ("0x10", .trailingBytes), ("truex", .trailingBytes),
            ("null\0", .trailingBytes), ("1,", .trailingBytes),
            ("+1", .unexpectedByte), (".5", .unexpectedByte), ("NaN", .unexpectedByte), ("Infinity", .unexpectedByte),
            ("'a'", .unexpectedByte), ("[1,]", .unexpectedByte), ("[,1]", .unexpectedByte), ("[1 2]", .unexpectedByte),
            ("[1:2]", .unexpectedByte), ("[01]", .unexpectedByte), (#"{"a":1,}"#, .unexpectedByte),
            ("{1:2}", .unexpectedByte), (#"{"a" 1}"#, .unexpectedByte), (#"{"a"}"#, .unexpectedByte),
            ("{,}", .unexpectedByte), (#"{"a":}"#, .unexpectedByte), (#"{"a":1 "b":2}"#, .unexpectedByte),
            ("]", .unexpectedByte), ("}", .unexpectedByte), ("[}", .unexpectedByte), ("{]", .unexpectedByte),
            ("[1}", .unexpectedByte), (#"{"a":1]"#, .unexpectedByte), ("\0", .unexpectedByte),
            ("[\u{0}]", .unexpectedByte),
            ("[\u{B}]", .unexpectedByte), ("[\u{A0}]", .unexpectedByte), ("// a\n1", .unexpectedByte),
            ("[1/**/]", .unexpectedByte), ("{a:1}", .unexpectedByte), ("True", .unexpectedByte),
            ("[-]", .invalidNumber), ("[1.]", .invalidNumber), ("[1.e1]", .invalidNumber), ("[1e]", .invalidNumber),
            ("[-a]", .invalidNumber), ("[1e+]", .invalidNumber), ("--1", .invalidNumber),
            ("[trux]", .invalidLiteral), ("[nil]", .invalidLiteral), ("[fals ]", .invalidLiteral),
            (#""\x41""#, .invalidEscape), (#""\u12G4""#, .invalidEscape), (#""\ ""#, .invalidEscape),
            (#""\u""#, .invalidEscape), ("\"\\\u{0}\"", .invalidEscape), (#""\U0041""#, .invalidEscape),
            ("\"\u{0}\"", .controlCharacter), ("\"\n\"", .controlCharacter), ("\"\u{1F}\"", .controlCharacter),
            ("{\"\t\":1}", .controlCharacter),
        ] as [(String, JSONError.Code)]
    )
    func `what the grammar does not allow is an error that says what`(text: String, expected: JSONError.Code) {
        #expect(code(text) == expected)
        #expect(Copy(utf8(text), style: .compact).failure?.code == expected)
    }

    @Test func `an error names the byte that it is about`() {
        #expect(
            Reading(utf8("[1, 2 3]")).failure == JSONError(.unexpectedByte, at: 6, "'3' where ',' or ']' should be"))
        #expect(Reading(utf8("[1")).failure == JSONError(.unexpectedEnd, at: 2, "the document ends inside an array"))
        #expect(
            Reading(utf8("{} \0")).failure == JSONError(.trailingBytes, at: 3, "byte 0x00 after the end of the value"))
        #expect(Reading(utf8("[nul]")).failure == JSONError(.invalidLiteral, at: 1, "a word that is not 'null'"))
        #expect(Reading([]).failure?.description == "the document is empty (byte 0)")
    }

    @Test func `512 levels are read, and the 513th is an error`() {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            let deep = String(repeating: open, count: 512) + "1" + String(repeating: close, count: 512)
            #expect(Reading(utf8(deep)).failure == nil)
            #expect(Scan(utf8(deep)).failures.isEmpty)
            let deeper = open + deep + close
            #expect(code(deeper) == .tooDeep)
            #expect(Scan(utf8(deeper)).failures.map(\.code) == [.tooDeep, .tooDeep])
        }
    }

    @Test func `a nesting bomb is refused at its 513th bracket`() {
        for bomb in [String(repeating: "[", count: 1_000_000), String(repeating: #"{"a":["#, count: 300_000)] {
            #expect(code(bomb) == .tooDeep)
            #expect(Scan(utf8(bomb)).failures.map(\.code) == [.tooDeep, .tooDeep])
        }
        #expect(Reading(utf8(String(repeating: "[", count: 600))).failure?.offset == 512)
        #expect(Scan(utf8(String(repeating: "[", count: 600))).failures.map(\.offset) == [512, 512])
    }

    @Test func `a byte order mark is passed at the start and nowhere else`() {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        #expect(Reading(mark + utf8(" [1]")).events == Reading(utf8("[1]")).events)
        #expect(Scan(mark + utf8("{}")).root == JSONSlice(kind: .object, range: 3..<5))
        #expect(code(mark + mark + utf8("1")) == .unexpectedByte)
        #expect(code(utf8(" ") + mark + utf8("1")) == .unexpectedByte)
        #expect(code(utf8("1") + mark) == .trailingBytes)
        #expect(code([0xEF, 0xBB]) == .unexpectedByte)
        #expect(code(mark) == .unexpectedEnd)
    }

    @Test func `UTF-16 is not read`() {
        #expect(code([0xFF, 0xFE, 0x5B, 0x00, 0x5D, 0x00]) == .unexpectedByte)
        #expect(code([0x5B, 0x00, 0x5D, 0x00]) == .unexpectedByte)
        #expect(code([0x00, 0x5B, 0x00, 0x5D]) == .unexpectedByte)
    }
}
