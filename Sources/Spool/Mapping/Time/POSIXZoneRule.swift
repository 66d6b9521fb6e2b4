// The rule at the end of a TZif file (`CET-1CEST,M3.5.0,M10.5.0/3`), which says what holds after the last transition of
// its table. Grammar: POSIX TZ with the extension of RFC 8536 (hours from -167 to 167).

/// Standard time, and summer time if the zone has it.
struct POSIXZoneRule: Sendable, Equatable {
    /// A day named so that it can be found in every year.
    enum Day: Sendable, Equatable {
        /// 1…365, 29 February never counted.
        case julian(Int)
        /// 0…365, 29 February counted.
        case zeroBased(Int)
        /// Week 5 is the last one; weekday 0 is Sunday.
        case month(Int, week: Int, weekday: Int)
    }

    struct Change: Sendable, Equatable {
        let day: Day
        /// Seconds of the wall clock before the change; may be negative or over a day.
        let second: Int
    }

    struct Summer: Sendable, Equatable {
        let offset: Int
        let start: Change
        let end: Change
    }

    /// Seconds east of UTC.
    let standard: Int
    let summer: Summer?

    func offset(at moment: Int64) -> Int {
        guard let summer else { return standard }
        let year = WallClock(secondsSince1970: moment).date.year
        var latest: (at: Int64, offset: Int)?
        for candidate in max(1, year - 1)...min(9999, year + 1) {
            let end = seconds(of: summer.end, in: candidate, offset: summer.offset)
            let start = seconds(of: summer.start, in: candidate, offset: standard)
            // At the same moment the start of summer wins: that is how summer all year round is written.
            for change in [(at: end, offset: standard), (at: start, offset: summer.offset)] where change.at <= moment {
                let isLater = latest.map { $0.at < change.at || ($0.at == change.at && change.offset == summer.offset) }
                if isLater ?? true { latest = change }
            }
        }
        return latest?.offset ?? standard
    }

    private func seconds(of change: Change, in year: Int, offset: Int) -> Int64 {
        Int64(change.day.daysSince1970(in: year)) * 86_400 + Int64(change.second - offset)
    }
}

extension POSIXZoneRule.Day {
    func daysSince1970(in year: Int) -> Int {
        let newYear = CivilDate(year: year, month: 1, day: 1)?.daysSince1970 ?? 0
        switch self {
        case .zeroBased(let day):
            return newYear + day
        case .julian(let day):
            return newYear + day - 1 + (CivilDate.isLeap(year) && day >= 60 ? 1 : 0)
        case .month(let month, let week, let weekday):
            guard let first = CivilDate(year: year, month: month, day: 1) else { return newYear }
            var day = 1 + (weekday - first.weekday + 7) % 7 + (week - 1) * 7
            if day > CivilDate.length(ofMonth: month, year: year) { day -= 7 }
            return first.daysSince1970 + day - 1
        }
    }
}

extension POSIXZoneRule {
    /// nil if the text is no such rule.
    init?(_ text: some Sequence<UInt8>) {
        var scanner = Scanner(bytes: Array(text))
        guard scanner.name(), let west = scanner.time(hours: 24) else { return nil }
        standard = -west
        if scanner.isAtEnd {
            summer = nil
            return
        }
        guard scanner.name() else { return nil }
        var summerOffset = standard + 3600
        if scanner.peek != UInt8(ascii: ",") {
            guard let west = scanner.time(hours: 24) else { return nil }
            summerOffset = -west
        }
        guard let start = scanner.change(), let end = scanner.change(), scanner.isAtEnd else { return nil }
        summer = Summer(offset: summerOffset, start: start, end: end)
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
        var isAtEnd: Bool { position == bytes.count }

        mutating func take(_ byte: Character) -> Bool {
            guard peek == byte.asciiValue else { return false }
            position += 1
            return true
        }

        /// `CET` or `<+03>`.
        mutating func name() -> Bool {
            if take("<") {
                let start = position
                while let byte = peek, byte != UInt8(ascii: ">") {
                    guard byte.isASCIIAlphanumeric || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") else {
                        return false
                    }
                    position += 1
                }
                return position - start >= 3 && take(">")
            }
            let start = position
            while let byte = peek, byte.isASCIILetter { position += 1 }
            return position - start >= 3
        }

        /// A number of one to three digits.
        mutating func number(_ range: ClosedRange<Int>) -> Int? {
            var value = 0
            let start = position
            while position - start < 3, let byte = peek, byte.isASCIIDigit {
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
                position += 1
            }
            return position > start && range.contains(value) ? value : nil
        }

        /// `[+-]hh[:mm[:ss]]` in seconds.
        mutating func time(hours: Int) -> Int? {
            let isNegative = take("-")
            if !isNegative { _ = take("+") }
            guard var seconds = number(0...hours).map({ $0 * 3600 }) else { return nil }
            for unit in [60, 1] where take(":") {
                guard let value = number(0...59) else { return nil }
                seconds += value * unit
            }
            return isNegative ? -seconds : seconds
        }

        /// `,M3.5.0/2`, `,J60`, `,59/-1`.
        mutating func change() -> Change? {
            guard take(","), let day = day() else { return nil }
            guard take("/") else { return Change(day: day, second: 2 * 3600) }
            return time(hours: 167).map { Change(day: day, second: $0) }
        }

        private mutating func day() -> Day? {
            if take("J") { return number(1...365).map { .julian($0) } }
            guard take("M") else { return number(0...365).map { .zeroBased($0) } }
            guard let month = number(1...12), take("."), let week = number(1...5), take("."),
                let weekday = number(0...6)
            else { return nil }
            return .month(month, week: week, weekday: weekday)
        }
    }
}
