// A whole plan: a seed and rules, from a document (JSON, or YAML that somebody else has read). A wrong plan is refused as a
// whole, with everything that is wrong and what would be right, because a plan that silently does nothing makes a test
// that proves nothing.

/// What goes wrong, when.
public struct FaultPlan: Sendable, Equatable, Decodable {
    /// Seed of all chance in this plan; nil takes the server's.
    public var seed: UInt64?
    public var rules: [FaultRule]

    public init(seed: UInt64? = nil, rules: [FaultRule] = []) {
        self.seed = seed
        self.rules = rules
    }

    /// Reads `{"seed": 7, "rules": [{"fault": "status", "status": 503, "route": "POST /api/*", "first": 2}]}`;
    /// a bare list is a list of rules.
    ///
    /// - Throws: ``FaultPlanError`` with all that is wrong.
    public init(_ value: JSONValue) throws {
        let members: [String: JSONValue]
        switch value {
        case .array: members = ["rules": value]
        case .object(let object): members = object
        case .null, .bool, .integer, .number, .string:
            throw FaultPlanError("a fault plan is an object with 'rules' (and 'seed'), or a list of rules")
        }
        var problems: [FaultPlanError.Problem] = []
        for name in members.keys.sorted() where name != "seed" && name != "rules" {
            let message = "unknown key '\(name)' in the fault plan; one of rules, seed"
            problems += FaultPlanError(message, member: name, isName: true).problems
        }
        if let seed = members["seed"], seed != .null {
            if let number = seed.integer, number >= 0 {
                self.seed = UInt64(number)
            } else {
                problems += FaultPlanError("'seed' must be a whole number from 0", member: "seed").problems
            }
        }
        rules = Self.rules(members["rules"], &problems)
        if !problems.isEmpty { throw FaultPlanError(problems) }
    }

    private static func rules(_ value: JSONValue?, _ problems: inout [FaultPlanError.Problem]) -> [FaultRule] {
        switch value {
        case nil, .null: return []
        case .array(let list):
            return list.enumerated().compactMap { index, item in
                do throws(FaultPlanError) {
                    return try FaultRule(item)
                } catch {
                    problems += error.inRule(index)
                    return nil
                }
            }
        case .bool, .integer, .number, .string, .object:
            problems += FaultPlanError("'rules' must be a list", member: "rules").problems
            return []
        }
    }

    /// Reads a JSON document.
    public init(json: some Sequence<UInt8>) throws {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: json)
        } catch {
            throw FaultPlanError("the fault plan is not a JSON document")
        }
        try self.init(document)
    }

    public init(from decoder: any Decoder) throws {
        try self.init(JSONValue(from: decoder))
    }

    /// The rules that concern a mock, with what only it knows checked: names of mocks, codes of `vendor-error`, and that
    /// it carries out delegated faults. A plan may be for other mocks, too (`companions`, by name): a rule without
    /// `mock` that this one cannot carry out is then somebody else's.
    func rules(for mock: any Mock, companions: [String]) throws(FaultPlanError) -> [FaultRule] {
        var problems: [FaultPlanError.Problem] = []
        var kept: [FaultRule] = []
        for (index, rule) in rules.enumerated() {
            if let name = rule.mock, name != mock.name {
                guard !companions.contains(name) else { continue }
                problems += Self.stranger(name, [mock.name] + companions).inRule(index)
            } else if let problem = Self.problem(rule, mock) {
                if rule.mock == nil && !companions.isEmpty { continue }
                problems += problem.inRule(index)
            } else {
                kept.append(rule)
            }
        }
        if !problems.isEmpty { throw FaultPlanError(problems) }
        return kept
    }

    /// Checks that each rule is one for at least one of these, which together are all that the plan is for.
    public func check(for mocks: [any Mock]) throws(FaultPlanError) {
        var problems: [FaultPlanError.Problem] = []
        for (index, rule) in rules.enumerated() {
            let meant = mocks.filter { rule.mock == nil || $0.name == rule.mock }
            if meant.isEmpty {
                problems += Self.stranger(rule.mock ?? "", mocks.map(\.name)).inRule(index)
                continue
            }
            let objections = meant.map { Self.problem(rule, $0) }
            guard objections.allSatisfy({ $0 != nil }), let first = objections.first.flatMap(\.self) else { continue }
            problems += first.inRule(index)
        }
        if !problems.isEmpty { throw FaultPlanError(problems) }
    }

    private static func stranger(_ name: String, _ known: [String]) -> FaultPlanError {
        var names: [String] = []
        for name in known where !names.contains(name) { names.append(name) }
        return FaultPlanError("no mock '\(name)' here; one of \(names.joined(separator: ", "))", member: "mock")
    }

    private static func problem(_ rule: FaultRule, _ mock: any Mock) -> FaultPlanError? {
        let fault = rule.fault
        if fault.name == .vendorError, let code = fault.text("code"), !mock.vendorErrorCodes.contains(code) {
            let codes = mock.vendorErrorCodes.joined(separator: ", ")
            return FaultPlanError("'\(mock.name)' has no error '\(code)'; one of \(codes)", member: "code")
        }
        if fault.name.stage == .delegated, !mock.delegatedFaults.contains(fault.name) {
            return FaultPlanError("'\(mock.name)' does not carry out '\(fault.name.rawValue)'", member: "fault")
        }
        return nil
    }
}
