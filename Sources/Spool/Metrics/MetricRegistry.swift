// Our backend for swift-metrics: it keeps what was counted since it was last asked, and gives it away once. Where the
// numbers go from here is MetricTotals.swift, since several processes of one spool count together.
//
// Handed to each `Counter`, `Meter` and `Timer` by the one who makes it, not put into the process by
// `MetricsSystem.bootstrap`: a test has its own beside others.

package import Metrics
import Synchronization

package final class MetricRegistry: MetricsFactory, Sendable {
    private struct State {
        /// What nobody was given yet.
        var fresh = MetricValues()
        /// Where each gauge stands, given away or not.
        var levels: [MetricKey: Double] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Everything since the last time, which then counts as given away.
    package func drain() -> MetricValues {
        state.withLock { state in
            defer { state.fresh = MetricValues() }
            return state.fresh
        }
    }

    /// Takes back what could not be given away.
    package func restore(_ earlier: MetricValues) {
        state.withLock { state in
            var all = earlier
            all.add(state.fresh)
            state.fresh = all
        }
    }

    // MARK: swift-metrics

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        CountHandler(MetricKey(label, dimensions), self)
    }

    package func makeFloatingPointCounter(label: String, dimensions: [(String, String)])
        -> any FloatingPointCounterHandler
    {
        CountHandler(MetricKey(label, dimensions), self)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        GaugeHandler(MetricKey(label, dimensions), self)
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate
            ? HistogramHandler(MetricKey(label, dimensions), self) : GaugeHandler(MetricKey(label, dimensions), self)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        HistogramHandler(MetricKey(label, dimensions), self)
    }

    /// Handlers hold nothing, and what was counted stays true.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    // MARK: Handlers

    private func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    private final class CountHandler: CounterHandler, FloatingPointCounterHandler {
        private let key: MetricKey
        private let registry: MetricRegistry

        init(_ key: MetricKey, _ registry: MetricRegistry) {
            self.key = key
            self.registry = registry
        }

        func increment(by amount: Int64) { increment(by: Double(amount)) }

        func increment(by amount: Double) {
            // A counter never falls.
            guard amount.isFinite, amount >= 0 else { return }
            registry.change { $0.fresh.counters[key, default: 0] += amount }
        }

        func reset() { registry.change { $0.fresh.counters[key] = nil } }
    }

    private final class GaugeHandler: MeterHandler, RecorderHandler {
        private let key: MetricKey
        private let registry: MetricRegistry

        init(_ key: MetricKey, _ registry: MetricRegistry) {
            self.key = key
            self.registry = registry
        }

        func set(_ value: Int64) { set(Double(value)) }
        func set(_ value: Double) { change { _ in value } }
        func increment(by amount: Double) { change { $0 + amount } }
        func decrement(by amount: Double) { change { $0 - amount } }
        func record(_ value: Int64) { set(Double(value)) }
        func record(_ value: Double) { set(value) }

        private func change(_ body: (Double) -> Double) {
            registry.change { state in
                let value = body(state.levels[key, default: 0])
                guard value.isFinite else { return }
                state.levels[key] = value
                state.fresh.gauges[key] = value
            }
        }
    }

    /// Distributions; what comes in nanoseconds is kept in seconds.
    private final class HistogramHandler: RecorderHandler, TimerHandler {
        private let key: MetricKey
        private let registry: MetricRegistry

        init(_ key: MetricKey, _ registry: MetricRegistry) {
            self.key = key
            self.registry = registry
        }

        func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
        func record(_ value: Int64) { record(Double(value)) }

        func record(_ value: Double) {
            let bounds = (MetricSeries(rawValue: key.name) ?? .requestDuration).bounds
            registry.change { $0.fresh.histograms[key, default: MetricHistogram(bounds: bounds)].observe(value) }
        }
    }
}

extension MetricRegistry {
    package func count(_ series: MetricSeries, _ labels: [String], by amount: Int = 1) {
        guard amount > 0 else { return }
        Counter(label: series.rawValue, dimensions: pairs(series, labels), factory: self).increment(by: amount)
    }

    package func set(_ series: MetricSeries, _ labels: [String] = [], to value: Double) {
        Meter(label: series.rawValue, dimensions: pairs(series, labels), factory: self).set(value)
    }

    package func observe(_ series: MetricSeries, _ labels: [String], _ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
        Timer(label: series.rawValue, dimensions: pairs(series, labels), factory: self)
            .recordNanoseconds(Int64(min(max(0, nanoseconds), 9e18)))
    }

    private func pairs(_ series: MetricSeries, _ values: [String]) -> [(String, String)] {
        precondition(values.count == series.labels.count, "\(series.rawValue) has other labels")
        return Array(zip(series.labels, values))
    }
}
