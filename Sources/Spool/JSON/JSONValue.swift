// A small tree for small things: an answer of an API, one element of a section. Objects keep their order, numbers their
// text. The depth is bounded when it is parsed, so that taking it apart again is safe as well.

/// A JSON value in memory.
package indirect enum JSONValue: Sendable {
    /// Members in document order, each name once: of duplicates the last value counts, at the place of the first.
    case object([(name: String, value: JSONValue)])
    case array([JSONValue])
    case string(String)
    /// The number exactly as it is written.
    case number(String)
    case bool(Bool)
    case null
}

extension JSONValue: Equatable {
    /// Equal when written alike: members in the same order, numbers with the same text, strings with the same bytes.
    package static func == (one: JSONValue, other: JSONValue) -> Bool {
        one.compact() == other.compact()
    }
}

extension JSONValue {
    package var kind: JSONKind {
        switch self {
        case .object: .object
        case .array: .array
        case .string: .string
        case .number: .number
        case .bool: .bool
        case .null: .null
        }
    }

    /// The member of that name (equal byte by byte), if this is an object that has it.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The element at that place, if this is an array that has one.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    package var members: [(name: String, value: JSONValue)]? {
        if case .object(let members) = self { members } else { nil }
    }

    package var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// A whole number written as one (`12`, not `12.0` or `1.2e1`) that an Int holds.
    package var intValue: Int? {
        if case .number(let text) = self { Int(text) } else { nil }
    }

    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// A string, number or bool as text: what a field says whichever of them a converter made of it.
    package var scalarText: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .object, .array, .null: nil
        }
    }
}
