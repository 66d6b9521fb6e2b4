// One error for the whole room: what is wrong, at which byte of the source, in words. A document is a stranger's, so
// nothing in it can do more than make one of these.

/// What is wrong with a document, or with reading it.
///
/// Thrown by everything in this room (typed throws). Trying again helps only with ``Code/readFailed``, and with
/// ``Code/sourceChanged`` once whoever changes the file has finished.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of trouble, one for each that a caller may want to tell apart.
    package enum Code: String, Sendable, CaseIterable {
        /// The bytes end inside a value; also an empty source, and one of blanks only.
        case unexpectedEnd
        /// A byte that the grammar does not allow at its place (a lone comma, a NUL, `'`, `NaN`, `01`…).
        case unexpectedByte
        /// Something other than blanks follows the one value.
        case trailingBytes
        /// `]` closes `{`, or the other way round.
        case mismatchedBracket
        /// More nested containers than the limit.
        case tooDeep
        /// A raw byte below 0x20 in a string.
        case controlCharacter
        /// A backslash before a letter that makes no escape, or `\u` without four hexadecimal digits.
        case invalidEscape
        /// A number that the grammar does not know: `-`, `1.`, `1e`.
        case invalidNumber
        /// A word that starts like `true`, `false` or `null` and is none of them.
        case invalidLiteral
        /// A string, number, value or output over its limit.
        case tooLong
        /// An object or array with more children than the limit.
        case tooMany
        /// An object or array was asked for, and the slice is something else.
        case wrongKind
        /// The source threw; the message is its error.
        case readFailed
        /// The source has fewer bytes than it said: it was cut while it was read.
        case sourceChanged
        /// For sinks: what is written goes nowhere. Never thrown by this room itself.
        case writeFailed
    }

    /// What kind of trouble.
    package var code: Code
    /// The byte of the source that it is about, counted from 0.
    package var offset: Int
    /// The same in words, without the offset.
    package var message: String

    package init(_ code: Code, at offset: Int, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }

    package var description: String { "\(message) (byte \(offset))" }
}

extension JSONError {
    /// A byte for people: as a character when it prints, else as hexadecimal digits.
    static func name(of byte: UInt8) -> String {
        guard byte > 0x20, byte < 0x7F else {
            let digits = String(byte, radix: 16, uppercase: true)
            return "byte 0x" + (digits.count == 1 ? "0" : "") + digits
        }
        return "'\(Unicode.Scalar(byte))'"
    }

    static func unexpected(_ byte: UInt8, at offset: Int, wanted: String) -> JSONError {
        JSONError(.unexpectedByte, at: offset, "\(name(of: byte)) where \(wanted) should be")
    }

    static func end(at offset: Int, inside: String) -> JSONError {
        JSONError(.unexpectedEnd, at: offset, "the document ends inside \(inside)")
    }
}
