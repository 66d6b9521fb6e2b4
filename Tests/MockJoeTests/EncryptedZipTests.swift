import Crypto
import Testing

@testable import MockJoe

struct EncryptedZipTests {
    @Test func `one block is encrypted as in the example of FIPS 197`() {
        let key = (0..<32).map { UInt8($0) }
        let block = (0..<16).map { UInt8($0 * 17) }
        let expected: [UInt8] = [
            0x8E, 0xA2, 0xB7, 0xCA, 0x51, 0x67, 0x45, 0xBF, 0xEA, 0xFC, 0x49, 0x90, 0x4B, 0x49, 0x60, 0x89,
        ]
        #expect(AES256(key: key).encrypt(block) == expected)
    }

    @Test func `keys are derived with a thousand rounds and more than one block`() {
        // Computed with Python's hashlib.pbkdf2_hmac("sha1", b"infected", bytes(range(16)), 1000, 66).
        let derived = EncryptedZip.derive(password: Array("infected".utf8), salt: (0..<16).map { UInt8($0) }, count: 66)
        #expect(
            derived.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
                == "ed04bb0485817258b6297cc2b58808c9ba80ac167c5b8b8a3346668258126ad41a58446a920b08283ca54bf3e18e6a05764c33d31e28f7db5631d4fa3b7a0027808a"
        )
    }

    @Test func `the zip has one member that decrypts to the report, with a good authentication code`() throws {
        let body = Samples.generator.report(at: 3, form: .lightjsonfixed)
        let zip = EncryptedZip(body, name: "report-x.json", password: "infected", seed: 9)
        let bytes = zip.reduce(into: [UInt8]()) { $0 += $1 }
        #expect(bytes.count == zip.size)
        let header = 30 + 13 + 11
        #expect(Array(bytes[0..<4]) == [0x50, 0x4B, 3, 4] && bytes[8] == 99 && bytes[6] & 1 == 1)
        let keys = EncryptedZip.derive(
            password: Array("infected".utf8), salt: Array(bytes[header..<(header + 16)]), count: 66)
        #expect(Array(bytes[(header + 16)..<(header + 18)]) == Array(keys[64..<66]))
        var data = Array(bytes[(header + 18)..<(header + 18 + body.size)])
        let code = HMAC<Insecure.SHA1>.authenticationCode(for: data, using: SymmetricKey(data: keys[32..<64]))
        #expect(Array(bytes[(header + 18 + body.size)..<(header + 28 + body.size)]) == Array(Array(code)[..<10]))
        var stream = AES256.Stream(key: Array(keys[0..<32]))
        stream.apply(to: &data)
        #expect(data == body.bytes)
        let end = Array(bytes.suffix(22))
        #expect(Array(end[0..<4]) == [0x50, 0x4B, 5, 6] && end[8] == 1 && end[10] == 1)
    }

    @Test func `the key stream does not depend on how the data is cut`() {
        let data = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        let key = [UInt8](repeating: 7, count: 32)
        var whole = data
        var stream = AES256.Stream(key: key)
        stream.apply(to: &whole)
        var pieces: [UInt8] = []
        var other = AES256.Stream(key: key)
        for start in stride(from: 0, to: 1000, by: 37) {
            var piece = Array(data[start..<min(start + 37, 1000)])
            other.apply(to: &piece)
            pieces += piece
        }
        #expect(whole == pieces)
    }
}
