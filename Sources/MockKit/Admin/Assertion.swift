// What `/__admin/verify` checks: a name, parameters, and a result that names each offender, so that a failed CI
// job says what went wrong and not only that something did.

/// An assertion that can be asked for.
public struct AssertionKind: Sendable {
    public let name: String
    public let parameters: [String]
    /// Checked when no assertions are named.
    public let isDefault: Bool

    public init(_ name: String, parameters: [String] = [], isDefault: Bool = false) {
        self.name = name
        self.parameters = parameters
        self.isDefault = isDefault
    }
}

/// An assertion as asked for.
public struct Assertion: Sendable, Equatable {
    public let name: String
    public let parameters: [String: JSONValue]

    public init(_ name: String, _ parameters: [String: JSONValue] = [:]) {
        self.name = name
        self.parameters = parameters
    }

    /// Reads `"name"` or `{"assert": "name", …}`.
    init(_ value: JSONValue, known: [AssertionKind]) throws {
        let name = value.string ?? value["assert"]?.string
        guard let name else { throw MockError("an assertion is a name, or an object with 'assert'") }
        guard let kind = known.first(where: { $0.name == name }) else {
            throw MockError("unknown assertion '\(name)'; one of \(known.map(\.name).joined(separator: ", "))")
        }
        var parameters = value.object ?? [:]
        parameters["assert"] = nil
        if let unknown = parameters.keys.sorted().first(where: { !kind.parameters.contains($0) }) {
            let allowed =
                kind.parameters.isEmpty ? "it takes none" : "one of " + kind.parameters.joined(separator: ", ")
            throw MockError("unknown key '\(unknown)' for assertion '\(name)'; \(allowed)")
        }
        self.init(name, parameters)
    }

    /// A whole number among the parameters; throws when it is something else.
    public func integer(_ name: String) throws -> Int? {
        guard let value = parameters[name], value != .null else { return nil }
        guard let number = value.integer, number >= 0 else {
            throw MockError("'\(name)' of assertion '\(self.name)' must be a whole number from 0")
        }
        return number
    }

    /// A text among the parameters.
    public func text(_ name: String) -> String? { parameters[name]?.scalarText }
}

/// What came out.
public struct AssertionResult: Sendable, Equatable {
    public let name: String
    public let passed: Bool
    /// How many things were looked at: an assertion that passed over nothing proves nothing.
    public let checked: Int
    public let offenders: [JSONValue]
    public let summary: String

    public init(_ assertion: Assertion, checked: Int, offenders: [JSONValue], summary: String) {
        name = assertion.name
        passed = offenders.isEmpty
        self.checked = checked
        self.offenders = offenders
        self.summary = summary
    }

    var json: JSONValue {
        [
            "assert": .string(name), "passed": .bool(passed), "checked": .integer(checked),
            "offending": .integer(offenders.count), "offenders": .array(Array(offenders.prefix(100))),
            "summary": .string(summary),
        ]
    }
}

/// All assertions of one question.
public struct Verification: Sendable, Equatable {
    public let results: [AssertionResult]
    public var passed: Bool { results.allSatisfy(\.passed) }

    var json: JSONValue {
        ["passed": .bool(passed), "assertions": .array(results.map(\.json))]
    }
}
