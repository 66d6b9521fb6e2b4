// Prometheus' text format, version 0.0.4: what node_exporter's textfile collector reads and what a scrape gets.
//
// Series stand together under their HELP and TYPE, in the order of the table, values in the order of their labels: the
// same numbers make the same bytes. No time stamps, which the textfile collector refuses.

package enum PrometheusText {
    /// What goes into the header of an answer.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package static func render(_ values: MetricValues) -> String {
        var text = ""
        for series in MetricSeries.allCases {
            let lines = lines(series, values)
            guard !lines.isEmpty else { continue }
            text += "# HELP \(series.rawValue) \(escaped(series.help, quotes: false))\n"
            text += "# TYPE \(series.rawValue) \(series.kind.rawValue)\n"
            text += lines
        }
        return text
    }

    private static func lines(_ series: MetricSeries, _ values: MetricValues) -> String {
        switch series.kind {
        case .counter: lines(series, values.counters) { sample($0.name, $0.labels, number($1)) }
        case .gauge: lines(series, values.gauges) { sample($0.name, $0.labels, number($1)) }
        case .histogram: lines(series, values.histograms, histogram)
        }
    }

    private static func lines<Value>(
        _ series: MetricSeries, _ values: [MetricKey: Value], _ line: (MetricKey, Value) -> String
    ) -> String {
        values.filter { $0.key.name == series.rawValue }.sorted { $0.key < $1.key }
            .map { line($0.key, $0.value) }.joined()
    }

    private static func histogram(_ key: MetricKey, _ histogram: MetricHistogram) -> String {
        var text = ""
        var total: UInt64 = 0
        let limits = histogram.bounds.map(number) + ["+Inf"]
        for (limit, count) in zip(limits, histogram.counts) {
            total &+= count
            text += sample("\(key.name)_bucket", key.labels + [["le", limit]], "\(total)")
        }
        text += sample("\(key.name)_sum", key.labels, number(histogram.sum))
        text += sample("\(key.name)_count", key.labels, "\(total)")
        return text
    }

    private static func sample(_ name: String, _ labels: [[String]], _ value: String) -> String {
        let pairs = labels.compactMap { pair in
            pair.count == 2 ? "\(pair[0])=\"\(escaped(pair[1], quotes: true))\"" : nil
        }
        return "\(name)\(pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}") \(value)\n"
    }

    /// Whole numbers without a point, up to what a Double holds exactly.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).flatMap { $0.magnitude < 1 << 53 ? "\($0)" : nil } ?? "\(value)"
    }

    static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
