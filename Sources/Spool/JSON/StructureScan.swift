// The check of what is skipped. It knows strings, escapes, brackets and depth, and so finds the end of a container
// without looking at what is in it. In exchange it does not see everything: between the brackets it takes any order of
// commas, colons, words and numbers, and in strings any letter after a backslash and any encoding. It does see a string
// or container that is not closed, brackets that do not match, nesting that is too deep, a raw control byte (NUL, or a
// line break inside a string) anywhere, and a backslash outside a string. What is extracted later is read by the full grammar.

/// A scan over blocks, from the opening bracket of a container to its closing one.
struct StructureScan {
    enum Finding {
        /// The container goes on after this block.
        case open
        /// The container ends before this byte of the block.
        case ends(Int)
        /// This byte of the block is wrong.
        case fault(JSONError.Code, Int)
    }

    private var nesting = Nesting()
    private let limit: Int
    /// All ones if the last block ended inside a string.
    private var insideString: UInt64 = 0
    /// One if the last block ended with a backslash that escapes what follows.
    private var escaping: UInt64 = 0

    /// A scan that allows `limit` open containers.
    init(limit: Int) {
        self.limit = limit
    }

    /// What the scan is inside of when the bytes end, for the error.
    var place: String { insideString != 0 ? "a string" : nesting.isObject ? "an object" : "an array" }

    /// Looks at the next `count` (1 to 64) bytes; what follows them up to 64 must be blanks.
    @inline(__always)
    mutating func scan(_ block: UnsafeRawPointer, count: Int) -> Finding {
        let masks = BlockMasks(block)
        let escaped = escapedBytes(masks.backslashes, count: count)
        // Opening quote to the byte before the closing one.
        let strings = (masks.quotes & ~escaped).runningParity ^ insideString
        insideString = UInt64(bitPattern: Int64(bitPattern: strings) &>> 63)

        var faults = masks.backslashes & ~strings
        if masks.controls != 0 { faults |= controlFaults(masks.controls, strings: strings, in: block) }

        var brackets = masks.brackets & ~strings
        while brackets != 0 {
            let place = brackets.trailingZeroBitCount
            if let finding = take(block.load(fromByteOffset: place, as: UInt8.self), at: place) {
                let before = faults & ((1 &<< UInt64(place)) &- 1)
                return before == 0 ? finding : fault(before, strings)
            }
            brackets &= brackets &- 1
        }
        return faults == 0 ? .open : fault(faults, strings)
    }

    /// Opens or closes a container. Nil to go on.
    @inline(__always)
    private mutating func take(_ bracket: UInt8, at place: Int) -> Finding? {
        // { 7B and [ 5B, } 7D and ] 5D: bit 1 says whether it opens, bit 5 whether it is an object's.
        let isObject = bracket & 0x20 != 0
        if bracket & 0x02 != 0 {
            return nesting.push(object: isObject, limit: limit) ? nil : .fault(.tooDeep, place)
        }
        guard nesting.pop(object: isObject) else { return .fault(.mismatchedBracket, place) }
        return nesting.isEmpty ? .ends(place + 1) : nil
    }

    /// The bytes that a backslash stands before. In a run of backslashes each second one is itself escaped: they are
    /// told apart by a subtraction that carries through a run and leaves its bits alternating.
    @inline(__always)
    private mutating func escapedBytes(_ backslashes: UInt64, count: Int) -> UInt64 {
        if backslashes == 0 {
            defer { escaping = 0 }
            return escaping
        }
        let odd: UInt64 = 0xAAAA_AAAA_AAAA_AAAA
        let starts = backslashes & ~escaping
        let ends = (((starts &<< 1) | odd) &- starts) ^ odd
        let escaped = ends ^ (backslashes | escaping)
        escaping = ((ends & backslashes) &>> UInt64(count - 1)) & 1
        return escaped
    }

    /// Control bytes that are no blank between tokens.
    private func controlFaults(_ controls: UInt64, strings: UInt64, in block: UnsafeRawPointer) -> UInt64 {
        var faults = controls & strings
        var outside = controls & ~strings
        while outside != 0 {
            let place = outside.trailingZeroBitCount
            let byte = block.load(fromByteOffset: place, as: UInt8.self)
            if !ByteRuns.isBlank(byte) { faults |= 1 &<< UInt64(place) }
            outside &= outside &- 1
        }
        return faults
    }

    private func fault(_ faults: UInt64, _ strings: UInt64) -> Finding {
        let place = faults.trailingZeroBitCount
        return .fault(strings & (1 &<< UInt64(place)) != 0 ? .controlCharacter : .unexpectedByte, place)
    }
}
