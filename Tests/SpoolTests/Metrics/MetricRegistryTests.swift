import Metrics
import Testing

@testable import Spool

@Suite struct MetricRegistryTests {
    @Test func `it is a backend for the metrics of swift-metrics`() {
        let registry = MetricRegistry()
        Counter(
            label: "spoolctl_outcomes_total", dimensions: [("stage", "map"), ("outcome", "done")], factory: registry
        )
        .increment(by: 2)
        FloatingPointCounter(label: "spoolctl_passes_total", dimensions: [], factory: registry).increment(by: 0.5)
        let gauge = Gauge(label: "spoolctl_unfinished_analyses", dimensions: [], factory: registry)
        gauge.record(7)
        let meter = Meter(label: "spoolctl_filesystem_free_bytes", dimensions: [], factory: registry)
        meter.set(10)
        meter.decrement(by: 4)
        Recorder(label: "spoolctl_pass_duration_seconds", dimensions: [], aggregate: true, factory: registry).record(
            2.0)
        Metrics.Timer(label: "spoolctl_fsync_duration_seconds", dimensions: [], factory: registry)
            .recordNanoseconds(20_000_000)
        let values = registry.drain()
        #expect(values.counters[MetricKey(.outcomes, ["map", "done"])] == 2)
        #expect(values.counters[MetricKey("spoolctl_passes_total")] == 0.5)
        #expect(values.gauges[MetricKey(.unfinished)] == 7)
        #expect(values.gauges[MetricKey(.freeBytes)] == 6)
        #expect(values.histograms[MetricKey("spoolctl_pass_duration_seconds")]?.sum == 2)
        #expect(values.histograms[MetricKey(.fsyncDuration)]?.sum == 0.02)
    }

    @Test func `what was given away is not given away again, what comes back is`() {
        let registry = MetricRegistry()
        registry.count(.outcomes, ["map", "done"], by: 2)
        let first = registry.drain()
        #expect(registry.drain().isEmpty)
        registry.count(.outcomes, ["map", "done"])
        registry.restore(first)
        #expect(registry.drain().counters[MetricKey(.outcomes, ["map", "done"])] == 3)
    }

    @Test func `a gauge that moves goes on from where it stood, given away or not`() {
        let registry = MetricRegistry()
        let meter = Meter(label: "spoolctl_unfinished_analyses", dimensions: [], factory: registry)
        meter.set(10)
        _ = registry.drain()
        meter.increment(by: 1)
        #expect(registry.drain().gauges[MetricKey(.unfinished)] == 11)
    }

    @Test func `nothing that is no number gets in`() {
        let registry = MetricRegistry()
        registry.set(.unfinished, to: .nan)
        FloatingPointCounter(label: "spoolctl_passes_total", dimensions: [], factory: registry).increment(
            by: Double.infinity)
        Recorder(label: "spoolctl_pass_duration_seconds", dimensions: [], factory: registry).record(Double.nan)
        let values = registry.drain()
        #expect(values.gauges.isEmpty && values.counters.isEmpty)
        #expect(values.histograms.values.allSatisfy { $0.sum == 0 })
    }
}
