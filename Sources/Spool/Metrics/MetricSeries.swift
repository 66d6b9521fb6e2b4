// Every series that this program gives away, in one table: name, kind, labels, what it means. Names and units follow
// Prometheus' conventions (base units; `_total` for counters; times as seconds since 1970, so that an age is
// `time() - series` and does not grow old in a file). docs/METRICS.md shows this table; a test compares the two.

package enum MetricSeries: String, Sendable, CaseIterable {
    case buildInfo = "spoolctl_build_info"
    case entries = "spoolctl_entries"
    case entriesBytes = "spoolctl_entries_bytes"
    case oldestEntry = "spoolctl_oldest_entry_timestamp_seconds"
    case nextDue = "spoolctl_next_due_timestamp_seconds"
    case freeBytes = "spoolctl_filesystem_free_bytes"
    case minimumFreeBytes = "spoolctl_filesystem_minimum_free_bytes"
    case fsyncDuration = "spoolctl_fsync_duration_seconds"
    case outcomes = "spoolctl_outcomes_total"
    case passes = "spoolctl_passes_total"
    case halts = "spoolctl_stage_halts_total"
    case passDuration = "spoolctl_pass_duration_seconds"
    case lastPass = "spoolctl_stage_last_pass_timestamp_seconds"
    case lastSuccess = "spoolctl_stage_last_success_timestamp_seconds"
    case waiting = "spoolctl_stage_waiting"
    case stopped = "spoolctl_stage_stopped"
    case waitingSince = "spoolctl_stage_waiting_since_timestamp_seconds"
    case unfinished = "spoolctl_unfinished_analyses"
    case requests = "spoolctl_requests_total"
    case requestDuration = "spoolctl_request_duration_seconds"
    case quotaRemaining = "spoolctl_quota_remaining"
    case quotaLimit = "spoolctl_quota_limit"

    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    package var kind: Kind {
        switch self {
        case .outcomes, .passes, .halts, .requests: .counter
        case .fsyncDuration, .passDuration, .requestDuration: .histogram
        case .buildInfo, .entries, .entriesBytes, .oldestEntry, .nextDue, .freeBytes, .minimumFreeBytes, .lastPass,
            .lastSuccess, .waiting, .stopped, .waitingSince, .unfinished, .quotaRemaining, .quotaLimit:
            .gauge
        }
    }

    /// What `# HELP` says.
    package var help: String {
        switch self {
        case .buildInfo: "The version that wrote this; the value is always 1."
        case .entries: "Entries in a state of a queue."
        case .entriesBytes: "Bytes of the payloads of these entries; not told for done."
        case .oldestEntry: "When the oldest of these entries came into its state; not told for deferred and done."
        case .nextDue: "When the next deferred entry of a queue is due."
        case .freeBytes: "Bytes that the spool's file system has left for us."
        case .minimumFreeBytes: "Below so many free bytes fetch and map pause (spool.min_free)."
        case .fsyncDuration: "How long syncing a file or folder to disk took."
        case .outcomes: "How the work on an entry ended."
        case .passes: "Passes of a stage that ended, by whether the stage could go on."
        case .halts: "Passes after which a stage had to wait or stop, by the reason's code."
        case .passDuration: "How long a pass that did something took."
        case .lastPass: "When a stage last ended a pass."
        case .lastSuccess: "When a stage last got an entry done."
        case .waiting: "1 while a stage as a whole waits and goes on by itself, else 0."
        case .stopped: "1 while a stage has stopped until somebody mends the cause, else 0."
        case .waitingSince: "Since when a stage waits or has stopped."
        case .unfinished: "Analyses that were not finished yet at the last look."
        case .requests: "Requests to a service, by call and by status class or kind of failure."
        case .requestDuration: "How long a request took, from sending it to the last byte of the answer."
        case .quotaRemaining: "Calls or submissions that a service still allows in its current window."
        case .quotaLimit: "Calls or submissions that a service allows in one window."
        }
    }

    /// Names of the labels, in the order in which they are shown.
    package var labels: [String] {
        switch self {
        case .buildInfo: ["version"]
        case .entries, .entriesBytes, .oldestEntry: ["queue", "state"]
        case .nextDue: ["queue"]
        case .freeBytes, .minimumFreeBytes, .fsyncDuration, .unfinished: []
        case .outcomes: ["stage", "outcome"]
        case .passes: ["stage", "result"]
        case .halts: ["stage", "code"]
        case .passDuration, .lastPass, .lastSuccess, .waiting, .stopped, .waitingSince: ["stage"]
        case .requests: ["service", "call", "status"]
        case .requestDuration: ["service", "call"]
        case .quotaRemaining, .quotaLimit: ["service", "quota"]
        }
    }

    /// Upper bounds of a histogram's buckets, in seconds. A change starts the histogram afresh.
    package var bounds: [Double] {
        switch self {
        case .fsyncDuration: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
        case .passDuration: [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600]
        default: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
        }
    }
}
