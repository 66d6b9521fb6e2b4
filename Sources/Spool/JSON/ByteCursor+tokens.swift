// The small tokens of the grammar (RFC 8259): blanks, words, numbers, punctuation. A number is checked and handed on as
// text; nothing here turns it into a Double, which would change it.

/// The bytes that the grammar is made of.
enum Mark {
    static let quote: UInt8 = 0x22
    static let backslash: UInt8 = 0x5C
    static let comma: UInt8 = 0x2C
    static let colon: UInt8 = 0x3A
    static let openObject: UInt8 = 0x7B
    static let closeObject: UInt8 = 0x7D
    static let openArray: UInt8 = 0x5B
    static let closeArray: UInt8 = 0x5D
}

extension ByteCursor {
    /// Passes a UTF-8 byte order mark, which some tools put at the start of a file and Python's reader passes too.
    mutating func skipByteOrderMark() throws(JSONError) {
        guard offset == 0 else { return }
        for (place, wanted) in [UInt8(0xEF), 0xBB, 0xBF].enumerated() {
            guard let byte = try peek(), byte == wanted else {
                if place == 0 { return }
                throw JSONError(.unexpectedByte, at: place, "a byte order mark that is not whole")
            }
            advance()
        }
    }

    /// Passes blanks, and shows the byte after them; nil at the end.
    mutating func skipBlanks() throws(JSONError) -> UInt8? {
        if let byte = try peek(), byte > 0x20 { return byte }
        while true {
            let blanks = try withWindow { window throws(JSONError) in ByteRuns.blanks(window) }
            guard let blanks else { return nil }
            advance(blanks)
            if let byte = try peek(), !ByteRuns.isBlank(byte) { return byte }
        }
    }

    /// The first byte of a document, after a byte order mark and blanks.
    mutating func firstByte() throws(JSONError) -> UInt8 {
        try skipByteOrderMark()
        if let byte = try skipBlanks() { return byte }
        throw JSONError(.unexpectedEnd, at: offset, end == 0 ? "the document is empty" : "nothing but blanks")
    }

    /// Passes blanks up to the end; anything else there is an error.
    mutating func expectEnd() throws(JSONError) {
        guard let byte = try skipBlanks() else { return }
        throw JSONError(.trailingBytes, at: offset, "\(JSONError.name(of: byte)) after the end of the value")
    }

    /// Passes blanks and the colon after a name.
    mutating func expectColon() throws(JSONError) {
        guard let byte = try skipBlanks() else { throw .end(at: offset, inside: "an object") }
        guard byte == Mark.colon else { throw .unexpected(byte, at: offset, wanted: "a colon") }
        advance()
    }

    /// What kind of value starts with the byte under the cursor.
    func kind(startingWith byte: UInt8) throws(JSONError) -> JSONKind {
        switch byte {
        case Mark.openObject: .object
        case Mark.openArray: .array
        case Mark.quote: .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: throw .unexpected(byte, at: offset, wanted: "a value")
        }
    }

    /// Takes `true`, `false` or `null`, whichever the byte under the cursor starts.
    mutating func readWord() throws(JSONError) {
        let start = offset
        let word: StaticString =
            switch try peek() {
            case UInt8(ascii: "t"): "true"
            case UInt8(ascii: "f"): "false"
            default: "null"
            }
        for place in 0..<word.utf8CodeUnitCount {
            guard let byte = try peek() else { throw .end(at: offset, inside: "'\(word)'") }
            guard byte == word.utf8Start[place] else {
                throw JSONError(.invalidLiteral, at: start, "a word that is not '\(word)'")
            }
            advance()
        }
    }

    /// Takes a number, handing its text to `body` in pieces.
    mutating func readNumber(
        _ body: (UnsafeBufferPointer<UInt8>) throws(JSONError) -> Void
    ) throws(JSONError) {
        let start = offset
        var state = NumberState.start
        while true {
            let taken = try withWindow { window throws(JSONError) in
                var count = 0
                while count < window.count, let next = state.after(window[count]) {
                    state = next
                    count += 1
                }
                if count > 0 { try body(UnsafeBufferPointer(rebasing: window[..<count])) }
                return (count, count < window.count)
            }
            advance(taken?.0 ?? 0)
            if taken?.1 ?? true { break }
        }
        if state.isWhole { return }
        guard try peek() != nil else { throw .end(at: offset, inside: "a number") }
        throw JSONError(.invalidNumber, at: start, "a number that the grammar does not allow")
    }
}

/// How far into a number we are: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
enum NumberState {
    case start, minus, zero, whole, point, fraction, mark, sign, exponent

    /// Whether a number may end here.
    var isWhole: Bool {
        switch self {
        case .zero, .whole, .fraction, .exponent: true
        case .start, .minus, .point, .mark, .sign: false
        }
    }

    /// The state after one more byte; nil if that byte cannot belong to the number.
    @inline(__always)
    func after(_ byte: UInt8) -> NumberState? {
        switch (self, byte) {
        case (.start, UInt8(ascii: "-")): .minus
        case (.start, UInt8(ascii: "0")), (.minus, UInt8(ascii: "0")): .zero
        case (.start, UInt8(ascii: "1")...UInt8(ascii: "9")), (.minus, UInt8(ascii: "1")...UInt8(ascii: "9")): .whole
        case (.whole, UInt8(ascii: "0")...UInt8(ascii: "9")): .whole
        case (.zero, UInt8(ascii: ".")), (.whole, UInt8(ascii: ".")): .point
        case (.point, UInt8(ascii: "0")...UInt8(ascii: "9")), (.fraction, UInt8(ascii: "0")...UInt8(ascii: "9")):
            .fraction
        case (.zero, UInt8(ascii: "e")), (.whole, UInt8(ascii: "e")), (.fraction, UInt8(ascii: "e")),
            (.zero, UInt8(ascii: "E")), (.whole, UInt8(ascii: "E")), (.fraction, UInt8(ascii: "E")):
            .mark
        case (.mark, UInt8(ascii: "+")), (.mark, UInt8(ascii: "-")): .sign
        case (.mark, UInt8(ascii: "0")...UInt8(ascii: "9")), (.sign, UInt8(ascii: "0")...UInt8(ascii: "9")),
            (.exponent, UInt8(ascii: "0")...UInt8(ascii: "9")):
            .exponent
        default: nil
        }
    }
}
