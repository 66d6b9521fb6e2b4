// Times as text, without a calendar library: the Date header, and ISO 8601 in both directions.

/// Dates of HTTP.
public enum HTTPDate {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    public static func text(milliseconds: Int) -> String {
        let parts = CivilTime(milliseconds: milliseconds)
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let time = "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))"
        return "\(days[parts.weekday]), \(two(parts.day)) \(months[parts.month - 1]) \(parts.year) \(time) GMT"
    }

    static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// A time in UTC, in parts.
public struct CivilTime: Sendable, Equatable {
    public let year: Int
    public let month: Int
    public let day: Int
    public let hour: Int
    public let minute: Int
    public let second: Int
    public let millisecond: Int
    /// 0 is Thursday, the day of the epoch.
    public let weekday: Int

    public init(milliseconds: Int) {
        let bounded = min(max(milliseconds, 0), 100_000_000_000_000)
        let days = bounded / 86_400_000
        let rest = bounded % 86_400_000
        // Days from civil, reversed: eras of 400 years that begin in March.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = rest / 3_600_000
        minute = rest / 60_000 % 60
        second = rest / 1000 % 60
        millisecond = rest % 1000
        weekday = days % 7
    }

    /// Milliseconds since the epoch of a time in UTC; nil when it is no date between 1970 and 9999.
    public static func milliseconds(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0
    ) -> Int? {
        guard (1970...9999).contains(year), (1...12).contains(month), (0...24).contains(hour),
            (0...59).contains(minute), (0...60).contains(second), (0...999).contains(millisecond)
        else { return nil }
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[month - 1]).contains(day) else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + millisecond
    }

    /// Reads `2018-12-20T18:48:25(.123)(Z|±hh:mm|±hhmm)`; without a zone it is UTC. Nil when it is something else.
    public static func milliseconds(iso text: String) -> Int? {
        let bytes = Array(text.utf8)
        func number(_ from: Int, _ count: Int) -> Int? {
            guard from + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[from..<(from + count)] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            return value
        }
        guard bytes.count >= 19, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84 || bytes[10] == 32, bytes[13] == 58,
            bytes[16] == 58, let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2)
        else { return nil }
        var index = 19
        var fraction = 0
        if index < bytes.count, bytes[index] == 46 {
            index += 1
            var scale = 100
            while index < bytes.count, (48...57).contains(bytes[index]) {
                fraction += Int(bytes[index] - 48) * scale
                scale /= 10
                index += 1
            }
        }
        guard
            let time = milliseconds(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: fraction),
            let offset = zone(bytes[index...], number: number)
        else { return nil }
        return time - offset * 60_000
    }

    /// Minutes east of Greenwich.
    private static func zone(_ bytes: ArraySlice<UInt8>, number: (Int, Int) -> Int?) -> Int? {
        guard let sign = bytes.first else { return 0 }
        if bytes.count == 1, sign == 90 || sign == 122 { return 0 }
        guard sign == 43 || sign == 45, let hours = number(bytes.startIndex + 1, 2), hours < 24 else { return nil }
        let minutesAt = bytes.startIndex + (bytes.dropFirst(3).first == 58 ? 4 : 3)
        let minutes = bytes.count > 3 ? number(minutesAt, 2) : 0
        guard let minutes, minutes < 60, bytes.count == 3 || bytes.endIndex == minutesAt + 2 else { return nil }
        return (sign == 45 ? -1 : 1) * (hours * 60 + minutes)
    }
}
