// From what a sandbox's clock shows to a moment in time.
//
// A report says when an analysis began as a wall clock without a zone (vendor notes, dates and time zone), so the zone
// is configuration. FoundationEssentials knows no zone by name, hence this reading of TZif files: the transitions of
// the table are the truth up to the last one, and only after it the POSIX rule of the footer holds. Bytes come from the
// caller; Europe/Zurich, where the vendor's cloud stands, and UTC are built in for machines that have no tzdata.

/// The offsets of one time zone through the years.
package struct TimeZoneRules: Sendable, Equatable {
    /// What a wall clock time is in a zone. Offsets are seconds east of UTC.
    package enum LocalTime: Sendable, Equatable {
        /// The one moment that the clock showed this.
        case unique(Int)
        /// The clock was set back and showed this twice.
        case ambiguous(earlier: Int, later: Int)
        /// The clock was set forward past this and never showed it; the offsets before and after.
        case gap(before: Int, after: Int)
    }

    struct Transition: Sendable, Equatable {
        /// Seconds since 1970, UTC.
        let at: Int64
        let offset: Int
    }

    /// For remarks and errors; what the configuration said.
    package let name: String
    let initialOffset: Int
    let transitions: [Transition]
    let rule: POSIXZoneRule?

    /// A zone that is built in; nil for any other, whose TZif file the caller reads.
    package static func named(_ name: String) -> TimeZoneRules? {
        switch name {
        case "Europe/Zurich": zurich
        case "UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z":
            TimeZoneRules(name: name, initialOffset: 0, transitions: [], rule: nil)
        default: nil
        }
    }

    package static let utc = TimeZoneRules(name: "UTC", initialOffset: 0, transitions: [], rule: nil)

    /// Central European Time as kept in Switzerland since 1981: until 1995 summer ended with September, since then with
    /// October.
    package static let zurich: TimeZoneRules = {
        let winter = 3600
        let summer = 7200
        var transitions: [Transition] = []
        for year in 1981...1995 {
            let start = POSIXZoneRule.Day.month(3, week: 5, weekday: 0).daysSince1970(in: year)
            let end = POSIXZoneRule.Day.month(9, week: 5, weekday: 0).daysSince1970(in: year)
            transitions.append(Transition(at: Int64(start * 86_400 + 3600), offset: summer))
            transitions.append(Transition(at: Int64(end * 86_400 + 3600), offset: winter))
        }
        let rule = POSIXZoneRule(
            standard: winter,
            summer: POSIXZoneRule.Summer(
                offset: summer,
                start: POSIXZoneRule.Change(day: .month(3, week: 5, weekday: 0), second: 2 * 3600),
                end: POSIXZoneRule.Change(day: .month(10, week: 5, weekday: 0), second: 3 * 3600)))
        return TimeZoneRules(name: "Europe/Zurich", initialOffset: winter, transitions: transitions, rule: rule)
    }()

    /// The offset at a moment (seconds since 1970, UTC).
    package func offset(at moment: Int64) -> Int {
        guard let last = transitions.last else { return rule?.offset(at: moment) ?? initialOffset }
        if moment >= last.at { return rule?.offset(at: moment) ?? last.offset }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].at <= moment { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? initialOffset : transitions[low - 1].offset
    }

    /// What the wall clock time `local` is here (seconds from 1970 as if the wall stood in UTC, years 1…9999).
    package func resolve(_ local: Int64) -> LocalTime {
        let possible = possibleOffsets(around: local)
        let fitting = possible.filter { offset(at: local - Int64($0)) == $0 }
        let smallest = possible.min() ?? initialOffset
        let largest = possible.max() ?? initialOffset
        guard let earlier = fitting.max(), let later = fitting.min() else {
            return .gap(before: offset(at: local - Int64(largest)), after: offset(at: local - Int64(smallest)))
        }
        return earlier == later ? .unique(earlier) : .ambiguous(earlier: earlier, later: later)
    }

    /// Every offset in force within the day and a bit around a local time: no zone is farther than 26 hours from UTC.
    private func possibleOffsets(around local: Int64) -> [Int] {
        let reach: Int64 = 27 * 3600
        var offsets = [offset(at: local - reach), offset(at: local + reach)]
        for transition in transitions where transition.at >= local - reach && transition.at <= local + reach {
            offsets.append(transition.offset)
        }
        if let rule {
            offsets.append(rule.standard)
            if let summer = rule.summer { offsets.append(summer.offset) }
        }
        return offsets
    }
}
