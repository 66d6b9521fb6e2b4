// A YAML (or JSON) document whose shape is somebody else's business, such as a fault plan: values by YAML's core schema, and
// where each of them stands, so that whoever knows the shape can say what is wrong in which line.
//
// The same reader as for the configuration, with the same bounds and refusals. Plain `true`, `12`, `0.5` and `null` are what
// they look like; in quotes everything is text.

/// A value and its place.
package struct PlacedValue: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case null
        case bool(Bool)
        case integer(Int)
        case number(Double)
        case text(String)
        case list([PlacedValue])
        case mapping([PlacedMember])
    }

    /// From 1.
    package let line: Int
    /// From 1, in characters.
    package let column: Int
    package let content: Content
}

/// A key with its place, and its value.
package struct PlacedMember: Sendable, Equatable {
    package let name: String
    package let line: Int
    package let column: Int
    package let value: PlacedValue
}

extension PlacedValue {
    /// Reads a document. `file` is how the user named it.
    package init(reading bytes: [UInt8], of file: String) throws(ConfigurationError) {
        let document = YAMLParser.document(bytes)
        var faults = document.faults
        let value = document.root.flatMap { Self.value($0, &faults) }
        guard faults.isEmpty, let value else {
            if faults.isEmpty { faults.append(YAMLFault(mark: .start, message: "the file is empty")) }
            throw ConfigurationError(
                faults.map {
                    ConfigurationProblem(
                        file: file, line: $0.mark.line, column: $0.mark.column, message: $0.message)
                })
        }
        self = value
    }

    /// Nil for what was already reported.
    private static func value(_ node: YAMLNode, _ faults: inout [YAMLFault]) -> PlacedValue? {
        let content: Content
        switch node.content {
        case .scalar(let text, let isPlain): content = isPlain ? plain(text) : .text(text)
        case .sequence(let nodes): content = .list(nodes.compactMap { value($0, &faults) })
        case .mapping(let pairs): content = .mapping(members(pairs, &faults))
        case .refused: return nil
        }
        return PlacedValue(line: node.mark.line, column: node.mark.column, content: content)
    }

    private static func members(_ pairs: [YAMLPair], _ faults: inout [YAMLFault]) -> [PlacedMember] {
        var firsts: [String: Int] = [:]
        return pairs.compactMap { pair in
            if let first = firsts[pair.key] {
                let message = "duplicate key '\(Shown.text(pair.key))'; first given in line \(first)"
                faults.append(YAMLFault(mark: pair.keyMark, message: message))
                return nil
            }
            firsts[pair.key] = pair.keyMark.line
            guard let value = value(pair.value, &faults) else { return nil }
            return PlacedMember(
                name: pair.key, line: pair.keyMark.line, column: pair.keyMark.column, value: value)
        }
    }

    private static func plain(_ text: String) -> Content {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        // Swift reads more as numbers than YAML's core schema does ("nan", "0x1p3"): only what looks like one counts.
        guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else { return .text(text) }
        if let whole = Int(text) { return .integer(whole) }
        return Double(text).map(Content.number) ?? .text(text)
    }
}
