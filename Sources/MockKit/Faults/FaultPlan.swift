// A whole plan: a seed and rules, from JSON. A wrong plan is refused as a whole, with what is wrong and what
// would be right, because a plan that silently does nothing makes a test that proves nothing.

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
    public init(_ value: JSONValue) throws {
        let members: [String: JSONValue]
        switch value {
        case .array: members = ["rules": value]
        case .object(let object): members = object
        default: throw MockError("a fault plan is an object with 'rules' (and 'seed'), or a list of rules")
        }
        if let unknown = members.keys.sorted().first(where: { $0 != "seed" && $0 != "rules" }) {
            throw MockError("unknown key '\(unknown)' in the fault plan; one of rules, seed")
        }
        if let seed = members["seed"], seed != .null {
            guard let number = seed.integer, number >= 0 else {
                throw MockError("'seed' must be a whole number from 0")
            }
            self.seed = UInt64(number)
        }
        switch members["rules"] {
        case nil, .null: rules = []
        case .array(let list):
            rules = try list.enumerated().map { try FaultRule($1, at: "rules[\($0)]") }
        default: throw MockError("'rules' must be a list")
        }
    }

    /// Reads a JSON document.
    public init(json: some Sequence<UInt8>) throws {
        do {
            try self.init(JSONValue(parsing: json))
        } catch let error as MockError where error.description == "not a JSON document" {
            throw MockError("the fault plan is not a JSON document")
        }
    }

    public init(from decoder: any Decoder) throws {
        try self.init(JSONValue(from: decoder))
    }

    /// The rules that concern a mock, with what only it knows checked: names of mocks, codes of `vendor-error`, and that
    /// it carries out delegated faults. A plan may be for other mocks, too (`companions`, by name): a rule without
    /// `mock` that this one cannot carry out is then somebody else's.
    func rules(for mock: any Mock, companions: [String]) throws -> [FaultRule] {
        try rules.enumerated().compactMap { index, rule in
            if let name = rule.mock, name != mock.name {
                if companions.contains(name) { return nil }
                let names = ([mock.name] + companions.filter { $0 != mock.name }).joined(separator: ", ")
                throw MockError("rules[\(index)]: no mock '\(name)' here; one of \(names)")
            }
            guard let problem = Self.problem(rule, mock) else { return rule }
            if rule.mock == nil && !companions.isEmpty { return nil }
            throw MockError("rules[\(index)]: \(problem)")
        }
    }

    private static func problem(_ rule: FaultRule, _ mock: any Mock) -> String? {
        let fault = rule.fault
        if fault.name == .vendorError, let code = fault.text("code"), !mock.vendorErrorCodes.contains(code) {
            return "'\(mock.name)' has no error '\(code)'; one of \(mock.vendorErrorCodes.joined(separator: ", "))"
        }
        if fault.name.stage == .delegated, !mock.delegatedFaults.contains(fault.name) {
            return "'\(mock.name)' does not carry out '\(fault.name.rawValue)'"
        }
        return nil
    }
}
