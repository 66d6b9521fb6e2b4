// Assertions that hold for any mock: they look at the journal, the waits and the fault plan.

extension MockServer {
    static let generalAssertions = [
        AssertionKind("waits-honoured", parameters: ["grace", "underWay"], isDefault: true),
        AssertionKind("known-routes"),
        AssertionKind(
            "requests",
            parameters: ["route", "method", "key", "status", "fault", "effect", "minimum", "maximum", "exactly"]),
        AssertionKind("once-per-key", parameters: ["route", "method", "status", "effect", "maximum"]),
        AssertionKind("faults-hit"),
    ]

    /// Everything that can be asserted here.
    public var assertionKinds: [AssertionKind] { Self.generalAssertions + mock.assertions }

    /// Checks the assertions, or those that are checked by default.
    public func verify(_ assertions: [Assertion]? = nil) throws -> Verification {
        let asked = assertions ?? assertionKinds.filter(\.isDefault).map { Assertion($0.name) }
        return Verification(results: try asked.map(check))
    }

    private func check(_ assertion: Assertion) throws -> AssertionResult {
        switch assertion.name {
        case "waits-honoured": try checkWaits(assertion)
        case "known-routes": checkRoutes(assertion)
        case "requests": try checkRequests(assertion)
        case "once-per-key": try checkKeys(assertion)
        case "faults-hit": checkFaults(assertion)
        default: try mock.check(assertion)
        }
    }

    private func checkWaits(_ assertion: Assertion) throws -> AssertionResult {
        let grace = try assertion.integer("grace") ?? 0
        let underWay = try assertion.integer("underWay") ?? 0
        let offences = waits.offences.filter { (grace == 0 || $0.after >= grace) && $0.count > underWay }
        return AssertionResult(
            assertion, checked: waits.refusals,
            offenders: offences.map {
                [
                    "number": .integer($0.number), "refused": .integer($0.refused), "after": .integer($0.after),
                    "early": .integer($0.early),
                ]
            },
            summary: "\(offences.count) requests came before the wait of a 429 was over (\(waits.refusals) refusals)")
    }

    private func checkRoutes(_ assertion: Assertion) -> AssertionResult {
        let entries = journal.entries
        let unknown = entries.filter { $0.route == nil }
        return AssertionResult(
            assertion, checked: entries.count, offenders: unknown.map { $0.json(withTime: false) },
            summary: "\(unknown.count) of \(entries.count) requests matched no route")
    }

    private func filter(_ assertion: Assertion) throws -> JournalFilter {
        JournalFilter(
            route: assertion.text("route"), method: assertion.text("method"), key: assertion.text("key"),
            status: try assertion.integer("status"), fault: assertion.text("fault"), effect: assertion.text("effect"))
    }

    private func checkRequests(_ assertion: Assertion) throws -> AssertionResult {
        let exactly = try assertion.integer("exactly")
        let minimum = try exactly ?? assertion.integer("minimum") ?? 0
        let maximum = try exactly ?? assertion.integer("maximum") ?? Int.max
        let filter = try filter(assertion)
        let entries = journal.entries
        let count = entries.count(where: filter.matches)
        let wanted = maximum == Int.max ? "at least \(minimum)" : "\(minimum) to \(maximum)"
        let offenders: [JSONValue] =
            count < minimum || count > maximum ? [["count": .integer(count), "wanted": .string(wanted)]] : []
        return AssertionResult(
            assertion, checked: entries.count, offenders: offenders, summary: "\(count) requests, \(wanted) wanted")
    }

    private func checkKeys(_ assertion: Assertion) throws -> AssertionResult {
        let maximum = try assertion.integer("maximum") ?? 1
        let filter = try filter(assertion)
        var numbers: [String: [Int]] = [:]
        for entry in journal.entries where filter.matches(entry) {
            if let key = entry.key { numbers[key, default: []].append(entry.number) }
        }
        let offenders = numbers.filter { $0.value.count > maximum }.sorted { $0.key < $1.key }
        return AssertionResult(
            assertion, checked: numbers.count,
            offenders: offenders.map { key, numbers in
                ["key": .string(key), "numbers": .array(numbers.map(JSONValue.integer))]
            },
            summary: "\(offenders.count) of \(numbers.count) keys in more than \(maximum) requests")
    }

    private func checkFaults(_ assertion: Assertion) -> AssertionResult {
        let hits = faults.hits
        let idle = hits.filter { $0.count == 0 }
        return AssertionResult(
            assertion, checked: hits.count,
            offenders: idle.map { .object(["fault": .string($0.rule.fault.name.rawValue)]) },
            summary: "\(idle.count) of \(hits.count) rules hit nothing")
    }
}
