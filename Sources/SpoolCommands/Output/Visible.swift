// Text from outside, made safe to look at.
//
// Malware chooses its file names, and a name that holds an escape sequence, a carriage return or a right-to-left mark can
// rewrite what a terminal shows. So whatever came from outside is shown through this type: what a terminal would obey, hide
// or reorder is written out (`\u{1B}`), everything else is left as it is. The exact text is what `--json` is for.

/// A text as people may see it: on one line, nothing hidden, nothing obeyed.
package struct Visible: Sendable, Equatable, CustomStringConvertible {
    package let description: String

    /// More marks than this on one letter (é has one, Vietnamese has two) are written out: piled up, they cover other lines.
    private static let markLimit = 3

    package init(_ text: String) {
        if text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) {
            description = text
            return
        }
        var shown = String.UnicodeScalarView()
        // At the start there is no letter of ours to sit on: what stands there would land on the text before it.
        var marks = Self.markLimit
        for scalar in text.unicodeScalars {
            marks = Self.isMark(scalar) ? marks + 1 : 0
            if Self.isPlain(scalar), marks <= Self.markLimit {
                shown.append(scalar)
            } else {
                shown.append(contentsOf: Self.escape(scalar).unicodeScalars)
            }
        }
        description = String(shown)
    }

    /// Whether a scalar may stand for itself, on a terminal and in our JSON alike.
    static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20...0x7e).contains(scalar.value) { return true }
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }

    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        }
    }

    /// The same for text of several lines, whose line ends and tabs stay: bodies, raw documents.
    package static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map { Visible(String($0)).description } }
            .map { $0.joined(separator: "\t") }.joined(separator: "\n")
    }
}
