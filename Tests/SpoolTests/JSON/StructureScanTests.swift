// The sixty-four-byte blocks, against a reference that looks at one byte after the other.

import Testing

@testable import Spool

@Suite struct StructureScanTests {
    /// Where the container at the start ends, found the slow way; nil if it does not.
    private func end(_ bytes: [UInt8]) -> Int? {
        var (depth, inString, escaped) = (0, false, false)
        for (place, byte) in bytes.enumerated() {
            if inString {
                if escaped {
                    escaped = false
                } else if byte == 0x5C {
                    escaped = true
                } else if byte == 0x22 {
                    inString = false
                }
                continue
            }
            switch byte {
            case 0x22: inString = true
            case 0x5B, 0x7B: depth += 1
            case 0x5D, 0x7D: depth -= 1
            default: break
            }
            if depth == 0 { return place + 1 }
        }
        return nil
    }

    private func scannedEnd(_ bytes: [UInt8], windowSize: Int? = nil) throws -> Int? {
        var reader = JSONReader(MemorySource(bytes), windowSize: windowSize)
        do {
            return try reader.skip()?.range.upperBound
        } catch {
            #expect(error.code == .unexpectedEnd)
            return nil
        }
    }

    @Test func `the masks name the bytes they are for, at every place of a block`() {
        for byte in UInt8.min...UInt8.max {
            for place in [0, 1, 7, 8, 9, 15, 16, 31, 33, 47, 48, 62, 63] {
                var block = [UInt8](repeating: 0x61, count: 64)
                block[place] = byte
                let masks = block.withUnsafeBytes { $0.baseAddress.map { BlockMasks($0) } }
                let bit: UInt64 = 1 << UInt64(place)
                #expect(masks?.quotes == (byte == 0x22 ? bit : 0))
                #expect(masks?.backslashes == (byte == 0x5C ? bit : 0))
                #expect(masks?.brackets == ([0x5B, 0x5D, 0x7B, 0x7D].contains(byte) ? bit : 0))
                #expect(masks?.controls == (byte < 0x20 ? bit : 0))
            }
        }
    }

    @Test func `runs of backslashes of any length at any place end their string or not, as they should`() throws {
        for place in 50..<80 {
            for count in [0, 1, 2, 3, 4, 63, 64, 65, 127, 128, 129] {
                let text =
                    "[\"" + String(repeating: "a", count: place) + String(repeating: "\\", count: count) + #""],"x"]"#
                #expect(try scannedEnd(utf8(text)) == end(utf8(text)), "\(place) \(count)")
            }
        }
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func `random quotes, backslashes and brackets end where the slow way ends`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            var bytes = utf8("[")
            for _ in 0..<Int.random(in: 0...200, using: &random) {
                // Brackets in pairs, so that they always match; a backslash only inside of strings.
                bytes += utf8(
                    ["[]", "[", "]", "a", " ", #""\\""#, #""\"""#, #""]""#, #""[\\\"""#, #""""#].randomElement(
                        using: &random) ?? "")
            }
            let expected = end(bytes)
            #expect(try scannedEnd(bytes) == expected)
            #expect(try scannedEnd(bytes, windowSize: Int.random(in: 1...130, using: &random)) == expected)
        }
    }

    @Test func `an error after the end of the container is not this container's`() throws {
        for filler in 0..<70 {
            let text = "[" + String(repeating: " ", count: filler) + "]"
            for tail in ["\u{0}", "\\", "}", "\"\n"] {
                #expect(try scannedEnd(utf8(text + tail)) == text.utf8.count)
            }
        }
    }

    @Test func `the first of several errors is the one that is told`() {
        for filler in 0..<70 {
            let space = String(repeating: " ", count: filler)
            #expect(Scan(utf8("[" + space + "\u{0}}")).failures.first?.code == .unexpectedByte)
            #expect(Scan(utf8("[" + space + "}\u{0}")).failures.first?.code == .mismatchedBracket)
            #expect(Scan(utf8("[\"" + space + "\n\"}")).failures.first?.offset == filler + 2)
        }
    }
}
