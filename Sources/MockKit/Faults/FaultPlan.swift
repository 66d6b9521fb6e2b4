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

    /// Checks what only the mock knows: codes of `vendor-error`, and that it carries out delegated faults.
    func check(against mock: any Mock) throws {
        for (index, rule) in rules.enumerated() where rule.mock == nil || rule.mock == mock.name {
            if rule.fault.name == .vendorError, let code = rule.fault.text("code"),
                rule.mock != nil, !mock.vendorErrorCodes.contains(code)
            {
                let allowed = mock.vendorErrorCodes.joined(separator: ", ")
                throw MockError("rules[\(index)]: '\(mock.name)' has no error '\(code)'; one of \(allowed)")
            }
            if rule.fault.name.stage == .delegated, rule.mock != nil, !mock.delegatedFaults.contains(rule.fault.name) {
                throw MockError("rules[\(index)]: '\(mock.name)' does not carry out '\(rule.fault.name.rawValue)'")
            }
        }
    }
}
