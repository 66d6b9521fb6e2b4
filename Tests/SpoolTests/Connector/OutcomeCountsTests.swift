import TestSupport
import Testing

@testable import Spool

@Suite struct OutcomeCountsTests {
    private func report(_ change: (inout PassReport) -> Void) -> PassReport {
        var report = PassReport()
        change(&report)
        return report
    }

    @Test func `a pass that grows is counted once`() {
        let (registry, clock) = (MetricRegistry(), TestClock())
        let counts = OutcomeCounts(registry, now: clock.now)
        counts.observe(.submit, .began)
        counts.observe(.submit, .progressed(report { $0.done = 1 }))
        counts.observe(.submit, .progressed(report { ($0.done, $0.updated) = (3, 1) }))
        clock.advance(by: .seconds(2))
        counts.observe(.submit, .ended(report { ($0.done, $0.updated, $0.failed) = (4, 1, 1) }))
        let values = registry.drain()
        #expect(values.counters[MetricKey(.outcomes, ["submit", "done"])] == 3)
        #expect(values.counters[MetricKey(.outcomes, ["submit", "updated"])] == 1)
        #expect(values.counters[MetricKey(.outcomes, ["submit", "failed"])] == 1)
        #expect(values.counters[MetricKey(.passes, ["submit", "complete"])] == 1)
        #expect(values.histograms[MetricKey(.passDuration, ["submit"])]?.sum == 2)
        counts.observe(.submit, .began)
        counts.observe(.submit, .ended(report { $0.done = 1 }))
        #expect(registry.drain().counters[MetricKey(.outcomes, ["submit", "done"])] == 1)
    }

    @Test func `a halted pass has its reason, one that was told to stop has none`() {
        let registry = MetricRegistry()
        let counts = OutcomeCounts(registry, now: TestClock().now)
        counts.observe(.fetch, .ended(report { $0.halt = Halt(code: "rate-limited", reason: "") }))
        counts.observe(.fetch, .ended(report { $0.halt = .draining }))
        let values = registry.drain()
        #expect(values.counters[MetricKey(.halts, ["fetch", "rate-limited"])] == 1)
        #expect(values.counters.keys.filter { $0.name == MetricSeries.halts.rawValue }.count == 1)
        #expect(values.counters[MetricKey(.passes, ["fetch", "halted"])] == 1)
        #expect(values.counters[MetricKey(.passes, ["fetch", "complete"])] == 1)
    }

    @Test func `fetch tells classes apart, and what is not finished yet is a level`() {
        let registry = MetricRegistry()
        let counts = OutcomeCounts(registry, now: TestClock().now)
        counts.observe(
            .fetch,
            .ended(report { ($0.done, $0.unchanged, $0.unfinished, $0.skipped) = (5, 2, 3, ["encrypted": 1]) }))
        let values = registry.drain()
        #expect(values.counters[MetricKey(.outcomes, ["fetch", "done"])] == 5)
        #expect(values.counters[MetricKey(.outcomes, ["fetch", "unchanged"])] == 2)
        #expect(values.counters[MetricKey(.outcomes, ["fetch", "skipped-encrypted"])] == 1)
        #expect(values.gauges[MetricKey(.unfinished)] == 3)
    }
}
