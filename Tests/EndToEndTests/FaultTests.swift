// The whole pipeline under each named fault, and under random mixes of them.

import Glibc
import MockKit
import MockTruStar
import Testing

@Suite struct FaultTests {
    /// Each fault hits the first calls of every object, on both servers; then the weather clears.
    @Test(arguments: FaultName.allCases)
    func `each analysis arrives once, whatever hits its first calls`(name: FaultName) async throws {
        var rule = FaultRule(Fault(name, Self.parameters(name)))
        rule.perKey = true
        rule.first = 1
        let hangs = name == .hang || name == .hangAfter
        try await withScene(
            analyses: name == .rateLimited ? 24 : 6, faults: FaultPlan(rules: [rule]), timeout: hangs ? "1s" : "3s"
        ) {
            (scene) async throws in
            try await scene.rounds(limit: 25)
            try Oracle.check(scene, "\(name.rawValue)")
        }
    }

    /// Every fault by chance, few and far between, on a TruSTAR that shows new reports at once or half a minute late, with
    /// passes seconds, minutes and hours apart. `SPOOL_WEATHER=100` tries the first hundred seeds, `SPOOL_WEATHER=42-42` one.
    @Test(arguments: Weather.seeds)
    func `each analysis arrives once in any weather`(seed: UInt64) async throws {
        var chance = SeededRandom(seed: seed, "weather")
        let rules = FaultName.allCases.map { name in
            var rule = FaultRule(Fault(name, Self.parameters(name)))
            rule.probability = 0.005 + chance.unit() / 40
            rule.times = 3
            return rule
        }
        let delay = chance.next() % 2 == 0 ? 0 : 30_000
        let steps = (0..<100).map { _ in
            [Duration.seconds(5), .seconds(61), .seconds(600), .seconds(3600)].randomElement(using: &chance)
                ?? .seconds(5)
        }
        try await withScene(
            analyses: 8, seed: seed, faults: FaultPlan(seed: seed, rules: rules), timeout: "1s",
            change: { $0.visibilityDelay = delay }
        ) { (scene) async throws in
            try await scene.rounds(limit: 100) { steps[$0] }
            try Oracle.check(scene, "seed \(seed)")
        }
    }

    /// The condition of the promise (docs/SPOOL.md), from both sides: look-ups see what was accepted `settle` ago, a minute here.
    /// Where they do not, no client can know better than to send a second time.
    @Test(arguments: [(30, 1), (7200, 2)])
    func `a look-up that is blind for less than settle makes no second report`(seconds: Int, made: Int) async throws {
        var lost = FaultRule(Fault(.resetAfter), route: "POST /api/1.3/reports")
        lost.first = 1
        let blind = FaultRule(Fault(.notReady, ["seconds": .integer(seconds)]), route: "GET /api/1.3/reports/{id}")
        try await withScene(analyses: 4, faults: FaultPlan(rules: [lost, blind])) { (scene) async throws in
            try await scene.rounds(limit: 20) { _ in .seconds(61) }
            #expect(scene.trustar.reports.map(\.createdCount).max() == made)
        }
    }

    private static func parameters(_ name: FaultName) -> [String: MockKit.JSONValue] {
        switch name {
        case .latency: ["milliseconds": 20]
        case .clockSkew: ["seconds": 120]
        case .slowBody: ["bytesPerSecond": 5_000_000]
        case .status: ["status": 503]
        case .vendorError: ["code": "5"]
        case .rateLimited: ["waitTime": 1500]
        case .hang, .hangAfter: ["seconds": 4]
        case .internalError, .badGateway, .unavailable, .gatewayTimeout, .tokenExpired, .wrongCredentials, .loginPage,
            .loginRedirect, .resetBefore, .closeBefore, .notHTTP, .resetAfter, .closeAfter, .answerLost, .truncated,
            .truncatedChunked, .truncatedSilently, .wrongLength, .emptyBody, .nullBody, .invalidJSON, .wrongContentType,
            .listingChanges, .duplicateItems, .notReady:
            [:]
        }
    }
}

/// Which random mixes are tried.
enum Weather {
    static let seeds: [UInt64] = {
        let asked = getenv("SPOOL_WEATHER").map { String(cString: $0) } ?? ""
        let numbers = asked.split(separator: "-").compactMap { UInt64($0) }
        switch (numbers.first, numbers.last) {
        case (let only?, _) where numbers.count == 1: return Array(1...max(1, only))
        case (let first?, let last?) where first <= last: return Array(first...last)
        case (_, _): return Array(1...6)
        }
    }()
}
