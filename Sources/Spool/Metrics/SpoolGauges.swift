// What the spool itself says at this moment: read off the disk, so that any process can say it for all, and nothing must be
// kept in step.

package enum SpoolGauges {
    /// `done` is counted by names; what is deferred carries the time when it is due in place of its age.
    package static func read(_ spool: SpoolStore, stages: [String], minimumFree: Int) throws -> MetricValues {
        var values = MetricValues()
        func set(_ series: MetricSeries, _ labels: [String], _ value: Double) {
            values.gauges[MetricKey(series, labels)] = value
        }
        set(.buildInfo, [spool.program], 1)
        for queue in try spool.queues() {
            for state in EntryState.allCases {
                let summary = try spool.summary(queue, state)
                let labels = [queue.description, state.rawValue]
                set(.entries, labels, Double(summary.count))
                guard state != .done else { continue }
                set(.entriesBytes, labels, Double(max(0, summary.bytes - summary.count * Envelope.size)))
                guard let oldest = summary.oldest else { continue }
                if state == .deferred {
                    set(.nextDue, [queue.description], oldest.seconds)
                } else {
                    set(.oldestEntry, labels, oldest.seconds)
                }
            }
        }
        set(.freeBytes, [], Double(try spool.available()))
        set(.minimumFreeBytes, [], Double(minimumFree))
        for stage in stages {
            let record = spool.stageRecord(stage)
            func time(_ text: String?) -> Double? { text.flatMap { Timestamp(rfc3339: $0) }?.seconds }
            if let pass = time(record.lastPass) { set(.lastPass, [stage], pass) }
            if let success = time(record.lastSuccess) { set(.lastSuccess, [stage], success) }
            let since = time(record.waitingSince)
            set(.waiting, [stage], since != nil && record.waitingUntil != nil ? 1 : 0)
            set(.stopped, [stage], since != nil && record.waitingUntil == nil ? 1 : 0)
            if let since { set(.waitingSince, [stage], since) }
        }
        return values
    }
}

extension Timestamp {
    /// Seconds since 1970, to the millisecond.
    fileprivate var seconds: Double { Double(nanoseconds / 1_000_000) / 1000 }
}
