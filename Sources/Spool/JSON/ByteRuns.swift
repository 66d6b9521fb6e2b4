// The two loops that read most of what is extracted: how many bytes of a window are blanks, and how many of them are
// plain characters of a string. Eight bytes at a time, with the usual arithmetic on the high bit of each byte.

enum ByteRuns {
    /// Every byte 0x01 and every byte 0x80.
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// How many blanks the bytes start with.
    @inline(__always)
    static func blanks(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        while count < bytes.count {
            if bytes[count] == 0x20, count + 8 <= bytes.count, word(bytes, count) == ones &* 0x20 {
                count += 8
            } else if isBlank(bytes[count]) {
                count += 1
            } else {
                break
            }
        }
        return count
    }

    /// How many bytes from the start stand for themselves in a string: ASCII without quote, backslash and control bytes.
    @inline(__always)
    static func plain(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        while count + 8 <= bytes.count {
            let word = word(bytes, count)
            let special = (special(word) | word) & tops
            if special != 0 { return count + special.trailingZeroBitCount / 8 }
            count += 8
        }
        while count < bytes.count, isPlain(bytes[count]) { count += 1 }
        return count
    }

    /// How many bytes from the start are neither quote, backslash nor control byte.
    @inline(__always)
    static func unescaped(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var count = 0
        while count + 8 <= bytes.count {
            let special = special(word(bytes, count)) & tops
            if special != 0 { return count + special.trailingZeroBitCount / 8 }
            count += 8
        }
        while count < bytes.count, bytes[count] >= 0x80 || isPlain(bytes[count]) { count += 1 }
        return count
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != Mark.quote && byte != Mark.backslash
    }

    @inline(__always)
    private static func word(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt64 {
        UInt64(littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Sets the high bit of each quote, backslash and control byte. Only the lowest of them is exact (a borrow can reach
    /// the bytes above it), and only that one is used.
    @inline(__always)
    private static func special(_ word: UInt64) -> UInt64 {
        let quote = (word ^ (ones &* UInt64(Mark.quote))) &- ones
        let backslash = (word ^ (ones &* UInt64(Mark.backslash))) &- ones
        let control = word &- (ones &* 0x20)
        return (quote | backslash | control) & ~word
    }
}
