// Sizes, ages and times as people read them. Programs read `--json`, which has bytes, seconds and RFC 3339.

package import Spool

package enum Amounts {
    /// `0 B`, `999 B`, `1.2 MB`: powers of 1000, as disks are sold and as the configuration writes them.
    package static func size(_ bytes: Int) -> String {
        var tenths = bytes
        if bytes < 1000 { return "\(bytes) B" }
        for unit in ["kB", "MB", "GB", "TB"] {
            let isLast = unit == "TB"
            tenths /= unit == "kB" ? 100 : 1000
            if tenths < 100 { return "\(tenths / 10).\(tenths % 10) \(unit)" }
            if tenths < 10_000 || isLast { return "\(tenths / 10) \(unit)" }
        }
        return "\(bytes) B"
    }

    /// `0s`, `59s`, `5m`, `3h 20m`, `4d 2h`: two units at most, the second only where it matters.
    package static func span(_ duration: Duration) -> String {
        let seconds = max(0, duration.components.seconds)
        let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
        if minutes == 0 { return "\(seconds)s" }
        if hours == 0 { return "\(minutes)m" }
        if days == 0 { return minutes % 60 == 0 ? "\(hours)h" : "\(hours)h \(minutes % 60)m" }
        return hours % 24 == 0 || days >= 10 ? "\(days)d" : "\(days)d \(hours % 24)h"
    }

    /// `5m ago`, `in 3h`, `now`.
    package static func distance(_ time: Timestamp, from now: Timestamp) -> String {
        if now.since(time) >= .seconds(1) { return span(now.since(time)) + " ago" }
        return time.since(now) >= .seconds(1) ? "in " + span(time.since(now)) : "now"
    }

    /// `2026-11-23 09:15:00Z`
    package static func time(_ time: Timestamp) -> String {
        let text = time.rfc3339
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))Z"
    }

    /// `1 entry`, `2 entries`
    package static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(number) \(number == 1 ? one : many)"
    }

    /// Whole seconds, for JSON.
    package static func seconds(_ duration: Duration) -> Int { Int(clamping: duration.components.seconds) }
}
