// What an encrypted analysis downloads as: a zip with exactly one member, WinZip AES (AE-2, AES-256, stored).
// Written from the published format, piece by piece, so that a large report is not held in memory here either;
// sizes are known before, so the headers need no correction.

import Crypto

/// A zip around the bytes of a report: a sequence of chunks, its size known from the start.
struct EncryptedZip: Sequence, Sendable {
    let body: ReportBody
    let name: String
    let password: String
    let salt: [UInt8]

    /// - Parameter seed: for the salt; the same analysis gives the same zip.
    init(_ body: ReportBody, name: String, password: String, seed: UInt64) {
        self.body = body
        self.name = name
        self.password = password
        var dice = Dice(seed, .zip)
        salt = dice.bytes(16)
    }

    /// Salt, password check, data, authentication code.
    private var packed: Int { 16 + 2 + body.size + 10 }

    var size: Int { 30 + 46 + 2 * (name.utf8.count + 11) + packed + 22 }

    func makeIterator() -> Chunks { Chunks(self) }

    struct Chunks: IteratorProtocol {
        private enum Stage { case head, data, tail, done }

        private let zip: EncryptedZip
        private var source: ReportBody.Chunks
        private var stage = Stage.head
        private var stream: AES256.Stream
        private var code: HMAC<Insecure.SHA1>
        private let check: [UInt8]

        init(_ zip: EncryptedZip) {
            self.zip = zip
            source = zip.body.makeIterator()
            let keys = EncryptedZip.derive(password: Array(zip.password.utf8), salt: zip.salt, count: 66)
            stream = AES256.Stream(key: Array(keys[0..<32]))
            code = HMAC<Insecure.SHA1>(key: SymmetricKey(data: keys[32..<64]))
            check = Array(keys[64..<66])
        }

        mutating func next() -> [UInt8]? {
            switch stage {
            case .head:
                stage = .data
                return zip.localHeader() + zip.salt + check
            case .data:
                if var chunk = source.next() {
                    stream.apply(to: &chunk)
                    code.update(data: chunk)
                    return chunk
                }
                stage = .tail
                return Array(Array(code.finalize())[..<10])
            case .tail:
                stage = .done
                return zip.directory()
            case .done: return nil
            }
        }
    }

    /// PBKDF2 with HMAC-SHA1 and 1000 rounds.
    static func derive(password: [UInt8], salt: [UInt8], count: Int) -> [UInt8] {
        let key = SymmetricKey(data: password)
        var derived: [UInt8] = []
        var number: UInt8 = 1
        while derived.count < count {
            var block = Array(HMAC<Insecure.SHA1>.authenticationCode(for: salt + [0, 0, 0, number], using: key))
            var sum = block
            for _ in 1..<1000 {
                block = Array(HMAC<Insecure.SHA1>.authenticationCode(for: block, using: key))
                for index in sum.indices { sum[index] ^= block[index] }
            }
            derived += sum
            number += 1
        }
        return Array(derived[..<count])
    }

    // MARK: Headers

    /// What the local header and the directory have in common. Method 99 is "AES"; AE-2 leaves the checksum at 0.
    private func common() -> [UInt8] {
        [51, 0, 1, 8, 99, 0] + [0, 0x60, 0x94, 0x4D] + [0, 0, 0, 0] + four(packed) + four(body.size)
            + two(name.utf8.count) + two(11)
    }

    /// Vendor version 2 "AE", strength 3 (256 bits), stored.
    private let extra: [UInt8] = [0x01, 0x99, 7, 0, 2, 0, 0x41, 0x45, 3, 0, 0]

    private func localHeader() -> [UInt8] {
        [0x50, 0x4B, 3, 4] + common() + Array(name.utf8) + extra
    }

    private func directory() -> [UInt8] {
        let start = 30 + name.utf8.count + 11 + packed
        var bytes: [UInt8] = [0x50, 0x4B, 1, 2, 51, 0] + common()
        bytes += [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + Array(name.utf8) + extra
        let size = bytes.count
        bytes += [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0] + four(size) + four(start) + [0, 0]
        return bytes
    }

    private func two(_ value: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
    private func four(_ value: Int) -> [UInt8] { two(value) + two(value >> 16) }
}
