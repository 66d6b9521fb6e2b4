import TestSupport
import Testing

@testable import Spool

@Suite struct PrometheusTextTests {
    @Test func `counters, gauges and histograms look as the format wants them`() {
        let registry = MetricRegistry()
        registry.count(.outcomes, ["map", "done"], by: 3)
        registry.count(.outcomes, ["fetch", "failed"])
        registry.set(.unfinished, to: 2.5)
        registry.observe(.fsyncDuration, [], .milliseconds(3))
        registry.observe(.fsyncDuration, [], .seconds(9))
        #expect(
            PrometheusText.render(registry.drain()) == """
                # HELP spoolctl_fsync_duration_seconds How long syncing a file or folder to disk took.
                # TYPE spoolctl_fsync_duration_seconds histogram
                spoolctl_fsync_duration_seconds_bucket{le="0.0005"} 0
                spoolctl_fsync_duration_seconds_bucket{le="0.001"} 0
                spoolctl_fsync_duration_seconds_bucket{le="0.0025"} 0
                spoolctl_fsync_duration_seconds_bucket{le="0.005"} 1
                spoolctl_fsync_duration_seconds_bucket{le="0.01"} 1
                spoolctl_fsync_duration_seconds_bucket{le="0.025"} 1
                spoolctl_fsync_duration_seconds_bucket{le="0.05"} 1
                spoolctl_fsync_duration_seconds_bucket{le="0.1"} 1
                spoolctl_fsync_duration_seconds_bucket{le="0.25"} 1
                spoolctl_fsync_duration_seconds_bucket{le="0.5"} 1
                spoolctl_fsync_duration_seconds_bucket{le="1"} 1
                spoolctl_fsync_duration_seconds_bucket{le="2.5"} 1
                spoolctl_fsync_duration_seconds_bucket{le="+Inf"} 2
                spoolctl_fsync_duration_seconds_sum 9.003
                spoolctl_fsync_duration_seconds_count 2
                # HELP spoolctl_outcomes_total How the work on an entry ended.
                # TYPE spoolctl_outcomes_total counter
                spoolctl_outcomes_total{stage="fetch",outcome="failed"} 1
                spoolctl_outcomes_total{stage="map",outcome="done"} 3
                # HELP spoolctl_unfinished_analyses Analyses that were not finished yet at the last look.
                # TYPE spoolctl_unfinished_analyses gauge
                spoolctl_unfinished_analyses 2.5

                """)
    }

    @Test func `what stands in a label comes back as it was`() throws {
        let odd = "a \"quote\", a back\\slash,\na line, 名, {}=, \\n"
        var values = MetricValues()
        values.counters[MetricKey(.halts, ["fetch", odd])] = 1
        let read = try StrictReader(PrometheusText.render(values))
        #expect(
            read.samples == [
                .init(name: "spoolctl_stage_halts_total", labels: ["stage": "fetch", "code": odd], value: 1)
            ])
    }

    @Test func `numbers are written so that they are read as the same`() {
        #expect(PrometheusText.number(0) == "0")
        #expect(PrometheusText.number(-3) == "-3")
        #expect(PrometheusText.number(1_795_425_300.123) == "1795425300.123")
        #expect(PrometheusText.number(9e15) == "9000000000000000")
        #expect(Double(PrometheusText.number(1e300)) == 1e300)
        #expect(PrometheusText.number(.infinity) == "+Inf")
        #expect(PrometheusText.number(-.infinity) == "-Inf")
        #expect(PrometheusText.number(.nan) == "NaN")
    }

    @Test func `names keep Prometheus' conventions`() {
        for series in MetricSeries.allCases {
            let name = series.rawValue
            #expect(name.hasPrefix("spoolctl_") && name.utf8.allSatisfy { $0 == 0x5f || (0x61...0x7a).contains($0) })
            #expect(name.hasSuffix("_total") == (series.kind == .counter), "\(name)")
            if series.kind == .histogram { #expect(name.hasSuffix("_seconds")) }
            #expect(!["_count", "_sum", "_bucket"].contains { name.hasSuffix($0) }, "\(name)")
            #expect(zip(series.bounds, series.bounds.dropFirst()).allSatisfy { $0 < $1 })
            #expect(series.help.hasSuffix("."))
            #expect(Set(series.labels).isDisjoint(with: ["le", "quantile", "job", "instance"]))
        }
    }

    @Test func `every series at once passes the strict reader`() throws {
        let registry = MetricRegistry()
        for series in MetricSeries.allCases {
            let labels = series.labels.map { "a \"\($0)\"\n\\" }
            switch series.kind {
            case .counter: registry.count(series, labels, by: 2)
            case .gauge: registry.set(series, labels, to: 1.5)
            case .histogram:
                for time in [1, 20, 3000, 1_000_000] { registry.observe(series, labels, .milliseconds(time)) }
            }
        }
        let read = try StrictReader(PrometheusText.render(registry.drain()))
        #expect(Set(read.types.keys) == Set(MetricSeries.allCases.map(\.rawValue)))
    }

    @Test(arguments: [
        "a 1\n", "# HELP a b\n# TYPE a gauge\na 1\na 2\n", "# HELP a b\n# TYPE a gauge\na 1 1795425300\n",
        "# HELP a b\n# TYPE a gauge\na{b=\"\\x\"} 1\n", "# HELP a b\n# TYPE a gauge\na 1",
        "# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
    ])
    func `the strict reader is strict`(text: String) {
        #expect(throws: StrictReader.Wrong.self) { try StrictReader(text) }
    }
}
