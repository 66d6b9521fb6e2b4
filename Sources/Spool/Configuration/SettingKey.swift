// A key of the configuration: its path, its kind, its default, what it is for. The keys of each section stand beside
// the section's values in `Sections/`; that is the one place for defaults. A default is written as text and read like
// any other value, so that the reference can show it; one that does not parse is our bug and stops the program at its
// first use, which a test makes.

/// What the reference page, `did you mean` and `config show` know about a key.
package struct KeyFacts: Sendable, Equatable {
    /// e.g. `joe.filter.tags`
    package var path: String
    /// e.g. "duration, 1s to 7d"
    package var type: String
    /// nil: there is none.
    package var standard: String?
    package var summary: String

    /// The last part of the path: what stands in the file.
    package var name: String { path.split(separator: ".").last.map(String.init) ?? path }
    /// The path without the last part.
    package var section: String { path.split(separator: ".").dropLast().joined(separator: ".") }
}

/// A key with one value.
struct SettingKey<Value: Sendable>: Sendable {
    let facts: KeyFacts
    let kind: ValueKind<Value>
    /// In force if the file does not have the key.
    let standard: Value

    init(_ path: String, _ kind: ValueKind<Value>, standard text: String, _ summary: String) {
        self.kind = kind
        facts = KeyFacts(path: path, type: kind.name, standard: text, summary: summary)
        do throws(ValueFault) {
            standard = try kind.parse(text)
        } catch {
            preconditionFailure("the default of \(path) \(error.message)")
        }
    }

    /// A key that may be missing; `note` says in the reference what happens then.
    init<Wrapped>(optional path: String, _ kind: ValueKind<Wrapped>, note: String? = nil, _ summary: String)
    where Value == Wrapped? {
        self.kind = kind.optional
        facts = KeyFacts(path: path, type: kind.name, standard: note, summary: summary)
        standard = nil
    }
}

/// A key with a list of values.
struct ListKey<Element: Sendable & Equatable>: Sendable {
    let facts: KeyFacts
    let kind: ValueKind<Element>
    let standard: [Element]

    /// Without a `note` the reference shows the default itself.
    init(
        _ path: String, _ kind: ValueKind<Element>, standard: [Element] = [], note: String? = nil, _ summary: String
    ) {
        self.kind = kind
        self.standard = standard
        let shown = "[\(standard.map { kind.show($0).description }.joined(separator: ", "))]"
        facts = KeyFacts(path: path, type: "list of \(kind.name)", standard: note ?? shown, summary: summary)
    }
}

/// A secret: `<path>` holds it (or `${VAR}`), `<path>_file` names a file that does; else a systemd credential named
/// `<path>`.
struct SecretKey: Sendable {
    let value: KeyFacts
    let file: KeyFacts

    init(_ path: String, _ summary: String) {
        value = KeyFacts(path: path, type: "secret", standard: nil, summary: summary)
        file = KeyFacts(
            path: "\(path)_file", type: "path", standard: nil,
            summary: "File that holds it instead; only its owner may read it.")
    }

    var facts: [KeyFacts] { [value, file] }
}

/// A mapping in the file, and the keys that it may hold.
package struct SectionFacts: Sendable {
    /// e.g. `joe.filter`
    package let path: String
    package let summary: String
    package let keys: [KeyFacts]
}
