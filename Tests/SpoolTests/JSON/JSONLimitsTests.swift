// What a document can make us hold.

import Testing

@testable import Spool

@Suite struct JSONLimitsTests {
    @Test func `a string is read up to its limit and refused beyond`() {
        let limits = JSONLimits(string: 5)
        #expect(Reading(utf8(#""abcde""#), limits: limits).events == [.string("abcde")])
        #expect(Reading(utf8(#"["abcdef"]"#), limits: limits).failure?.code == .tooLong)
        #expect(Reading(utf8(#"["abcdef"]"#), limits: limits).failure?.offset == 1)
        #expect(Reading(utf8(#""\u65e5\u65e5""#), limits: limits).failure?.code == .tooLong)
        #expect(Reading(utf8(#"{"abcdef":1}"#), limits: limits).failure?.code == .tooLong)
        #expect(Scan(utf8(#"{"abcdef":1}"#), limits: limits).failures.map(\.code) == [.tooLong])
    }

    @Test func `a string is cut at the edge of a character when the caller wants that`() throws {
        let limits = JSONLimits(string: 5, cutsLongStrings: true)
        let table = [
            ("\"abcdefgh\"", "abcde"), ("\"abcdé\"", "abcd"), ("\"abc日x\"", "abc"), ("\"ab\\u65e5xyz\"", "ab日"),
            ("\"abcd\\ud83d\\ude00e\"", "abcd"), ("\"abcd\\ud800e\"", "abcd"),
        ]
        for (json, text) in table {
            for windowSize in [1, 3, 64] {
                var reader = JSONReader(MemorySource(utf8(json)), windowSize: windowSize, limits: limits)
                #expect(try reader.next() == .string(text), "\(json)")
                #expect(try reader.next() == nil)
                #expect(reader.cuts == 1)
            }
        }
        #expect(Reading(utf8(#"{"abcdef":1}"#), limits: limits).failure?.code == .tooLong)
    }

    @Test func `a number keeps its text up to the limit and is refused beyond`() {
        let limits = JSONLimits(number: 6)
        #expect(Reading(utf8("[-1.5e3]"), limits: limits).events.contains(.number("-1.5e3")))
        #expect(Reading(utf8("[-1.5e33]"), limits: limits).failure?.code == .tooLong)
        let long = "[" + String(repeating: "9", count: 100_000) + "]"
        #expect(code(long) == .tooLong)
        #expect(Scan(utf8(long)).failures.isEmpty)
        #expect(Copy(utf8(long), style: .compact).text == long)
    }

    @Test func `an object or array with too many children is not listed`() throws {
        let limits = JSONLimits(children: 3)
        #expect(Scan(utf8(#"{"a":1,"b":1,"c":1,"a":2}"#), limits: limits).failures.isEmpty)
        #expect(Scan(utf8(#"{"a":1,"b":1,"c":1,"d":2}"#), limits: limits).failures.map(\.code) == [.tooMany])
        #expect(Scan(utf8(#"{"abc":1,"d":2}"#), limits: JSONLimits(names: 3)).failures.map(\.code) == [.tooMany])
        var scanner = JSONScanner(MemorySource(utf8("[1,2,3]")), limits: limits)
        #expect(try scanner.elements(of: JSONSlice(kind: .array, range: 0..<7)).count == 3)
        var other = JSONScanner(MemorySource(utf8("[1,2,3,4]")), limits: limits)
        let error = #expect(throws: JSONError.self) { try other.elements(of: JSONSlice(kind: .array, range: 0..<9)) }
        #expect(error?.code == .tooMany)
    }

    @Test func `limits out of range are brought into it`() {
        #expect(JSONLimits(depth: 100_000).depth == 512)
        #expect(JSONLimits(depth: -1).depth == 1)
        #expect(Reading(utf8("[[1]]"), limits: JSONLimits(depth: 1)).failure?.code == .tooDeep)
        #expect(Reading(utf8("[1]"), limits: JSONLimits(depth: 1)).failure == nil)
        #expect(Scan(utf8("[1]"), limits: JSONLimits(string: -1, number: -1, children: -1, names: -1)).failures.isEmpty)
    }
}
