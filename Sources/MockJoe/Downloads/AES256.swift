// AES-256 in counter mode as WinZip uses it: blocks numbered from 1, little-endian. swift-crypto has AES-CTR only
// in its "extras", a library several times as large as this server; a mock that encrypts sample reports needs
// neither its speed nor its care for side channels. Not for secrets.

struct AES256 {
    private let keys: [UInt32]

    init(key: [UInt8]) {
        precondition(key.count == 32, "AES-256 takes 32 bytes")
        var words = (0..<8).map { word in (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(key[word * 4 + $1]) } }
        var constant: UInt32 = 1
        for index in 8..<60 {
            var word = words[index - 1]
            if index % 8 == 0 {
                word = AES256.substitute(word << 8 | word >> 24) ^ constant << 24
                constant <<= 1
            } else if index % 8 == 4 {
                word = AES256.substitute(word)
            }
            words.append(words[index - 8] ^ word)
        }
        keys = words
    }

    func encrypt(_ block: [UInt8]) -> [UInt8] {
        var state = (0..<4).map { word in
            (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[word * 4 + $1]) } ^ keys[word]
        }
        var next = state
        for round in 1..<14 {
            for column in 0..<4 {
                next[column] =
                    AES256.table[Int(state[column] >> 24)]
                    ^ AES256.rotated(AES256.table[Int(state[(column + 1) % 4] >> 16 & 255)], 8)
                    ^ AES256.rotated(AES256.table[Int(state[(column + 2) % 4] >> 8 & 255)], 16)
                    ^ AES256.rotated(AES256.table[Int(state[(column + 3) % 4] & 255)], 24) ^ keys[round * 4 + column]
            }
            state = next
        }
        var output: [UInt8] = []
        output.reserveCapacity(16)
        for column in 0..<4 {
            for row in 0..<4 {
                let byte = AES256.box[Int(state[(column + row) % 4] >> (24 - 8 * UInt32(row)) & 255)]
                output.append(byte ^ UInt8(truncatingIfNeeded: keys[56 + column] >> (24 - 8 * UInt32(row))))
            }
        }
        return output
    }

    private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }

    private static func substitute(_ word: UInt32) -> UInt32 {
        stride(from: UInt32(0), to: 32, by: 8).reduce(0) { $0 | UInt32(box[Int(word >> $1 & 255)]) << $1 }
    }

    /// The S-box, from its definition: inverse in GF(2⁸), then an affine map.
    private static let box: [UInt8] = {
        var box = [UInt8](repeating: 0x63, count: 256)
        var element: UInt8 = 1
        var inverse: UInt8 = 1
        repeat {
            element ^= doubled(element)  // times 3
            inverse ^= inverse << 1  // divided by 3
            inverse ^= inverse << 2
            inverse ^= inverse << 4
            if inverse & 0x80 != 0 { inverse ^= 0x09 }
            let turned = (1...4).reduce(inverse) { $0 ^ (inverse << $1 | inverse >> (8 - $1)) }
            box[Int(element)] = turned ^ 0x63
        } while element != 1
        return box
    }()

    private static func doubled(_ byte: UInt8) -> UInt8 { byte << 1 ^ (byte & 0x80 != 0 ? 0x1B : 0) }

    /// Substitution and column mixing of the first row; the other rows are rotations of it.
    private static let table: [UInt32] = box.map { byte in
        let twice = doubled(byte)
        return UInt32(twice) << 24 | UInt32(byte) << 16 | UInt32(byte) << 8 | UInt32(twice ^ byte)
    }

    /// The key stream of WinZip's counter mode, applied piece by piece.
    struct Stream {
        private let cipher: AES256
        private var counter: UInt64 = 0
        private var pad: [UInt8] = []
        private var used = 16

        init(key: [UInt8]) { cipher = AES256(key: key) }

        mutating func apply(to bytes: inout [UInt8]) {
            for index in bytes.indices {
                if used == 16 {
                    counter &+= 1
                    var block = [UInt8](repeating: 0, count: 16)
                    for byte in 0..<8 { block[byte] = UInt8(truncatingIfNeeded: counter >> (8 * UInt64(byte))) }
                    pad = cipher.encrypt(block)
                    used = 0
                }
                bytes[index] ^= pad[used]
                used += 1
            }
        }
    }
}
