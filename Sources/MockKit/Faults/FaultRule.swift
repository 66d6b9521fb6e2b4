// One rule of a plan: which requests it looks at, which of those it hits, and what happens to them.
//
// `route`, `key` and `mock` choose the requests. Of those chosen, `after` lets the first pass untouched, `first`
// and `every` count, `probability` decides by chance from the plan's seed, `from`/`until` bound the time (seconds
// since the plan was put in place, on the virtual clock), and `times` ends the rule after so many hits. With
// `per: "key"` all counts run separately for each key. Conditions that are given must all hold.

/// A rule.
public struct FaultRule: Sendable, Equatable {
    public var fault: Fault
    public var mock: String?
    public var route: String?
    public var key: String?
    public var perKey = false
    public var first: Int?
    public var every: Int?
    public var after: Int?
    public var times: Int?
    public var probability: Double?
    public var from: Double?
    public var until: Double?

    public init(_ fault: Fault, route: String? = nil, key: String? = nil) {
        self.fault = fault
        self.route = route
        self.key = key
    }

    static let selectors = [
        "after", "every", "fault", "first", "from", "key", "mock", "per", "probability", "route", "times", "until",
    ]
}

extension FaultRule {
    /// Reads a rule; throws what is wrong with it first.
    init(_ value: JSONValue) throws(FaultPlanError) {
        guard let members = value.object else { throw FaultPlanError("a rule is an object") }
        guard let text = members["fault"]?.string else {
            throw FaultPlanError("'fault' is missing; one of \(FaultName.listing)")
        }
        guard let name = FaultName(rawValue: text) else {
            throw FaultPlanError("unknown fault '\(text)'; one of \(FaultName.listing)", member: "fault")
        }
        var parameters: [String: JSONValue] = [:]
        for (member, value) in members.sorted(by: { $0.key < $1.key }) where !Self.selectors.contains(member) {
            guard let parameter = name.parameters.first(where: { $0.name == member }) else {
                let allowed = (name.parameters.map(\.name) + Self.selectors).joined(separator: ", ")
                throw FaultPlanError(
                    "unknown key '\(member)' for fault '\(text)'; one of \(allowed)", member: member, isName: true)
            }
            guard parameter.accepts(value) else {
                throw FaultPlanError("'\(member)' must be \(parameter.expectation)", member: member)
            }
            parameters[member] = value
        }
        for parameter in name.parameters where parameter.isRequired && parameters[parameter.name] == nil {
            throw FaultPlanError("fault '\(text)' needs '\(parameter.name)', \(parameter.expectation)", member: "fault")
        }
        self.init(Fault(name, parameters))
        try readSelectors(members)
    }

    private mutating func readSelectors(_ members: [String: JSONValue]) throws(FaultPlanError) {
        mock = try Self.text(members["mock"], "mock")
        route = try Self.text(members["route"], "route")
        key = try Self.text(members["key"], "key")
        first = try Self.count(members["first"], "first")
        every = try Self.count(members["every"], "every")
        after = try Self.count(members["after"], "after")
        times = try Self.count(members["times"], "times")
        from = try Self.seconds(members["from"], "from")
        until = try Self.seconds(members["until"], "until")
        if let value = members["probability"] {
            guard let number = value.double, (0...1).contains(number) else {
                throw FaultPlanError("'probability' must be a number from 0 to 1", member: "probability")
            }
            probability = number
        }
        if every == 0 { throw FaultPlanError("'every' must be 1 or more", member: "every") }
        switch members["per"] {
        case nil, .string("rule"): perKey = false
        case .string("key"): perKey = true
        case .some: throw FaultPlanError("'per' must be 'key' or 'rule'", member: "per")
        }
    }

    private static func text(_ value: JSONValue?, _ name: String) throws(FaultPlanError) -> String? {
        guard let value else { return nil }
        guard let text = value.scalarText else { throw FaultPlanError("'\(name)' must be a text", member: name) }
        return text
    }

    private static func count(_ value: JSONValue?, _ name: String) throws(FaultPlanError) -> Int? {
        guard let value else { return nil }
        guard let count = value.integer, (0...1_000_000_000).contains(count) else {
            throw FaultPlanError("'\(name)' must be a whole number from 0", member: name)
        }
        return count
    }

    /// `90`, `"90s"`, `"2m"`, `"250ms"`, `"1h"`.
    private static func seconds(_ value: JSONValue?, _ name: String) throws(FaultPlanError) -> Double? {
        guard let value else { return nil }
        if let number = value.double, number >= 0, number < 1e9 { return number }
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
        if let text = value.string {
            for (unit, factor) in units where text.hasSuffix(unit) {
                if let number = Double(text.dropLast(unit.count)), number >= 0, number < 1e6 { return number * factor }
            }
        }
        throw FaultPlanError("'\(name)' must be a duration such as 90, \"90s\" or \"2m\"", member: name)
    }
}

extension FaultName {
    static var listing: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
