// The three forms of a date that HTTP allows (RFC 9110, 5.6.7), as seconds since 1970. Always GMT.

package enum HTTPDate {
    /// nil if the text is none of the three forms or names a day that does not exist.
    package static func parse(_ text: some StringProtocol) -> Int64? {
        let words = text.split { $0 == " " || $0 == "," }
        switch words.count {
        case 6:
            // Sun, 06 Nov 1994 08:49:37 GMT
            guard words[5] == "GMT" else { return nil }
            return seconds(year: Int64(words[3]), month: month(words[2]), day: Int64(words[1]), clock: words[4])
        case 4:
            // Sunday, 06-Nov-94 08:49:37 GMT
            let day = words[1].split(separator: "-")
            guard words[3] == "GMT", day.count == 3, let short = Int64(day[2]), (0...99).contains(short) else {
                return nil
            }
            let year = short < 70 ? 2000 + short : 1900 + short
            return seconds(year: year, month: month(day[1]), day: Int64(day[0]), clock: words[2])
        case 5:
            // Sun Nov  6 08:49:37 1994
            return seconds(year: Int64(words[4]), month: month(words[1]), day: Int64(words[2]), clock: words[3])
        default:
            return nil
        }
    }

    private static func month(_ name: some StringProtocol) -> Int64? {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return names.firstIndex { $0 == name }.map { Int64($0 + 1) }
    }

    private static func seconds(year: Int64?, month: Int64?, day: Int64?, clock: some StringProtocol) -> Int64? {
        let parts = clock.split(separator: ":").map { Int64($0) }
        guard let year, let month, let day, parts.count == 3, let hour = parts[0], let minute = parts[1],
            let second = parts[2], (1970...9999).contains(year), (1...12).contains(month),
            (1...daysIn(month, of: year)).contains(day), (0...23).contains(hour), (0...59).contains(minute),
            (0...60).contains(second)
        else { return nil }
        return daysSince1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
    }

    private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the Gregorian calendar, counted in years that begin in March, so that the leap day comes last.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }
}
