// Bitcoin addresses whose checksums are right, so that a reader that verifies them keeps them. Three kinds:
// Base58Check (1…), Bech32 for SegWit version 0 (bc1q…) and Bech32m for version 1 (bc1p…). The keys behind them are
// random: nobody's.

import Crypto

enum Coins {
    static func address(_ dice: inout Dice) -> String {
        switch dice.below(3) {
        case 0: base58Check(version: 0, payload: dice.bytes(20))
        case 1: segwit(version: 0, program: dice.bytes(20))
        default: segwit(version: 1, program: dice.bytes(32))
        }
    }

    static func base58Check(version: UInt8, payload: [UInt8]) -> String {
        let body = [version] + payload
        let checksum = SHA256.hash(data: Array(SHA256.hash(data: body))).prefix(4)
        return base58(body + checksum)
    }

    static func base58(_ bytes: [UInt8]) -> String {
        let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
        var digits: [Int] = []
        for byte in bytes {
            var carry = Int(byte)
            for index in digits.indices {
                carry += digits[index] << 8
                digits[index] = carry % 58
                carry /= 58
            }
            while carry > 0 {
                digits.append(carry % 58)
                carry /= 58
            }
        }
        let zeros = bytes.prefix { $0 == 0 }.count
        return String(
            decoding: Array(repeating: alphabet[0], count: zeros) + digits.reversed().map { alphabet[$0] },
            as: UTF8.self)
    }

    /// BIP 173 for version 0, BIP 350 for the later ones.
    static func segwit(version: Int, program: [UInt8]) -> String {
        let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
        let data = [version] + fiveBits(program)
        let expanded = [3, 3, 0, 2, 3]  // the human-readable part "bc"
        let constant = version == 0 ? 1 : 0x2BC8_30A3
        let rest = polymod(expanded + data + Array(repeating: 0, count: 6)) ^ constant
        let checksum = (0..<6).map { (rest >> (5 * (5 - $0))) & 31 }
        return "bc1" + String(decoding: (data + checksum).map { alphabet[$0] }, as: UTF8.self)
    }

    private static func fiveBits(_ bytes: [UInt8]) -> [Int] {
        var accumulator = 0
        var bits = 0
        var groups: [Int] = []
        for byte in bytes {
            accumulator = (accumulator << 8 | Int(byte)) & 0xFFF
            bits += 8
            while bits >= 5 {
                bits -= 5
                groups.append((accumulator >> bits) & 31)
            }
        }
        if bits > 0 { groups.append((accumulator << (5 - bits)) & 31) }
        return groups
    }

    private static func polymod(_ values: [Int]) -> Int {
        let generator = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
        var checksum = 1
        for value in values {
            let top = checksum >> 25
            checksum = (checksum & 0x1FF_FFFF) << 5 ^ value
            for (bit, term) in generator.enumerated() where (top >> bit) & 1 == 1 {
                checksum ^= term
            }
        }
        return checksum
    }
}
