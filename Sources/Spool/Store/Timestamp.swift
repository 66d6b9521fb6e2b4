// A point in time, and how it is written.
//
// RFC 3339 in UTC with milliseconds everywhere that people read; nanoseconds inside, as files carry them. The clock is
// always handed in (`Now`): nothing in this room asks for the time by itself.

/// Nanoseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Later by so much; stays at the end of time instead of trapping.
    package static func + (left: Timestamp, right: Duration) -> Timestamp {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.wholeNanoseconds)
        return Timestamp(nanoseconds: overflow ? (right < .zero ? .min : .max) : sum)
    }

    /// How long after `earlier` this is.
    package func since(_ earlier: Timestamp) -> Duration {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return .nanoseconds(overflow ? (nanoseconds < earlier.nanoseconds ? Int64.min : .max) : difference)
    }
}

/// Says what time it is.
package typealias Now = @Sendable () -> Timestamp

extension Duration {
    /// Clamped to what an Int64 holds (292 years).
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || overflow2 ? (seconds < 0 ? .min : .max) : sum
    }
}

/// A UTC day, as the folders of `done` and the journal's months are called.
package struct UTCDay: Sendable, Hashable, Comparable {
    package let year: Int
    package let month: Int
    package let day: Int

    package static func < (left: UTCDay, right: UTCDay) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// `2026-11-23`
    package var name: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
    /// `2026-11`
    package var monthName: String { String(name.prefix(7)) }

    /// Reads `2026-11-23`; nil for anything else.
    package init?(_ name: String) {
        self.init(Array(name.utf8)[...])
    }

    fileprivate init?(_ text: ArraySlice<UInt8>) {
        let start = text.startIndex
        guard text.count == 10, text[start + 4] == 0x2d, text[start + 7] == 0x2d,
            let year = number(text[start..<(start + 4)]), let month = number(text[(start + 5)..<(start + 7)]),
            let day = number(text[(start + 8)...]), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        (self.year, self.month, self.day) = (Int(year), Int(month), Int(day))
        // The 31st of February is the 3rd of March.
        guard UTCDay(daysSince1970: daysSince1970) == self else { return nil }
    }

    /// Days since 1970, by Howard Hinnant's civil-from-days.
    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    }

    /// Days from 1970-01-01 to this day.
    var daysSince1970: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let shiftedMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Timestamp {
    private static let second: Int64 = 1_000_000_000
    private static let dayLength: Int64 = 86_400 * second

    package var utcDay: UTCDay { UTCDay(daysSince1970: days) }

    private var days: Int64 {
        nanoseconds >= 0 ? nanoseconds / Self.dayLength : (nanoseconds + 1) / Self.dayLength - 1
    }

    /// `2026-11-23T09:15:00.123Z`
    package var rfc3339: String {
        let rest = nanoseconds % Self.dayLength
        let inDay = rest < 0 ? rest + Self.dayLength : rest
        let milliseconds = inDay / 1_000_000 % 1000
        let seconds = inDay / Self.second
        return "\(utcDay.name)T\(padded(Int(seconds / 3600), 2)):\(padded(Int(seconds / 60 % 60), 2))"
            + ":\(padded(Int(seconds % 60), 2)).\(padded(Int(milliseconds), 3))Z"
    }

    /// Reads what `rfc3339` writes, and nothing else: our own records only.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "."), bytes[23] == UInt8(ascii: "Z"),
            let day = UTCDay(bytes[..<10]), let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]),
            let second = number(bytes[17..<19]), let millisecond = number(bytes[20..<23]), hour < 24, minute < 60,
            second < 60
        else { return nil }
        let milliseconds = ((day.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second) * 1000) + millisecond
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return nil }
        nanoseconds = product
    }
}

/// Of a few digits, and nothing but digits.
private func number(_ digits: ArraySlice<UInt8>) -> Int64? {
    var number: Int64 = 0
    for digit in digits {
        guard (0x30...0x39).contains(digit) else { return nil }
        number = number * 10 + Int64(digit - 0x30)
    }
    return number
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
