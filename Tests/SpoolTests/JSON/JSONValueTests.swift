// Small trees.

import Testing

@testable import Spool

@Suite struct JSONValueTests {
    @Test func `a tree gives back what it was made of, in order and to the digit`() throws {
        let text = #"{"b":[1.0,1.00,-0,1E400,{"z":null}],"a":{"":true},"c":"é\"\\\n"}"#
        #expect(try JSONValue(parsing: utf8(text)).compactText == text)
        #expect(try JSONValue(parsing: utf8(" \(text) ")) == JSONValue(parsing: utf8(text)))
        #expect(try JSONValue(parsing: utf8("[1.0]")) != JSONValue(parsing: utf8("[1.00]")))
        #expect(try JSONValue(parsing: utf8(sampler))["analysis"]?["generalinfo"]?["id"] == .number("771703"))
    }

    @Test func `of a name that occurs twice the last value counts, at the place of the first`() throws {
        #expect(try JSONValue(parsing: utf8(#"{"a":1,"b":2,"a":{"x":3}}"#)).compactText == #"{"a":{"x":3},"b":2}"#)
        let accents = try JSONValue(parsing: utf8("{\"\u{E9}\":1,\"e\u{301}\":2}"))
        #expect(accents.members?.count == 2)
        #expect(accents["e\u{301}"] == .number("2"))
    }

    @Test func `values are asked for what they are`() throws {
        let value = try JSONValue(
            parsing: utf8(
                #"{"s":"x","n":12,"d":1.5,"big":99999999999999999999,"t":true,"f":false,"z":null,"l":[1,2],"o":{}}"#))
        #expect(value["s"]?.stringValue == "x")
        #expect(value["n"]?.stringValue == nil)
        #expect(value["n"]?.intValue == 12)
        #expect(value["d"]?.intValue == nil)
        #expect(value["big"]?.intValue == nil)
        #expect(value["t"]?.boolValue == true)
        #expect(value["z"]?.isNull == true)
        #expect(value["l"]?[1] == .number("2"))
        #expect(value["l"]?[2] == nil)
        #expect(value["l"]?[-1] == nil)
        #expect(value["l"]?["a"] == nil)
        #expect(value["l"]?.elements?.count == 2)
        #expect(value["o"]?.members?.isEmpty == true)
        #expect(value["missing"] == nil)
        #expect(value["s"]?[0] == nil)
        let texts = ["s", "n", "d", "t", "f", "z", "l", "o"].map { value[$0]?.scalarText }
        #expect(texts == ["x", "12", "1.5", "true", "false", nil, nil, nil])
        let kinds = ["s", "n", "t", "z", "l", "o"].map { value[$0]?.kind }
        #expect(kinds == [.string, .number, .bool, .null, .array, .object])
    }

    @Test func `trees are bounded in bytes and in depth`() throws {
        #expect(try JSONValue(parsing: utf8("[1,2]"), maximumBytes: 5).compactText == "[1,2]")
        let long = #expect(throws: JSONError.self) { try JSONValue(parsing: utf8("[1,2]"), maximumBytes: 4) }
        #expect(long?.code == .tooLong)
        let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        #expect(try JSONValue(parsing: utf8(deep)).compactText == deep)
        let deeper = #expect(throws: JSONError.self) { try JSONValue(parsing: utf8("[\(deep)]")) }
        #expect(deeper?.code == .tooDeep)
    }

    @Test func `a tree is made of one slice of a document`() throws {
        let bytes = utf8(#"{"a": {"b":[1]} , "c":2}"#)
        let value = try JSONValue(MemorySource(bytes), slice: JSONSlice(kind: .object, range: 6..<15))
        #expect(value.compactText == #"{"b":[1]}"#)
        #expect(throws: JSONError.self) {
            try JSONValue(MemorySource(bytes), slice: JSONSlice(kind: .object, range: 6..<17))
        }
        #expect(throws: JSONError.self) { try JSONValue(parsing: utf8("1 2")) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: []) }
    }

    @Test func `many names, and many of the same name, take no more than their share of time`() throws {
        let names = (0..<20_000).map { #""n\#($0 % 10_000)":\#($0)"# }.joined(separator: ",")
        let value = try JSONValue(parsing: utf8("{\(names)}"))
        #expect(value.members?.count == 10_000)
        #expect(value["n9999"] == .number("19999"))
    }
}
