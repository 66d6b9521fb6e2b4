// Copying in another layout.

import Testing

@testable import Spool

@Suite struct JSONReindenterTests {
    private func copy(_ text: String, _ style: JSONStyle) -> String { Copy(utf8(text), style: style).text }

    @Test func `indented is what Python's json.dumps with an indent writes`() {
        let text = #"{"a":[1,{"b":[]},{}],"c":{"d":"x y"},"e":[[null,true]]}"#
        let indented = """
            {
              "a": [
                1,
                {
                  "b": []
                },
                {}
              ],
              "c": {
                "d": "x y"
              },
              "e": [
                [
                  null,
                  true
                ]
              ]
            }
            """
        #expect(copy(text, .indented()) == indented)
        #expect(copy(indented, .compact) == text)
        #expect(copy(indented, .indented(by: 2)) == indented)
        #expect(copy(#"{"a":[1]}"#, .indented(by: 1, level: 2)) == "{\n   \"a\": [\n    1\n   ]\n  }")
        #expect(copy("[1]", .indented(by: -3, level: -1)) == "[\n1\n]")
        for scalar in ["1", "true", #""x""#, "null", "[]", "{}"] {
            #expect(copy(" \(scalar)\n", .indented()) == scalar)
        }
    }

    @Test func `numbers keep their digits, strings their escapes, members their order and their duplicates`() {
        let text =
            #"{"b":1.10e+05,"a":-0.0,"b":123456789012345678901234567890.0000,"s":"\u00E9é\/\"\\\ud83d\ude00\u0000","s":1E999}"#
        let result = Copy(utf8(text), style: .compact)
        #expect(result.text == text)
        #expect(result.outcome == JSONReindenter.Outcome(bytes: text.utf8.count, repairs: 0))
    }

    @Test func `badly encoded text is replaced and counted, so that the copy is valid UTF-8`() {
        let bytes = utf8(#"{"\ud800":"a\udc00\n\ud83dx\ud83d\u00e9"#) + [0xFF, 0xE2, 0x82, 0x41, 0xC3] + utf8(#""}"#)
        let result = Copy(bytes, style: .compact)
        #expect(result.text == #"{"\ufffd":"a\ufffd\n\ufffdx\ufffd\u00e9"# + "\u{FFFD}\u{FFFD}A\u{FFFD}\"}")
        #expect(result.outcome?.repairs == 7)
        #expect(String(validating: result.bytes, as: UTF8.self) != nil)
        #expect(Reading(result.bytes).events == Reading(bytes).events)
        #expect(Reading(result.bytes).repairs == 0)
        #expect(Reading(bytes).repairs == 7)
    }

    @Test func `a copy never writes more than its limit`() {
        let text = #"{"a":"0123456789","b":[1,2,3]}"#
        #expect(Copy(utf8(text), style: .compact, limit: text.utf8.count).text == text)
        for limit in -1..<text.utf8.count {
            let result = Copy(utf8(text), style: .compact, limit: limit)
            #expect(result.failure?.code == .tooLong)
            #expect(result.bytes.count <= max(0, limit))
        }
        let long = utf8("\"" + String(repeating: "x", count: 500_000) + "\"")
        #expect(Copy(long, style: .compact, limit: 300_000).failure?.code == .tooLong)
        #expect(Copy(long, style: .compact, limit: 300_000).bytes.count <= 300_000)
        #expect(Copy(long, style: .compact).bytes == long)
    }

    @Test func `a long copy comes in pieces, whole and in order`() throws {
        var pieces: [Int] = []
        let bytes = utf8("[" + (0..<60_000).map { #""element \#($0) \u00e9\ud800""# }.joined(separator: ",") + "]")
        var copied: [UInt8] = []
        _ = try JSONReindenter(MemorySource(bytes)).copy(
            JSONSlice(kind: .array, range: 0..<bytes.count), style: .compact
        ) {
            pieces.append($0.count)
            copied.append(contentsOf: $0)
        }
        #expect(
            String(decoding: copied, as: UTF8.self)
                == String(decoding: bytes, as: UTF8.self).replacing(#"\ud800"#, with: #"\ufffd"#))
        #expect(pieces.count > 10)
        #expect(pieces.allSatisfy { $0 < 300_000 })
    }

    @Test func `a sink that cannot go on ends the copy with its error`() {
        let gone = JSONError(.writeFailed, at: 0, "no space")
        var calls = 0
        #expect(throws: gone) {
            _ = try JSONReindenter(MemorySource(utf8(sampler))).copy(
                JSONSlice(kind: .object, range: 0..<sampler.utf8.count), style: .compact
            ) { _ throws(JSONError) in
                calls += 1
                throw gone
            }
        }
        #expect(calls == 1)
    }

    @Test func `text gives the bytes of one slice and what was replaced in it`() throws {
        let bytes = utf8(#"{"a": [1, "\ud800"], "b": 2}"#)
        let text = try JSONReindenter(MemorySource(bytes)).text(
            of: JSONSlice(kind: .array, range: 6..<19), style: .indented(level: 1))
        #expect(String(decoding: text.bytes, as: UTF8.self) == "[\n    1,\n    \"\\ufffd\"\n  ]")
        #expect(text.repairs == 1)
    }
}
