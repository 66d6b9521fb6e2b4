// One value of one series: its name with its labels, and what is known of it.

/// Which value: name and labels.
package struct MetricKey: Sendable, Hashable, Comparable, Codable {
    package let name: String
    /// Pairs of name and value.
    package let labels: [[String]]

    package init(_ name: String, _ labels: [(String, String)] = []) {
        self.name = name
        self.labels = labels.map { [$0.0, $0.1] }
    }

    package init(_ series: MetricSeries, _ values: [String] = []) {
        precondition(values.count == series.labels.count, "\(series.rawValue) has other labels")
        self.init(series.rawValue, Array(zip(series.labels, values)))
    }

    package static func < (left: MetricKey, right: MetricKey) -> Bool {
        if left.name != right.name { return left.name < right.name }
        return left.labels.joined().lexicographicallyPrecedes(right.labels.joined())
    }
}

/// Observations sorted into buckets.
package struct MetricHistogram: Sendable, Equatable, Codable {
    package private(set) var bounds: [Double]
    /// One for each bound, and one for what is above all of them; not added up.
    package private(set) var counts: [UInt64]
    package private(set) var sum: Double

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
        sum = 0
    }

    package mutating func observe(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        counts[index] &+= 1
        sum += value
    }

    /// Adds another one's observations; one with other bounds starts afresh, since its buckets mean something else.
    package mutating func add(_ other: MetricHistogram) {
        guard bounds == other.bounds, counts.count == other.counts.count else {
            self = other
            return
        }
        for index in counts.indices { counts[index] &+= other.counts[index] }
        sum += other.sum
    }

    /// Whether it is what `init` and `observe` make: it may come from a file.
    var isSound: Bool {
        counts.count == bounds.count + 1 && sum.isFinite && bounds.allSatisfy(\.isFinite)
            && zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
    }
}

/// What was counted, set and observed.
package struct MetricValues: Sendable, Equatable {
    package var counters: [MetricKey: Double] = [:]
    package var gauges: [MetricKey: Double] = [:]
    package var histograms: [MetricKey: MetricHistogram] = [:]

    package init() {}

    package var isEmpty: Bool { counters.isEmpty && gauges.isEmpty && histograms.isEmpty }

    /// Adds what came later: counts add up, gauges are replaced.
    package mutating func add(_ later: MetricValues) {
        counters.merge(later.counters, uniquingKeysWith: +)
        gauges.merge(later.gauges) { $1 }
        for (key, histogram) in later.histograms {
            if var known = histograms[key] {
                known.add(histogram)
                histograms[key] = known
            } else {
                histograms[key] = histogram
            }
        }
    }
}
