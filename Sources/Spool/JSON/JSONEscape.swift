// Text on its way into JSON. Beside what the grammar demands (quote, backslash, control characters), U+2028 and U+2029
// are escaped, because a JSON text with them is no JavaScript. A Swift string has no lone surrogates to care about.

/// Escapes text for a JSON string.
package enum JSONEscape {
    /// The text as a JSON string, with its quotes.
    package static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the text as a JSON string, with its quotes.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        bytes.append(Mark.quote)
        text.withUTF8 { appendContent($0, to: &bytes) }
        bytes.append(Mark.quote)
    }

    /// Appends well-formed UTF-8.
    private static func appendContent(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        var rest = text[...]
        while let first = rest.first {
            let plain = ByteRuns.plain(UnsafeBufferPointer(rebasing: rest))
            bytes.append(contentsOf: rest.prefix(plain))
            rest = rest.dropFirst(plain)
            guard plain == 0 else { continue }
            rest = rest.dropFirst()
            switch first {
            case Mark.quote, Mark.backslash: bytes.append(contentsOf: [Mark.backslash, first])
            case 0x08: bytes.append(contentsOf: #"\b"#.utf8)
            case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
            case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
            case 0x0C: bytes.append(contentsOf: #"\f"#.utf8)
            case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
            case ..<0x20: appendUnit(first, to: &bytes)
            case 0xE2 where rest.starts(with: [0x80, 0xA8]): separator(#"\u2028"#, in: &rest, to: &bytes)
            case 0xE2 where rest.starts(with: [0x80, 0xA9]): separator(#"\u2029"#, in: &rest, to: &bytes)
            default: bytes.append(first)
            }
        }
    }

    private static func separator(
        _ escape: String, in rest: inout UnsafeBufferPointer<UInt8>.SubSequence, to bytes: inout [UInt8]
    ) {
        bytes.append(contentsOf: escape.utf8)
        rest = rest.dropFirst(2)
    }

    private static func appendUnit(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: byte < 0x10 ? #"\u000"#.utf8 : #"\u00"#.utf8)
        bytes.append(contentsOf: String(byte, radix: 16).utf8)
    }
}
