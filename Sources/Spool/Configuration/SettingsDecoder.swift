// From nodes to values. First the whole tree is laid out flat (`SettingsLayout`): unknown, duplicate and misplaced
// keys are found there. Then each section asks for its keys one by one. A value that cannot be read is reported and
// replaced by its default, so that reading goes on and everything that is wrong comes out at once.

import SystemPackage

/// What decoding depends on besides the text.
struct DecodingContext: Sendable {
    /// As the user named it, for messages.
    var file: String
    /// Absolute; relative paths hang on it.
    var folder: FilePath
    /// Of the configuration file itself; nil if it was not read from disk.
    var mode: UInt32?
    var environment: [String: String]
    var scope: SettingsLoader.Scope
}

struct SettingsDecoder {
    private static let longestList = 1000

    let context: DecodingContext
    let layout: SettingsLayout
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []
    private(set) var descriptions: [SettingDescription] = []
    /// Keys whose value was replaced by the default because it is wrong: nothing is concluded from these.
    private(set) var unsound: Set<String> = []

    init(_ layout: SettingsLayout, _ context: DecodingContext) {
        self.layout = layout
        self.context = context
        for fault in layout.faults { report(fault.message, at: fault.mark) }
    }

    // MARK: What sections ask for

    mutating func value<Value>(_ key: SettingKey<Value>) -> Value {
        guard let node = layout.values[key.facts.path] else {
            return keep(key.standard, key.kind.show(key.standard), key.facts, .standard)
        }
        guard let text = scalar(node, key.facts) else { return key.standard }
        do throws(ValueFault) {
            let value = try key.kind.parse(text.text)
            return keep(value, key.kind.show(value), key.facts, origin(node, text.variables))
        } catch {
            reject(key.facts, text.quoted(key.kind.isQuoted), error.message, at: node.mark)
            return key.standard
        }
    }

    mutating func list<Element>(_ key: ListKey<Element>) -> [Element] {
        guard let node = layout.values[key.facts.path] else {
            return keep(key.standard, shown(key.standard, key.kind), key.facts, .standard)
        }
        guard case .sequence(let items) = node.content else {
            if node.content != .refused {
                reject(key.facts, nil, "must be a list such as [a, b], not \(node.noun)", at: node.mark)
            }
            return key.standard
        }
        guard items.count <= Self.longestList else {
            reject(key.facts, nil, "has more than \(Self.longestList) items", at: node.mark)
            return key.standard
        }
        var values: [Element] = []
        var variables: [String] = []
        for item in items {
            guard !item.isNull else {
                reject(key.facts, nil, "has an item without a value; leave it out, or put it in quotes", at: item.mark)
                continue
            }
            guard let text = scalar(item, key.facts) else { continue }
            variables += text.variables
            do throws(ValueFault) {
                let value = try key.kind.parse(text.text)
                if values.contains(value) { throw ValueFault("is given twice") }
                values.append(value)
            } catch {
                reject(key.facts, text.quoted(key.kind.isQuoted), error.message, at: item.mark)
            }
        }
        return keep(values, shown(values, key.kind), key.facts, origin(node, variables))
    }

    /// A path in the file, made absolute.
    mutating func path(_ key: SettingKey<FilePath>) -> FilePath {
        let path = context.folder.pushing(value(key)).lexicallyNormalized()
        show(.text(path.string), for: key.facts.path)
        return path
    }

    mutating func path(_ key: SettingKey<FilePath?>) -> FilePath? {
        guard let path = value(key).map({ context.folder.pushing($0).lexicallyNormalized() }) else { return nil }
        show(.text(path.string), for: key.facts.path)
        return path
    }

    // MARK: Places

    /// Where a key stands, else its section, else the file.
    func mark(of path: String) -> YAMLMark? {
        var path = path[...]
        while true {
            if let mark = layout.marks[String(path)] { return mark }
            guard let dot = path.lastIndex(of: ".") else { return nil }
            path = path[..<dot]
        }
    }

    /// Whether the value in force is the one that was meant.
    func isSound(_ path: String) -> Bool { !unsound.contains(path) }

    /// Whether a missing key is one that is there but wrong.
    func isReported(missing key: String) -> Bool {
        unsound.contains(key) || unsound.contains("\(key)_file")
    }

    /// The value of this key is wrong, and that was said.
    mutating func spoil(_ path: String) { unsound.insert(path) }

    func isGiven(_ path: String) -> Bool { layout.values[path] != nil }

    mutating func report(_ message: String, at mark: YAMLMark?) {
        problems.append(
            ConfigurationProblem(file: context.file, line: mark?.line, column: mark?.column, message: message))
    }

    mutating func warn(_ message: String, about path: String) {
        let mark = mark(of: path)
        warnings.append(
            ConfigurationProblem(file: context.file, line: mark?.line, column: mark?.column, message: message))
    }

    mutating func reject(_ facts: KeyFacts, _ quoted: String?, _ message: String, at mark: YAMLMark?) {
        unsound.insert(facts.path)
        let value = quoted.map { ": '\(Shown.text($0))'" } ?? ""
        report("\(Self.named(facts.path))\(value) \(message)", at: mark)
    }

    /// `'interval' in 'joe'`
    static func named(_ path: String) -> String {
        guard let dot = path.lastIndex(of: ".") else { return "'\(path)'" }
        return "'\(path[path.index(after: dot)...])' in '\(path[..<dot])'"
    }

    // MARK: Pieces

    func origin(_ node: YAMLNode, _ variables: [String]) -> SettingDescription.Origin {
        variables.isEmpty
            ? .file(context.file, line: node.mark.line)
            : .environment(variables, file: context.file, line: node.mark.line)
    }

    /// A path that is not there is not shown: perhaps somebody wrote a secret where its file should be named.
    mutating func reject(_ facts: KeyFacts, file path: FilePath, _ fault: RegularFile.Fault, at mark: YAMLMark?) {
        let message =
            fault.isMissing
            ? "names a file that does not exist (relative paths start at \(Shown.text(context.folder.string)))"
            : "names \(Shown.path(path)), which \(fault.message)"
        reject(facts, nil, message, at: mark)
    }

    mutating func describe(_ key: String, _ value: SettingValue, _ origin: SettingDescription.Origin) {
        descriptions.append(SettingDescription(key: key, value: value, origin: origin))
    }

    private mutating func keep<Value>(
        _ value: Value, _ shown: SettingValue, _ facts: KeyFacts, _ origin: SettingDescription.Origin
    ) -> Value {
        describe(facts.path, shown, origin)
        return value
    }

    /// Says more exactly what is in force for a key that was described before.
    mutating func show(_ value: SettingValue, for path: String) {
        guard let index = descriptions.lastIndex(where: { $0.key == path }) else { return }
        descriptions[index].value = value
    }

    private func shown<Element>(_ values: [Element], _ kind: ValueKind<Element>) -> SettingValue {
        .list(values.map { kind.show($0).description })
    }
}
