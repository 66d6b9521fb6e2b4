// Sixty-four bytes at once: which of them are quotes, backslashes, brackets or control bytes, one bit for each byte. This is
// what lets a hundred megabytes be skipped in a small part of a second. It uses only what every 64-bit processor has, so that
// one build runs everywhere: a comparison leaves 0xFF or 0x00 in each byte, the eight words of those are laid over each
// other (word k keeps bit k of its bytes), and the 8 × 8 bits of the result are turned around their diagonal. Vectors of
// sixteen bytes: of longer ones the compiler makes loops over bytes, which take a hundred times as long.

/// Where the bytes that make structure stand in a block; bit n is byte n.
struct BlockMasks {
    /// The size of a block in bytes.
    static let size = 64

    let quotes: UInt64
    let backslashes: UInt64
    /// All four brackets.
    let brackets: UInt64
    /// Bytes below 0x20.
    let controls: UInt64

    /// Looks at the 64 bytes from `block` on, however they are aligned.
    @inline(__always)
    init(_ block: UnsafeRawPointer) {
        let parts = Quarters(block)
        quotes = Self.mask(parts) { $0 .== SIMD16(repeating: Mark.quote) }
        backslashes = Self.mask(parts) { $0 .== SIMD16(repeating: Mark.backslash) }
        controls = Self.mask(parts) { $0 .< SIMD16(repeating: 0x20) }
        brackets = Self.mask(parts) { bytes in
            // `[` and `{`, and `]` and `}`, differ in one bit, in which no other byte becomes one of them.
            let folded = bytes | SIMD16(repeating: 0x20)
            return (folded .== SIMD16(repeating: Mark.openObject)) .| (folded .== SIMD16(repeating: Mark.closeObject))
        }
    }

    private struct Quarters {
        let first, second, third, fourth: SIMD16<UInt8>

        @inline(__always)
        init(_ block: UnsafeRawPointer) {
            first = block.loadUnaligned(fromByteOffset: 0, as: SIMD16<UInt8>.self)
            second = block.loadUnaligned(fromByteOffset: 16, as: SIMD16<UInt8>.self)
            third = block.loadUnaligned(fromByteOffset: 32, as: SIMD16<UInt8>.self)
            fourth = block.loadUnaligned(fromByteOffset: 48, as: SIMD16<UInt8>.self)
        }
    }

    @inline(__always)
    private static func mask(
        _ parts: Quarters, _ matches: (SIMD16<UInt8>) -> SIMDMask<SIMD16<Int8>>
    ) -> UInt64 {
        // Bit k of byte i: whether byte 8k + i matches.
        let both =
            keep(0, of: matches(parts.first)) | keep(2, of: matches(parts.second))
            | keep(4, of: matches(parts.third)) | keep(6, of: matches(parts.fourth))
        return turn(UInt64(littleEndian: both[0] | both[1]))
    }

    /// Of two words of matches the bits `bit` and `bit + 1` of each byte.
    @inline(__always)
    private static func keep(_ bit: UInt64, of matches: SIMDMask<SIMD16<Int8>>) -> SIMD2<UInt64> {
        let ones: UInt64 = 0x0101_0101_0101_0101
        return unsafeBitCast(matches, to: SIMD2<UInt64>.self) & SIMD2(ones &<< bit, ones &<< (bit + 1))
    }

    /// Turns a matrix of 8 × 8 bits around its diagonal, by exchanging 1 × 1, 2 × 2 and 4 × 4 squares.
    @inline(__always)
    private static func turn(_ matrix: UInt64) -> UInt64 {
        var x = matrix
        var t = (x ^ (x &>> 7)) & 0x00AA_00AA_00AA_00AA
        x ^= t ^ (t &<< 7)
        t = (x ^ (x &>> 14)) & 0x0000_CCCC_0000_CCCC
        x ^= t ^ (t &<< 14)
        t = (x ^ (x &>> 28)) & 0x0000_0000_F0F0_F0F0
        return x ^ t ^ (t &<< 28)
    }
}

extension UInt64 {
    /// Bit n is whether an odd number of the bits 0...n are set: with quotes, whether byte n is inside a string (the
    /// opening quote counts as inside, the closing one as outside).
    @inline(__always)
    var runningParity: UInt64 {
        var x = self
        x ^= x &<< 1
        x ^= x &<< 2
        x ^= x &<< 4
        x ^= x &<< 8
        x ^= x &<< 16
        return x ^ x &<< 32
    }
}
