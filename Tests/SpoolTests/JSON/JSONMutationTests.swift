// Thousands of damaged documents: nothing may trap, every way of reading must agree with every other, and with somebody
// else's decoder. A failing case names its seed and its bytes.

import Testing

@testable import Spool

@Suite struct JSONMutationTests {
    private static let seeds: [[UInt8]] = [
        utf8(#"{"analysis":{"generalinfo":{"id":771703,"target":{"sample":"é\n"}},"fileinfo":null},"x":[1]}"#),
        utf8(#"{"analysis":{"a":[{"@name":"x\\y","$":"\u0041\ud83d\ude00"},{"@name":"","n":-12.5e-3}]}}"#),
        utf8(#"[true,false,null,0,-1,1.5,1e3,"",[],{},[[]],[{}]]"#),
        utf8(#"{"a":{"b":{"c":{"d":[[["]}"]]]}}},"a":1}"#),
        utf8("\"日本\\\"\\\\\\/\\b\\f\\n\\r\\t😀\""), utf8("-123.456E+7"), utf8(" { } "), utf8("[\n  1,\n  2\n]\n"),
    ]
    private static let tokens: [[UInt8]] =
        [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "\\udc00", "\\\"", "1", "-", ".", "e", "+", "0",
            "true", "null", " ", "\n", "\u{0}", "\u{1F}", "\"a\":", "[[", "{\"analysis\":{", "1e999", "é", "日",
            "\u{2028}",
        ].map(utf8) + [[0xFF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xEF, 0xBB, 0xBF], [0x80]]

    /// Documents for each seed.
    private static let rounds = 3000

    private static func mutated(with random: inout SeededGenerator) -> [UInt8] {
        var bytes = seeds.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 1...6, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
            case 2: if place < end { bytes[place] = UInt8.random(in: 0...255, using: &random) }
            case 3: if place < end { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
            case 4: if Int.random(in: 0..<4, using: &random) == 0 { bytes.removeSubrange(place...) }
            default: bytes.insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: place)
            }
        }
        return bytes
    }

    @Test(arguments: [101, 102, 103, 104] as [UInt64])
    func `damaged documents are refused or read, alike by all`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<Self.rounds {
            let bytes = Self.mutated(with: &random)
            let windowSize = Int.random(in: 1...70, using: &random)
            if let fault = Self.fault(in: bytes, windowSize: windowSize, accepted: &accepted) {
                Issue.record(
                    "seed \(seed): \(fault): \(bytes) \(String(decoding: bytes, as: UTF8.self).debugDescription)")
            }
        }
        #expect(accepted > Self.rounds / 10)
    }

    /// What is wrong with our reading of these bytes.
    private static func fault(in bytes: [UInt8], windowSize: Int, accepted: inout Int) -> String? {
        let reading = Reading(bytes)
        if Reading(bytes, windowSize: windowSize) != reading { return "window \(windowSize) reads otherwise" }
        let scan = Scan(bytes, at: ["analysis"])
        if Scan(bytes, at: ["analysis"], windowSize: windowSize) != scan {
            return "window \(windowSize) scans otherwise"
        }
        let copy = Copy(bytes, style: .compact)
        if copy.failure?.code != reading.failure?.code {
            return "the copy fails otherwise: \(String(describing: copy.failure))"
        }
        if String(validating: copy.bytes, as: UTF8.self) == nil, reading.failure == nil {
            return "the copy is no UTF-8"
        }
        guard reading.failure == nil else {
            let opinion = try? OracleValue(decoding: bytes)  // nil: refused as well
            return opinion == nil || isLenient(bytes, reading) ? nil : "we refuse what the decoder reads: \(reading)"
        }
        accepted += 1
        if !scan.failures.isEmpty { return "the lesser check refuses: \(scan.failures)" }
        return disagreement(bytes, reading, scan, copy)
    }

    private static func disagreement(_ bytes: [UInt8], _ reading: Reading, _ scan: Scan, _ copy: Copy) -> String? {
        if Reading(copy.bytes).events != reading.events { return "the compact copy reads otherwise" }
        let indented = Copy(bytes, style: .indented())
        if Reading(indented.bytes).events != reading.events { return "the indented copy reads otherwise" }
        if Copy(indented.bytes, style: .compact).bytes != copy.bytes { return "the copy of the copy is another" }
        do {
            let value = try JSONValue(parsing: bytes)
            if try JSONValue(parsing: value.compact()) != value { return "the written tree reads otherwise" }
            let names = value["analysis"]?.members?.map(\.name)
            if scan.outline?.members.map(\.name) != names { return "the outline is another: \(names ?? [])" }
            // Replaced text, numbers that no Double holds, and which of equal names counts are ours alone.
            guard reading.repairs == 0, let ours = OracleValue(value), !hasDuplicates(reading.events) else {
                return nil
            }
            let theirs = try OracleValue(decoding: bytes)
            return ours == theirs ? nil : "the decoder reads \(theirs)"
        } catch {
            return "refused: \(error)"
        }
    }

    /// What the decoder reads although it is not JSON: a comma before a closing bracket, encodings other than UTF-8, and
    /// anything for the second value of a name, which it does not look at.
    private static func isLenient(_ bytes: [UInt8], _ reading: Reading) -> Bool {
        if bytes.prefix(4).contains(where: { $0 == 0 || $0 >= 0xFE }) || hasDuplicates(reading.events) { return true }
        guard let offset = reading.failure?.offset, bytes.indices.contains(offset) else { return false }
        let before = bytes[..<offset].last { !ByteRuns.isBlank($0) }
        return before == Mark.comma && [Mark.closeArray, Mark.closeObject].contains(bytes[offset])
    }

    private static func hasDuplicates(_ events: [JSONEvent]) -> Bool {
        var open: [Set<String>] = []
        for event in events {
            switch event {
            case .beginObject: open.append([])
            case .endObject: open.removeLast()
            case .name(let name):
                guard var names = open.popLast() else { continue }
                if !names.insert(name).inserted { return true }
                open.append(names)
            case .beginArray, .endArray, .string, .number, .bool, .null: continue
            }
        }
        return false
    }
}
