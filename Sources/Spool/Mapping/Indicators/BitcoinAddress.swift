// Bitcoin addresses, told from other strings of that look by their checksums. A report is full of random names of the
// right length; without the checksum every third of them would be somebody's wallet.

import Crypto

/// Recognises addresses of the main network: Base58Check (`1…`, `3…`) and segregated witness (`bc1…`).
enum BitcoinAddress {
    static let base58Lengths = 26...35
    static let segwitLengths = 14...90

    /// The canonical text (segwit in lower case), nil if the word is no address.
    static func canonical(_ word: some Collection<UInt8>) -> String? {
        guard let first = word.first else { return nil }
        if first == UInt8(ascii: "1") || first == UInt8(ascii: "3"), base58Lengths.contains(word.count) {
            return isBase58Check(word) ? String(decoding: word, as: UTF8.self) : nil
        }
        if first | 0x20 == UInt8(ascii: "b"), segwitLengths.contains(word.count) {
            return segwit(word)
        }
        return nil
    }

    // MARK: Base58Check

    private static let base58: [UInt8] = digits("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")

    /// Version 0 (key hash) or 5 (script hash), 20 bytes, the first four of their double SHA-256.
    private static func isBase58Check(_ word: some Collection<UInt8>) -> Bool {
        guard let bytes = base58Decoded(word), bytes.count == 25, bytes[0] == 0 || bytes[0] == 5 else { return false }
        let once = SHA256.hash(data: bytes[..<21])
        let twice = SHA256.hash(data: Array(once))
        return twice.prefix(4).elementsEqual(bytes[21...])
    }

    /// nil if a character is not of the alphabet or the number needs more than 25 bytes.
    private static func base58Decoded(_ word: some Collection<UInt8>) -> [UInt8]? {
        var number = [UInt8](repeating: 0, count: 25)
        for byte in word {
            guard byte < 128, base58[Int(byte)] != 0xFF else { return nil }
            var carry = Int(base58[Int(byte)])
            for index in number.indices.reversed() {
                carry += Int(number[index]) * 58
                number[index] = UInt8(carry & 0xFF)
                carry >>= 8
            }
            if carry != 0 { return nil }
        }
        // A leading 1 stands for a zero byte, and only those may: so the form is unique.
        let zeros = word.prefix { $0 == UInt8(ascii: "1") }.count
        return number.prefix { $0 == 0 }.count == zeros ? number : nil
    }

    // MARK: Bech32 and Bech32m

    private static let bech32: [UInt8] = digits("qpzry9x8gf2tvdw0s3jn54khce6mua7l")

    /// BIP 173 and BIP 350: version 0 with Bech32's constant, later versions with Bech32m's.
    private static func segwit(_ word: some Collection<UInt8>) -> String? {
        let lower = word.asciiLowercased
        guard lower.elementsEqual(word) || !word.contains(where: { $0 >= 0x61 && $0 <= 0x7A }),
            lower.starts(with: "bc1".utf8)
        else { return nil }
        var values: [UInt8] = []
        for byte in lower[3...] {
            guard byte < 128, bech32[Int(byte)] != 0xFF else { return nil }
            values.append(bech32[Int(byte)])
        }
        guard let version = values.first, version <= 16, values.count >= 7,
            checksum(values) == (version == 0 ? 1 : 0x2bc8_30a3),
            let program = program(values[1..<(values.count - 6)]), (2...40).contains(program),
            version != 0 || program == 20 || program == 32
        else { return nil }
        return String(decoding: lower, as: UTF8.self)
    }

    private static func checksum(_ values: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
        var sum: UInt32 = 1
        // The prefix `bc`, expanded: high bits, a zero, low bits.
        for value in [3, 3, 0, 2, 3] + values {
            let top = sum >> 25
            sum = (sum & 0x1ff_ffff) << 5 ^ UInt32(value)
            for (bit, term) in generator.enumerated() where top >> UInt32(bit) & 1 == 1 { sum ^= term }
        }
        return sum
    }

    /// Length in bytes of a witness program in groups of five bits; nil if the padding is too long or not zero.
    private static func program(_ values: ArraySlice<UInt8>) -> Int? {
        let bits = values.count * 5
        let padding = bits % 8
        guard padding < 5, let last = values.last else { return nil }
        return last & (UInt8(1) << UInt8(padding) &- 1) == 0 ? bits / 8 : nil
    }

    /// From a character to its digit; 0xFF for characters that are none.
    private static func digits(_ alphabet: String) -> [UInt8] {
        var table = [UInt8](repeating: 0xFF, count: 128)
        for (digit, byte) in alphabet.utf8.enumerated() { table[Int(byte)] = UInt8(digit) }
        return table
    }
}
