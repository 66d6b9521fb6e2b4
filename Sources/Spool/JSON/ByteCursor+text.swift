// The content of strings: escapes, surrogates, UTF-8. What has no meaning in JSON (a raw control byte, `\x`) is an error;
// what is only badly encoded (a lone surrogate, bytes that are no UTF-8) becomes U+FFFD and is counted, because malware
// likes such names and one of them must not cost a report.

extension ByteCursor {
    /// Takes a string up to and with its closing quote; the opening one is under the cursor.
    mutating func readText(into sink: inout some TextSink) throws(JSONError) {
        advance()
        while true {
            let run = try withWindow { window throws(JSONError) in
                let count = ByteRuns.plain(window)
                if count > 0 { try sink.plain(UnsafeBufferPointer(rebasing: window[..<count])) }
                return count
            }
            advance(run ?? 0)
            guard let byte = try peek() else { throw .end(at: offset, inside: "a string") }
            switch byte {
            case Mark.quote:
                advance()
                return
            case Mark.backslash:
                try readEscape(into: &sink)
            case ..<0x20:
                throw JSONError(.controlCharacter, at: offset, "\(JSONError.name(of: byte)) in a string")
            case 0x80...:
                try readMultibyte(byte, into: &sink)
            default:
                break  // the plain run ended at the edge of the window
            }
        }
    }

    /// Takes one escape, or several when surrogates follow each other; the backslash is under the cursor.
    private mutating func readEscape(into sink: inout some TextSink) throws(JSONError) {
        guard let first = try readEscapeLetter(into: &sink) else { return }
        var (unit, digits) = first
        while true {
            if let scalar = Unicode.Scalar(UInt32(unit)) {
                return try sink.escape(scalar, .unit(digits))
            }
            guard UTF16.isLeadSurrogate(unit), try peek() == Mark.backslash else {
                return try sink.replace(.surrogate)
            }
            // A first half: its other half may follow, or anything else, after which nothing can be undone.
            var after = HeldEscape()
            guard let next = try readEscapeLetter(into: &after) else {
                try sink.replace(.surrogate)
                return try after.pass(to: &sink)
            }
            if UTF16.isTrailSurrogate(next.0) {
                let scalar = UTF16.decode(UTF16.EncodedScalar([unit, next.0]))
                return try sink.escape(scalar, .pair(digits, next.1))
            }
            try sink.replace(.surrogate)
            (unit, digits) = next
        }
    }

    /// Takes a backslash and what belongs to it. A short escape goes to the sink; of `\u` the unit comes back.
    private mutating func readEscapeLetter(
        into sink: inout some TextSink
    ) throws(JSONError) -> (unit: UInt16, digits: [4 of UInt8])? {
        let start = offset
        advance()
        guard let letter = try peek() else { throw .end(at: offset, inside: "a string") }
        advance()
        switch letter {
        case Mark.quote, Mark.backslash, UInt8(ascii: "/"): try sink.escape(Unicode.Scalar(letter), .short(letter))
        case UInt8(ascii: "b"): try sink.escape("\u{8}", .short(letter))
        case UInt8(ascii: "f"): try sink.escape("\u{C}", .short(letter))
        case UInt8(ascii: "n"): try sink.escape("\n", .short(letter))
        case UInt8(ascii: "r"): try sink.escape("\r", .short(letter))
        case UInt8(ascii: "t"): try sink.escape("\t", .short(letter))
        case UInt8(ascii: "u"): return try readUnit(of: start)
        default: throw JSONError(.invalidEscape, at: start, "a backslash before \(JSONError.name(of: letter))")
        }
        return nil
    }

    private mutating func readUnit(of start: Int) throws(JSONError) -> (UInt16, [4 of UInt8]) {
        var unit: UInt16 = 0
        var digits: [4 of UInt8] = [0, 0, 0, 0]
        for place in 0..<4 {
            guard let byte = try peek() else { throw .end(at: offset, inside: "a string") }
            let value: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = byte - UInt8(ascii: "A") + 10
            default: throw JSONError(.invalidEscape, at: start, "\\u without four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(value)
            digits[place] = byte
            advance()
        }
        return (unit, digits)
    }

    /// Takes one character of more than one byte, or the maximal part of one, which is replaced (Unicode, table 3-7).
    private mutating func readMultibyte(_ lead: UInt8, into sink: inout some TextSink) throws(JSONError) {
        advance()
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return try sink.replace(.encoding)
        }
        var character: [4 of UInt8] = [lead, 0, 0, 0]
        for place in 1..<length {
            guard let byte = try peek() else { throw .end(at: offset, inside: "a string") }
            guard place == 1 ? second.contains(byte) : (0x80...0xBF).contains(byte) else {
                return try sink.replace(.encoding)
            }
            character[place] = byte
            advance()
        }
        try withUnsafeBytes(of: character) { raw throws(JSONError) in
            let bytes = raw.assumingMemoryBound(to: UInt8.self)
            try sink.plain(UnsafeBufferPointer(rebasing: bytes[..<length]))
        }
    }
}

/// Keeps the one short escape that follows a lone surrogate until that has been replaced.
private struct HeldEscape: TextSink {
    private var held: (Unicode.Scalar, EscapeSpelling)?

    mutating func plain(_ bytes: UnsafeBufferPointer<UInt8>) {}
    mutating func escape(_ scalar: Unicode.Scalar, _ spelling: EscapeSpelling) { held = (scalar, spelling) }
    mutating func replace(_ defect: Defect) {}

    func pass(to sink: inout some TextSink) throws(JSONError) {
        if let held { try sink.escape(held.0, held.1) }
    }
}
