// A YAML document as far as a configuration needs it: text, lists and mappings that know where they stand.
// Types (durations, numbers, booleans) are not YAML's business here; the schema decides what a text means.

/// A place in a file; both numbers count from 1, columns in characters.
struct YAMLMark: Sendable, Equatable, Comparable {
    var line: Int
    var column: Int

    static let start = YAMLMark(line: 1, column: 1)

    static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// Something that is wrong with the text as YAML.
struct YAMLFault: Error, Sendable, Equatable {
    var mark: YAMLMark
    var message: String
}

struct YAMLNode: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        /// `isPlain`: written without quotes, so that an empty one, `~` and `null` mean nothing at all.
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLPair])
        /// Something that was already reported, such as an alias; nobody needs to complain about it again.
        case refused
    }

    var mark: YAMLMark
    var content: Content

    /// Written, but without a value.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }

    /// What it is, for messages.
    var noun: String {
        switch content {
        case .scalar: isNull ? "nothing" : "text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .refused: "something else"
        }
    }
}

struct YAMLPair: Sendable, Equatable {
    var key: String
    var keyMark: YAMLMark
    var value: YAMLNode
}

/// What was read, and what is wrong with it; the root is nil if nothing usable was found.
struct YAMLDocument: Sendable, Equatable {
    var root: YAMLNode?
    var faults: [YAMLFault]
}
