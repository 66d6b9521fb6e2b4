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
    /// Reads a rule; each complaint begins with `place` (`rules[2]`).
    init(_ value: JSONValue, at place: String) throws {
        guard let members = value.object else { throw MockError("\(place): a rule is an object") }
        guard let text = members["fault"]?.string else {
            throw MockError("\(place): 'fault' is missing; one of \(FaultName.listing)")
        }
        guard let name = FaultName(rawValue: text) else {
            throw MockError("\(place): unknown fault '\(text)'; one of \(FaultName.listing)")
        }
        var parameters: [String: JSONValue] = [:]
        for (member, value) in members.sorted(by: { $0.key < $1.key }) where !Self.selectors.contains(member) {
            guard let parameter = name.parameters.first(where: { $0.name == member }) else {
                let allowed = (name.parameters.map(\.name) + Self.selectors).joined(separator: ", ")
                throw MockError("\(place): unknown key '\(member)' for fault '\(text)'; one of \(allowed)")
            }
            guard parameter.accepts(value) else {
                throw MockError("\(place): '\(member)' must be \(parameter.expectation)")
            }
            parameters[member] = value
        }
        for parameter in name.parameters where parameter.isRequired && parameters[parameter.name] == nil {
            throw MockError("\(place): fault '\(text)' needs '\(parameter.name)', \(parameter.expectation)")
        }
        self.init(Fault(name, parameters))
        try readSelectors(members, at: place)
    }

    private mutating func readSelectors(_ members: [String: JSONValue], at place: String) throws {
        mock = try Self.text(members["mock"], "mock", place)
        route = try Self.text(members["route"], "route", place)
        key = try Self.text(members["key"], "key", place)
        first = try Self.count(members["first"], "first", place)
        every = try Self.count(members["every"], "every", place)
        after = try Self.count(members["after"], "after", place)
        times = try Self.count(members["times"], "times", place)
        from = try Self.seconds(members["from"], "from", place)
        until = try Self.seconds(members["until"], "until", place)
        if let value = members["probability"] {
            guard let number = value.double, (0...1).contains(number) else {
                throw MockError("\(place): 'probability' must be a number from 0 to 1")
            }
            probability = number
        }
        if every == 0 { throw MockError("\(place): 'every' must be 1 or more") }
        switch members["per"] {
        case nil, .string("rule"): perKey = false
        case .string("key"): perKey = true
        default: throw MockError("\(place): 'per' must be 'key' or 'rule'")
        }
    }

    private static func text(_ value: JSONValue?, _ name: String, _ place: String) throws -> String? {
        guard let value else { return nil }
        guard let text = value.scalarText else { throw MockError("\(place): '\(name)' must be a text") }
        return text
    }

    private static func count(_ value: JSONValue?, _ name: String, _ place: String) throws -> Int? {
        guard let value else { return nil }
        guard let count = value.integer, (0...1_000_000_000).contains(count) else {
            throw MockError("\(place): '\(name)' must be a whole number from 0")
        }
        return count
    }

    /// `90`, `"90s"`, `"2m"`, `"250ms"`, `"1h"`.
    private static func seconds(_ value: JSONValue?, _ name: String, _ place: String) throws -> Double? {
        guard let value else { return nil }
        if let number = value.double, number >= 0, number < 1e9 { return number }
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
        if let text = value.string {
            for (unit, factor) in units where text.hasSuffix(unit) {
                if let number = Double(text.dropLast(unit.count)), number >= 0, number < 1e6 { return number * factor }
            }
        }
        throw MockError("\(place): '\(name)' must be a duration such as 90, \"90s\" or \"2m\"")
    }
}

extension FaultName {
    static var listing: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
