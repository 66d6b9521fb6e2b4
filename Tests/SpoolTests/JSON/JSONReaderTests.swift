// Reading event by event, and slice by slice.

import Testing

@testable import Spool

@Suite struct JSONReaderTests {
    @Test func `events come in document order, names before their values`() {
        let events = Reading(utf8(#" {"a":[1,"x",{}],"b":{"c":null},"a":-0.50e+01,"d":[true,false]} "#)).events
        #expect(
            events == [
                .beginObject, .name("a"), .beginArray, .number("1"), .string("x"), .beginObject, .endObject, .endArray,
                .name("b"), .beginObject, .name("c"), .null, .endObject, .name("a"), .number("-0.50e+01"), .name("d"),
                .beginArray, .bool(true), .bool(false), .endArray, .endObject,
            ]
        )
    }

    @Test func `a slice is read as a document of its own`() throws {
        let bytes = utf8(#"{"a": [1, 2] , "b": 3}"#)
        var reader = JSONReader(MemorySource(bytes), slice: JSONSlice(kind: .array, range: 6..<12), windowSize: 2)
        #expect(try reader.next() == .beginArray)
        #expect(reader.depth == 1)
        #expect(try reader.next() == .number("1"))
        #expect(try reader.next() == .number("2"))
        #expect(try reader.next() == .endArray)
        #expect(try reader.next() == nil)
        #expect(try reader.next() == nil)
        #expect(reader.offset == 12)
    }

    @Test func `after an error there is only that error`() {
        var reader = JSONReader(MemorySource(utf8("[1,}2]")))
        var errors: [JSONError] = []
        for _ in 0..<6 {
            do { _ = try reader.next() } catch { errors.append(error) }
        }
        #expect(errors.count == 4)
        #expect(Set(errors.map(\.description)).count == 1)
        #expect(throws: JSONError.self) { try reader.skip() }
        #expect(throws: JSONError.self) { try reader.hasValue() }
    }

    @Test func `an array is visited slice by slice`() throws {
        let bytes = utf8(#"[ {"a":[1]} ,2, "x" ]"#)
        var reader = JSONReader(MemorySource(bytes), windowSize: 3)
        var slices: [String] = []
        #expect(try reader.next() == .beginArray)
        while let slice = try reader.skip() { slices.append(String(decoding: bytes[slice.range], as: UTF8.self)) }
        #expect(slices == [#"{"a":[1]}"#, "2", #""x""#])
        #expect(try reader.next() == .endArray)
        #expect(try reader.skip() == nil)
        #expect(try reader.next() == nil)
    }

    @Test func `values of members can be skipped, names cannot`() throws {
        var reader = JSONReader(MemorySource(utf8(#"{"a":[1,{}],"b":2,"c":[]}"#)))
        #expect(try reader.next() == .beginObject)
        #expect(try reader.skip() == nil)
        #expect(try reader.next() == .name("a"))
        #expect(try reader.skip()?.range == 5..<11)
        #expect(try reader.skip() == nil)
        #expect(try reader.next() == .name("b"))
        #expect(try reader.next() == .number("2"))
        #expect(try reader.next() == .name("c"))
        #expect(try reader.next() == .beginArray)
        #expect(try reader.skip() == nil)
        #expect(try reader.next() == .endArray)
        #expect(try reader.next() == .endObject)
        #expect(try reader.next() == nil)
    }

    @Test func `the whole document can be skipped, and what follows it is still checked`() throws {
        var reader = JSONReader(MemorySource(utf8(" [1] x")))
        #expect(try reader.skip()?.range == 1..<4)
        let error = #expect(throws: JSONError.self) { try reader.next() }
        #expect(error?.code == .trailingBytes)
    }

    @Test func `skipping and asking keep the grammar of commas`() throws {
        for text in ["[1,]", "[,1]", "[1 1]", #"{"a":}"#, #"{"a":1,}"#] {
            var reader = JSONReader(MemorySource(utf8(text)))
            _ = try reader.next()
            #expect(throws: JSONError.self, "\(text)") {
                while true {
                    if try reader.hasValue() {
                        _ = try reader.skip()
                    } else if try reader.next() == nil {
                        break
                    }
                }
            }
        }
    }

    @Test func `skipping does not go deeper than reading`() throws {
        let bytes = utf8("[" + String(repeating: "[", count: 512) + String(repeating: "]", count: 512) + "]")
        var reader = JSONReader(MemorySource(bytes))
        #expect(try reader.next() == .beginArray)
        let error = #expect(throws: JSONError.self) { try reader.skip() }
        #expect(error?.code == .tooDeep)
    }

    @Test func `elements of an array become trees one after the other`() throws {
        var reader = JSONReader(MemorySource(utf8(#"{"l":[{"a":1},[2],3]}"#)), limits: .tree)
        #expect(try reader.next() == .beginObject)
        #expect(try reader.value() == nil)
        #expect(try reader.next() == .name("l"))
        #expect(try reader.next() == .beginArray)
        var texts: [String] = []
        while let value = try reader.value() { texts.append(value.compactText) }
        #expect(texts == [#"{"a":1}"#, "[2]", "3"])
        #expect(try reader.next() == .endArray)
        #expect(try reader.next() == .endObject)
        #expect(try reader.value() == nil)
    }
}
