import Spool
import TestSupport
import Testing

@Suite struct TimestampTests {
    private static let day: Int64 = 86_400_000_000_000

    @Test func `every day from 1970 to 2100 comes back from its name`() {
        var (year, month, day) = (1970, 1, 1)
        var wrong: [String] = []
        for number in 0..<Int64(47_847) {
            // The calendar, counted by hand.
            let time = Timestamp(
                nanoseconds: number * Self.day + number % 86_400 * 1_000_000_000 + number % 1000 * 1_000_000)
            let found = time.utcDay
            if (found.year, found.month, found.day) != (year, month, day) { wrong.append(found.name) }
            // Every day's parts, and of every fifth day the text as well, which takes longer.
            if number % 5 == 0, UTCDay(found.name) != found || Timestamp(rfc3339: time.rfc3339) != time {
                wrong.append(time.rfc3339)
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
            day += 1
            if day > length { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
        #expect(wrong.isEmpty)
        #expect((year, month, day) == (2101, 1, 1))
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (999_999, "1970-01-01T00:00:00.000Z"),
            (1_795_425_300_123_456_789, "2026-11-23T09:15:00.123Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000Z"),
            (-2_208_988_800_000_000_000, "1900-01-01T00:00:00.000Z"), (.min, "1677-09-21T00:12:43.145Z"),
            (.max, "2262-04-11T23:47:16.854Z"),
        ] as [(Int64, String)]) func `a time is written in UTC with milliseconds, at the ends of time too`(
            nanoseconds: Int64, text: String
        )
    {
        #expect(Timestamp(nanoseconds: nanoseconds).rfc3339 == text)
    }

    @Test func `what was written is read, at the ends of time too`() {
        #expect(Timestamp(rfc3339: "2262-04-11T23:47:16.854Z") == Timestamp(nanoseconds: 9_223_372_036_854_000_000))
        #expect(Timestamp(rfc3339: "1677-09-21T00:12:43.146Z") == Timestamp(nanoseconds: -9_223_372_036_854_000_000))
    }

    @Test(arguments: [
        "", "2026-11-23", "2026-11-23T09:15:00Z", "2026-11-23T09:15:00.123", "2026-11-23T24:15:00.123Z",
        "2026-11-23T09:60:00.123Z", "2026-11-23T09:15:60.123Z", "2026-02-29T09:15:00.123Z", "2026-13-01T09:15:00.123Z",
        "2026-00-01T09:15:00.123Z", "2026-11-31T09:15:00.123Z", "2026-11-23t09:15:00.123Z", "9999-11-23T09:15:00.123Z",
        "0001-01-01T00:00:00.000Z", "2262-04-11T23:47:16.855Z", "-026-11-23T09:15:00.123Z", "2026-1é-23T09:15:00.12Z",
        "2026-11-23T+9:15:00.123Z",
    ]) func `nothing else is read`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(arguments: ["2026-11-23", "0000-01-01", "2024-02-29"]) func `a day is read`(name: String) {
        #expect(UTCDay(name)?.name == name)
    }

    @Test(arguments: [
        "", "2026-11-32", "2026-02-30", "2025-02-29", "2026-1-1", "2026-11-23 ", "+026-11-23", "tmp", "2026-11",
    ])
    func `what is no day is none`(name: String) {
        #expect(UTCDay(name) == nil)
    }

    @Test func `time stops at its ends instead of trapping`() {
        let (first, last) = (Timestamp(nanoseconds: .min), Timestamp(nanoseconds: .max))
        #expect(last + .seconds(1) == last)
        #expect(first + .seconds(-1) == first)
        #expect(last + .seconds(Int64.max) == last)
        #expect(first + .seconds(Int64.min) == first)
        #expect(last.since(first) == .nanoseconds(Int64.max))
        #expect(first.since(last) == .nanoseconds(Int64.min))
        #expect((last + .seconds(86_400)).utcDay.name == "2262-04-11")
    }

    @Test func `a duration in nanoseconds is clamped`() {
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
        #expect(Duration.milliseconds(-1500).wholeNanoseconds == -1_500_000_000)
        #expect(Duration.nanoseconds(7).wholeNanoseconds == 7)
    }
}
