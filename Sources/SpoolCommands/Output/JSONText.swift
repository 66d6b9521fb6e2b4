// JSON as the commands write it: members in the order given, one line, and nothing in it that a terminal would obey.
//
// A value comes back exactly as it was from any parser; only its spelling differs: what `Visible` writes out for people
// is written as `\u….` here. Members without a value are left out.

/// A JSON value to be written.
package enum JSONText: Sendable, Equatable {
    case string(String)
    case number(Int)
    case bool(Bool)
    case array([JSONText])
    case object([Member])

    /// One member of an object; nil is left out.
    package struct Member: Sendable, Equatable {
        let name: String
        let value: JSONText?

        package init(_ name: String, _ value: JSONText?) {
            self.name = name
            self.value = value
        }

        package init(_ name: String, _ value: String?) { self.init(name, value.map(JSONText.string)) }
        package init(_ name: String, _ value: Int?) { self.init(name, value.map(JSONText.number)) }
        package init(_ name: String, _ value: Bool?) { self.init(name, value.map(JSONText.bool)) }
    }

    /// The members of an object; none of anything else.
    var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    package var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .string(let value): Self.write(value, to: &text)
        case .number(let value): text += String(value)
        case .bool(let value): text += value ? "true" : "false"
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            var isFirst = true
            for member in members {
                guard let value = member.value else { continue }
                if !isFirst { text += "," }
                isFirst = false
                Self.write(member.name, to: &text)
                text += ":"
                value.write(to: &text)
            }
            text += "}"
        }
    }

    private static func write(_ value: String, to text: inout String) {
        text += "\""
        if value.utf8.allSatisfy({ (0x20...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c }) {
            text += value
        } else {
            for scalar in value.unicodeScalars { write(scalar, to: &text) }
        }
        text += "\""
    }

    private static func write(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        default:
            if Visible.isPlain(scalar) {
                text.unicodeScalars.append(scalar)
            } else {
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    let digits = String(unit, radix: 16, uppercase: true)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
    }
}
