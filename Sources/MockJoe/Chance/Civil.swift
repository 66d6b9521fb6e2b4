// Calendar arithmetic without Foundation, and the wall clock of the sandbox. Reports carry local time of a Swiss
// machine without any zone; `analysis/info` carries the same instant with its offset. Both come from one number.

/// A date and time as printed, in the sandbox's zone (Europe/Zurich: CET, in summer CEST).
struct Civil: Sendable, Equatable {
    var year: Int
    var month: Int
    var day: Int
    var hour: Int
    var minute: Int
    var second: Int
    /// Seconds east of Greenwich.
    var offset: Int

    /// - Parameter instant: seconds since 1970, UTC.
    init(instant: Int) {
        self.init(instant: instant, offset: Civil.zurichOffset(at: instant))
    }

    init(instant: Int, offset: Int) {
        let local = instant + offset
        let days = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let seconds = local - days * 86_400
        (year, month, day) = Civil.date(fromDays: days)
        hour = seconds / 3600
        minute = seconds / 60 % 60
        second = seconds % 60
        self.offset = offset
    }

    /// `2019-01-28T08:15:12+01:00`
    var iso: String {
        "\(dashed)T\(clock)\(offset < 0 ? "-" : "+")\(pad(abs(offset) / 3600)):\(pad(abs(offset) / 60 % 60))"
    }

    /// `28/01/2019`
    var slashed: String { "\(pad(day))/\(pad(month))/\(year)" }

    /// `2019-01-28`, as the date filters of `analysis/search` take it.
    var dashed: String { "\(year)-\(pad(month))-\(pad(day))" }

    /// `08:15:13`
    var clock: String { "\(pad(hour)):\(pad(minute)):\(pad(second))" }

    /// `Jan 28, 2019 08:15:51.384249926 CET`, as in packets.
    func packet(nanoseconds: Int) -> String {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let digits = String(nanoseconds)
        let fraction = String(repeating: "0", count: max(0, 9 - digits.utf8.count)) + digits
        return "\(names[month - 1]) \(day), \(year) \(clock).\(fraction) \(offset == 7200 ? "CEST" : "CET")"
    }

    private func pad(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }

    static func instant(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0)
        -> Int
    {
        days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// The rule of the European Union: summer time from the last Sunday of March to that of October, at 01:00 UTC.
    static func zurichOffset(at instant: Int) -> Int {
        let (year, _, _) = date(fromDays: instant >= 0 ? instant / 86_400 : (instant - 86_399) / 86_400)
        let summer = lastSunday(year, 3) * 86_400 + 3600
        let winter = lastSunday(year, 10) * 86_400 + 3600
        return instant >= summer && instant < winter ? 7200 : 3600
    }

    private static func lastSunday(_ year: Int, _ month: Int) -> Int {
        let last = days(year, month, 31)
        return last - (last + 4) % 7  // 1970-01-01 was a Thursday
    }

    /// Days since 1970-01-01 of a date of the Gregorian calendar.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func date(fromDays days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let position = (5 * dayOfYear + 2) / 153
        let month = position < 10 ? position + 3 : position - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * position + 2) / 5 + 1)
    }
}
