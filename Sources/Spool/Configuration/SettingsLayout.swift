// The tree of a configuration laid out flat: `joe.filter.tags` → node. Everything that is wrong with the keys
// themselves is found here, with the schema in hand: unknown ones (and what was probably meant), duplicates, a list
// where a section is wanted.

struct SettingsLayout: Sendable {
    /// The value of each known key that is given.
    private(set) var values: [String: YAMLNode] = [:]
    /// Where each key and section stands.
    private(set) var marks: [String: YAMLMark] = [:]
    private(set) var faults: [YAMLFault] = []

    private let sections: [String: SectionFacts]
    private let keys: Set<String>

    init(_ document: YAMLDocument) {
        let schema = Settings.schema
        sections = Dictionary(schema.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        keys = Set(schema.flatMap { $0.keys.map(\.path) })
        faults = document.faults
        guard let root = document.root else {
            if faults.isEmpty { fault("the file is empty", .start) }
            return
        }
        if root.isNull {
            fault("the file is empty", .start)
        } else {
            visit(root, at: "")
        }
    }

    private mutating func fault(_ message: String, _ mark: YAMLMark) {
        faults.append(YAMLFault(mark: mark, message: message))
    }

    private mutating func visit(_ node: YAMLNode, at section: String) {
        switch node.content {
        case .mapping(let pairs):
            for pair in pairs { visit(pair, in: section) }
        case .refused:
            break
        case .scalar where node.isNull:
            break  // `filter:` with all its keys commented out.
        case .scalar, .sequence:
            let what = section.isEmpty ? "the file" : "'\(section)'"
            fault("\(what) must be a mapping of keys and values, not \(node.noun)", node.mark)
        }
    }

    private mutating func visit(_ pair: YAMLPair, in section: String) {
        let path = section.isEmpty ? pair.key : "\(section).\(pair.key)"
        let isSection = sections[path] != nil && !pair.key.contains(".")
        guard isSection || (keys.contains(path) && !pair.key.contains(".")) else {
            fault(unknown(pair.key, in: section), pair.keyMark)
            return
        }
        if let first = marks[path] {
            let place = section.isEmpty ? "" : " in '\(section)'"
            fault("duplicate key '\(pair.key)'\(place); first given in line \(first.line)", pair.keyMark)
            return
        }
        marks[path] = pair.keyMark
        if isSection {
            visit(pair.value, at: path)
        } else {
            values[path] = pair.value
        }
    }

    private func unknown(_ key: String, in section: String) -> String {
        let place = section.isEmpty ? "" : " in '\(section)'"
        if key == "<<" { return "merge keys ('<<') are not read here; write the keys out" }
        if key.isEmpty { return "a key is missing before ':'" }
        if let colon = key.firstIndex(of: ":") {
            // `api_key:value: …` would show the value.
            return "unknown key '\(Shown.text(String(key[..<colon])))…'\(place); is a blank missing after ':'?"
        }
        return "unknown key '\(Shown.text(key))'\(place)\(hint(for: key, in: section))"
    }

    private func hint(for key: String, in section: String) -> String {
        if let near = Suggestion.nearest(to: key, among: known(in: section)) { return "; did you mean '\(near)'?" }
        let homes = sections.values.filter { home in
            home.path != section && home.keys.contains { $0.name == key }
        }.map { "'\($0.path)'" }.sorted()
        guard homes.isEmpty else { return "; it belongs in \(Shown.list(homes, last: "or"))" }
        if section.isEmpty { return "; known are \(Shown.list(known(in: section), last: "and"))" }
        return ""
    }

    /// The keys and sections that a section may hold.
    private func known(in section: String) -> [String] {
        let names = sections[section]?.keys.map(\.name) ?? []
        let prefix = section.isEmpty ? "" : "\(section)."
        let inner = Settings.schema.map(\.path).filter { $0.hasPrefix(prefix) && $0 != section }
            .map { String($0.dropFirst(prefix.count)) }.filter { !$0.contains(".") }
        return names + inner
    }
}
