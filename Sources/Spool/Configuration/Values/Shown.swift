// Text from a file as a message may show it: short, on one line, without anything that a terminal would obey or hide.

import SystemPackage

enum Shown {
    /// Escapes control, format and bidi characters; what is long is cut, visibly.
    static func text(_ text: String, atMost limit: Int = 60) -> String {
        var shown = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return shown + "…" }
            count += 1
            shown += isPlain(scalar) ? String(scalar) : code(scalar)
        }
        return shown
    }

    /// A path, of which the end matters too.
    static func path(_ path: FilePath) -> String { text(path.string, atMost: 4096) }

    /// `\u{001B}`, in a form that stays readable inside other text.
    static func code(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "\\u{\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)}"
    }

    /// A tag as people write it.
    static func tag(_ tag: String) -> String {
        let prefix = "tag:yaml.org,2002:"
        return tag.hasPrefix(prefix) ? "!!" + text(String(tag.dropFirst(prefix.count))) : text(tag)
    }

    /// `a, b and c`
    static func list(_ items: [String], last: String) -> String {
        guard let final = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " \(last) " + final
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
