// Gathers indicators over a whole report in bounded memory: values up to the limit, of the rest only how many they are.
//
// When there are too many, kinds that are rare and hard to replace go first (Bitcoin, CVE, e-mail, IP, hashes, domains,
// URLs); within a kind what comes first in the report. The result is in the order of the report, each value once.

/// Collects distinct indicators.
struct IndicatorCollector {
    /// What was found in a whole report.
    struct Result: Equatable {
        var kept: [Indicator]
        var leftOut: Int
        /// False when there were so many that they were no longer told apart.
        var isExact: Bool
    }

    private let limit: Int
    private var ordinals: [Indicator: Int] = [:]
    private var counts: [IndicatorType: Int] = [:]
    private var others: Set<UInt64> = []
    private var isExact = true

    /// How many distinct values beyond the limit are told apart, eight bytes each.
    private static let longestMemory = 1 << 19

    init(limit: Int) {
        self.limit = max(0, limit)
    }

    mutating func add(_ indicator: Indicator) {
        // Nothing more to learn: this kind is full, and the rest is no longer counted.
        if !isExact, counts[indicator.type, default: 0] >= limit { return }
        if ordinals[indicator] != nil { return }
        if counts[indicator.type, default: 0] < limit {
            counts[indicator.type, default: 0] += 1
            ordinals[indicator] = ordinals.count
        } else if others.count < Self.longestMemory {
            others.insert(Self.fingerprint(indicator))
        } else if !others.contains(Self.fingerprint(indicator)) {
            isExact = false
        }
    }

    var result: Result {
        let inOrder = ordinals.sorted { $0.value < $1.value }
        guard inOrder.count > limit else {
            return Result(kept: inOrder.map(\.key), leftOut: others.count, isExact: isExact)
        }
        let ranked = inOrder.sorted { ($0.key.type.rank, $0.value) < ($1.key.type.rank, $1.value) }
        let kept = ranked.prefix(limit).sorted { $0.value < $1.value }.map(\.key)
        return Result(kept: kept, leftOut: inOrder.count - limit + others.count, isExact: isExact)
    }

    /// FNV-1a: the same in every process, unlike Swift's own hashing.
    private static func fingerprint(_ indicator: Indicator) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in indicator.type.rawValue.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for byte in indicator.value.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
