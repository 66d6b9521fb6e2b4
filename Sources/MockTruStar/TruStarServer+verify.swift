// What can be asserted about a client of TruSTAR from what the server has seen.

public import MockKit
import Synchronization

extension TruStarServer {
    public var assertions: [AssertionKind] {
        [
            AssertionKind("created-once", isDefault: true),
            AssertionKind("reports", parameters: ["minimum", "maximum", "exactly"]),
            AssertionKind("tagged", parameters: ["prefixes"]),
            AssertionKind("token-reused", parameters: ["allowed", "margin"]),
        ]
    }

    public func check(_ assertion: Assertion) throws -> AssertionResult {
        switch assertion.name {
        case "created-once": createdOnce(assertion)
        case "reports": try reportCount(assertion)
        case "tagged": try tagged(assertion)
        case "token-reused": try tokenReused(assertion)
        default: throw MockError("unknown assertion '\(assertion.name)'")
        }
    }

    private func createdOnce(_ assertion: Assertion) -> AssertionResult {
        let creations = state.withLock { $0.creations }
        let twice = creations.filter { $0.value != 1 }.sorted { $0.key < $1.key }
        return AssertionResult(
            assertion, checked: creations.count,
            offenders: twice.map { slot, count in
                let parts = slot.split(separator: "|", maxSplits: 1)
                return [
                    "enclave": .string(String(parts.first ?? "")), "externalId": .string(String(parts.last ?? "")),
                    "created": .integer(count),
                ]
            },
            summary: "\(twice.count) of \(creations.count) external ids were created more than once")
    }

    private func reportCount(_ assertion: Assertion) throws -> AssertionResult {
        let count = state.withLock { $0.reports.count }
        let exactly = try assertion.integer("exactly")
        let minimum = try exactly ?? assertion.integer("minimum") ?? 0
        let maximum = try exactly ?? assertion.integer("maximum") ?? Int.max
        let offenders: [JSONValue] =
            (minimum...max(minimum, maximum)).contains(count) ? [] : [["count": .integer(count)]]
        return AssertionResult(assertion, checked: count, offenders: offenders, summary: "\(count) reports are held")
    }

    /// Each report has exactly one tag for each prefix.
    private func tagged(_ assertion: Assertion) throws -> AssertionResult {
        let given = assertion.parameters["prefixes"]?.array?.compactMap(\.string) ?? []
        guard !given.isEmpty else { throw MockError("assertion 'tagged' needs 'prefixes', a list of texts") }
        let prefixes = given.map { $0.lowercased() }
        let all = state.withLock { $0.all }
        let wrong = all.filter { report in
            prefixes.contains { prefix in report.tags.count { $0.hasPrefix(prefix) } != 1 }
        }
        return AssertionResult(
            assertion, checked: all.count,
            offenders: wrong.map {
                [
                    "id": .string($0.id), "externalId": $0.externalID.map(JSONValue.string) ?? .null,
                    "tags": .array($0.tags.map(JSONValue.string)),
                ]
            },
            summary:
                "\(wrong.count) of \(all.count) reports lack a tag, or have two, for \(prefixes.joined(separator: ", "))"
        )
    }

    /// Nobody asks for a token while one lives with more than `margin` ms (a minute) to go, but `allowed` times.
    private func tokenReused(_ assertion: Assertion) throws -> AssertionResult {
        let margin = try assertion.integer("margin") ?? 60_000
        let allowed = try assertion.integer("allowed") ?? 0
        let (requests, early) = state.withLock { ($0.tokenRequests, $0.earlyTokens) }
        let offenders = early.filter { $0.remaining > margin }.dropFirst(allowed)
        return AssertionResult(
            assertion, checked: requests,
            offenders: offenders.map { ["number": .integer($0.number), "remaining": .integer($0.remaining)] },
            summary: "\(offenders.count) of \(requests) tokens were asked for while one lived")
    }
}
