import Crypto
import FoundationEssentials
import Spool
import TestSupport
import Testing

@Suite struct EnvelopeTests {
    private func envelope(_ webid: String = "752112") -> Envelope {
        var envelope = Envelope(
            id: SpoolStore.id(webid), kind: .report, analysisid: "744288", run: 1, time: "2018-12-20T19:48:25+01:00",
            created: TestClock.start, origin: "https://jbxcloud.joesecurity.org",
            parent: String(repeating: "ab", count: 32), program: "1.0.0")
        envelope.bytes = 12
        envelope.sha256 = String(repeating: "cd", count: 32)
        return envelope
    }

    private func sealed(_ object: String) -> [UInt8] {
        let zeros = String(repeating: "0", count: 64)
        let text = object.replacing("SEAL", with: zeros)
        let block = Array(text.utf8) + [UInt8](repeating: 0x20, count: max(0, 1023 - text.utf8.count)) + [0x0a]
        let digest = Envelope.hex(SHA256.hash(data: block))
        return Array(String(decoding: block, as: UTF8.self).replacing(zeros, with: digest).utf8)
    }

    @Test func `an envelope comes back as it was`() throws {
        let block = envelope().encoded()
        #expect(block.count == 1024)
        #expect(block.last == 0x0a)
        #expect(try Envelope(decoding: block) == envelope())
        #expect(try Envelope(decoding: block).encoded() == block)
    }

    @Test func `its digest can be checked by hand: its own digits zeroed`() throws {
        let text = String(decoding: envelope().encoded(), as: UTF8.self)
        let range = try #require(text.firstRange(of: "\"self\":\""))
        let digits = text[range.upperBound...].prefix(64)
        let zeroed = text.replacing(digits, with: String(repeating: "0", count: 64))
        #expect(Envelope.hex(SHA256.hash(data: Array(zeroed.utf8))) == digits)
    }

    @Test func `damage of any byte is noticed`() {
        let block = envelope().encoded()
        for index in block.indices {
            var damaged = block
            damaged[index] ^= UInt8(1) << (index % 8)
            #expect(throws: StoreError.self, "byte \(index)") { try Envelope(decoding: damaged) }
        }
        for count in stride(from: 0, to: 1024, by: 31) {
            #expect(throws: StoreError.self) { try Envelope(decoding: Array(block.prefix(count))) }
        }
        #expect(throws: StoreError.self) { try Envelope(decoding: [UInt8](repeating: 0, count: 1024)) }
    }

    @Test func `whatever the fields are given, it fits, and is read back`() throws {
        var random = SeededRandom(seed: 20_261_123)
        let alphabet = Array("aZ09-./ \"\\\u{0}\u{1f}\u{7f}\n\té漢😀\u{202e}\u{301}<>&")
        func text(_ random: inout SeededRandom) -> String {
            let count = [0, 1, 40, 64, 200, 201, 5000][Int.random(in: 0..<7, using: &random)]
            return String((0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
        }
        let longest = EntryID(source: String(repeating: "z", count: 16), webid: String(repeating: "z", count: 64))
        let id = try #require(longest)
        for _ in 0..<100 {
            var envelope = Envelope(
                id: id, kind: .analysis, analysisid: text(&random),
                run: Int.random(in: Int.min ... .max, using: &random),
                time: text(&random), created: Timestamp(nanoseconds: .random(in: .min ... .max, using: &random)),
                origin: text(&random), parent: text(&random), program: text(&random))
            envelope.bytes = .max
            let block = envelope.encoded()
            #expect(block.count == 1024)
            #expect(try Envelope(decoding: block) == envelope)
        }
    }

    @Test func `the longest of everything fits`() throws {
        let id = try #require(
            EntryID(source: String(repeating: "z", count: 16), webid: String(repeating: "z", count: 64)))
        var envelope = Envelope(
            id: id, kind: .analysis, analysisid: String(repeating: "z", count: 64), run: 9999,
            time: String(repeating: "9", count: 40), created: TestClock.start,
            origin: String(repeating: "o", count: 201),
            parent: String(repeating: "f", count: 64), program: String(repeating: "p", count: 33))
        envelope.bytes = .max
        let decoded = try Envelope(decoding: envelope.encoded())
        #expect(decoded == envelope)
        #expect(decoded.origin.count == 200)
        #expect(decoded.program.count == 32)
    }

    /// Each is sealed correctly: a digest says that nobody changed it, not that we wrote it.
    @Test(arguments: [
        (#""spool":2"#, "format 2"), (#""id":"joe-2""#, "contradicts"), (#""webid":"../1""#, "contradicts"),
        (#""source":"Joe""#, "contradicts"), (#""bytes":-1"#, "contradicts"), (#""bytes":1e400"#, "no JSON"),
        (#""bytes":9223372036854775808"#, "no JSON"), (#""sha256":"x""#, "contradicts"),
        (#""origin":"\u001b[31m""#, "contradicts"), (#""analysisid":"../../x""#, "contradicts"),
        (#""created":"yesterday""#, "contradicts"), (#""parent":"x""#, "contradicts"), (#""run":-1"#, "contradicts"),
        (#""time":"\n""#, "contradicts"), (#""program":"é""#, "contradicts"), (#""kind":"poem""#, "no JSON"),
        (#""origin":[[[[[[[["x"]]]]]]]]"#, "no JSON"),
    ]) func `a member out of bounds is damage, however well it is sealed`(member: String, says: String) throws {
        let plain = [
            #""spool":1"#, #""id":"joe-1""#, #""kind":"report""#, #""source":"joe""#, #""webid":"1""#,
            #""created":"2026-11-23T09:15:00.000Z""#, #""bytes":0"#,
            #""sha256":"\#(String(repeating: "0a", count: 32))""#,
            #""origin":"x""#, #""program":"1""#,
        ]
        let key = member.prefix { $0 != ":" }
        func object(_ members: [String]) -> String { "{" + members.joined(separator: ",") + #","self":"SEAL"}"# }
        #expect(try Envelope(decoding: sealed(object(plain))).webid == "1")
        let changed = plain.filter { !$0.hasPrefix(key) } + [member]
        let error = #expect(throws: StoreError.self) { try Envelope(decoding: sealed(object(changed))) }
        #expect(error?.message.contains(says) == true, "\(error?.message ?? "-")")
    }

    @Test func `a bracket bomb in an envelope is an error`() {
        let bomb = #"{"self":"SEAL","spool":"# + String(repeating: "[", count: 900)
        #expect(throws: StoreError.self) { try Envelope(decoding: sealed(bomb)) }
    }
}
