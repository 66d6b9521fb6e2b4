// What all processes of one spool have counted so far: one file, `stages/metrics.json`, that each adds to.
//
// Three cron lines, a `run`, a restart: whoever counts adds what is new since it last wrote, under a lock, so that
// counters grow steadily however the stages are run, and no two files ever hold the same series. Advisory like all in
// `stages/`: if it is lost or damaged, counting starts again at nought, which Prometheus takes for a restart.

import FoundationEssentials
import SystemPackage

package struct MetricTotals: Sendable {
    private let file: FilePath
    private let lockFile: FilePath

    package init(of spool: SpoolStore) {
        file = spool.layout.metrics
        lockFile = spool.layout.metricsLock
    }

    /// Adds to the file and returns the sum; nil if another process holds the lock at this moment.
    package func add(_ values: MetricValues) throws(FileError) -> MetricValues? {
        let lock = try OpenFile(lockFile, .readWrite)
        guard try lock.tryLock() else { return nil }
        var sum = read()
        guard !values.isEmpty else { return sum }
        sum.add(values)
        try WholeFile.replace(file, with: Self.encoded(sum))
        withExtendedLifetime(lock) {}
        return sum
    }

    /// Without adding, without a lock.
    package func read() -> MetricValues {
        // Advisory: what cannot be read counts as not there.
        guard let bytes = try? WholeFile.read(file, limit: 4 << 20) else { return MetricValues() }
        return Self.decoded(bytes)
    }

    private struct Record: Codable {
        struct Number: Codable {
            var key: MetricKey
            var value: Double
        }
        struct Distribution: Codable {
            var key: MetricKey
            var value: MetricHistogram
        }
        var counters: [Number]
        var gauges: [Number]
        var histograms: [Distribution]
    }

    static func encoded(_ values: MetricValues) throws(FileError) -> [UInt8] {
        func numbers(_ values: [MetricKey: Double]) -> [Record.Number] {
            values.sorted { $0.key < $1.key }.map { Record.Number(key: $0.key, value: $0.value) }
        }
        let record = Record(
            counters: numbers(values.counters), gauges: numbers(values.gauges),
            histograms: values.histograms.sorted { $0.key < $1.key }
                .map { Record.Distribution(key: $0.key, value: $0.value) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Numbers that JSON cannot say never come in (`MetricRegistry`); a sum may still have grown beyond all bounds.
        guard let data = try? encoder.encode(record) else { return Array("{}\n".utf8) }
        return Array(data) + [0x0a]
    }

    /// Only series that this version knows, with the labels that it gives them: another version may have written it.
    static func decoded(_ bytes: [UInt8]) -> MetricValues {
        // Advisory, as above.
        guard let record = try? JSONDecoder().decode(Record.self, from: Data(bytes)) else { return MetricValues() }
        func isKnown(_ key: MetricKey, _ kind: MetricSeries.Kind) -> Bool {
            guard let series = MetricSeries(rawValue: key.name), series.kind == kind else { return false }
            return key.labels.allSatisfy { $0.count == 2 } && key.labels.map(\.[0]) == series.labels
        }
        func numbers(_ numbers: [Record.Number], _ kind: MetricSeries.Kind) -> [MetricKey: Double] {
            Dictionary(
                numbers.filter { isKnown($0.key, kind) && $0.value.isFinite }.map { ($0.key, $0.value) },
                uniquingKeysWith: { $1 })
        }
        var values = MetricValues()
        values.counters = numbers(record.counters, .counter).filter { $0.value >= 0 }
        values.gauges = numbers(record.gauges, .gauge)
        for item in record.histograms where isKnown(item.key, .histogram) && item.value.isSound {
            guard MetricSeries(rawValue: item.key.name)?.bounds == item.value.bounds else { continue }
            values.histograms[item.key] = item.value
        }
        return values
    }
}
