// When an analysis began: from the two texts of a report to ISO 8601 with an offset (Specification, Time Begun).
//
// The day stands first: `02/12/2018` is the second of December, and a general date parser would read February. The hour
// that a clock shows twice in autumn is decided by the time that came with the analysis, which has an offset.

/// Reads dates of reports in one time zone.
struct AnalysisTime {
    let zone: TimeZoneRules

    /// A time, or none, and what there is to say about it.
    struct Reading: Equatable {
        var text: String?
        var remark: String?
    }

    /// `known` is the analysis' time as the list of analyses told it, ISO 8601 with offset.
    func read(date: String, time: String, known: String?) -> Reading {
        guard let wall = WallClock(date: date, time: time) else {
            return Reading(
                text: nil, remark: "no date and time of the form dd/MM/yyyy HH:mm:ss: the report has no time")
        }
        switch zone.resolve(wall.secondsSince1970) {
        case .unique(let offset):
            return Reading(text: wall.iso8601(offset: offset))
        case .gap(let before, _):
            return Reading(
                text: wall.iso8601(offset: before),
                remark: "a time that \(zone.name) skipped when its clocks went forward: read with the offset before")
        case .ambiguous(let earlier, let later):
            guard let known, let moment = Moment(iso8601: known) else {
                return Reading(
                    text: wall.iso8601(offset: earlier),
                    remark: "a time that \(zone.name) had twice when its clocks went back: taken for the first")
            }
            let first = abs(wall.secondsSince1970 - Int64(earlier) - moment.seconds)
            let second = abs(wall.secondsSince1970 - Int64(later) - moment.seconds)
            return Reading(text: wall.iso8601(offset: first <= second ? earlier : later))
        }
    }
}

extension WallClock {
    /// `dd/MM/yyyy` and `HH:mm:ss`; white space around them does not count, nothing else is accepted.
    init?(date: String, time: String) {
        guard let day = Self.numbers(in: date, separator: UInt8(ascii: "/"), widths: [2, 2, 4]),
            let clock = Self.numbers(in: time, separator: UInt8(ascii: ":"), widths: [2, 2, 2]),
            let civil = CivilDate(year: day[2], month: day[1], day: day[0])
        else { return nil }
        self.init(date: civil, hour: clock[0], minute: clock[1], second: clock[2])
    }

    /// Numbers of at most these many digits; a year has all of its four.
    private static func numbers(in text: String, separator: UInt8, widths: [Int]) -> [Int]? {
        let parts = Array(text.utf8).trimmedASCII.split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count == widths.count else { return nil }
        var numbers: [Int] = []
        for (part, width) in zip(parts, widths) {
            guard part.allSatisfy(\.isASCIIDigit), !part.isEmpty, part.count <= width, width == 2 || part.count == width
            else {
                return nil
            }
            numbers.append(part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
        }
        return numbers
    }

    /// `2018-12-20T19:48:25+01:00`. An offset that is no whole number of minutes cannot be written so: that is told in
    /// UTC.
    func iso8601(offset: Int) -> String {
        guard offset % 60 == 0 else {
            return WallClock(secondsSince1970: secondsSince1970 - Int64(offset)).iso8601(offset: 0)
        }
        let minutes = abs(offset) / 60
        let year = Self.padded(date.year, 4)
        let day = "\(year)-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))"
        let clock = "\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(Self.padded(second, 2))"
        return "\(day)T\(clock)\(offset < 0 ? "-" : "+")\(Self.padded(minutes / 60, 2)):\(Self.padded(minutes % 60, 2))"
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A moment, whole seconds since 1970.
struct Moment: Equatable {
    let seconds: Int64

    /// `2019-01-28T08:15:12+01:00`; a fraction is dropped, the offset is needed: without one it is no moment.
    init?(iso8601 text: String) {
        let bytes = Array(Array(text.utf8).trimmedASCII)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " "),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
            let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17..<19]),
            let date = CivilDate(year: year, month: month, day: day),
            let wall = WallClock(date: date, hour: hour, minute: minute, second: second)
        else { return nil }
        var rest = bytes[19...]
        if let point = rest.first, point == UInt8(ascii: ".") || point == UInt8(ascii: ",") {
            rest = rest.dropFirst().drop(while: \.isASCIIDigit)
        }
        guard let offset = Self.offset(rest) else { return nil }
        seconds = wall.secondsSince1970 - Int64(offset)
    }

    /// `Z`, `+01:00`, `+0100` or `+01`, in seconds.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let sign = bytes.first else { return nil }
        if sign | 0x20 == UInt8(ascii: "z") { return bytes.count == 1 ? 0 : nil }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        let digits = bytes.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard digits.count == 2 || digits.count == 4, let hours = number(digits.prefix(2)), hours <= 26 else {
            return nil
        }
        let minutes = digits.count == 4 ? number(digits.suffix(2)) : 0
        guard let minutes, minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.allSatisfy(\.isASCIIDigit) else { return nil }
        return bytes.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
