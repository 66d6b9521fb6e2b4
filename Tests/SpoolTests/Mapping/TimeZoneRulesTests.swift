// From wall clocks to moments. Zurich's rules are compared with the machine's own time zone file where there is one.

import Testing

@testable import Spool

@Suite struct TimeZoneRulesTests {
    private func local(_ date: String, _ time: String) throws -> Int64 {
        try #require(WallClock(date: date, time: time)).secondsSince1970
    }

    @Test func `summer and winter have their offsets`() throws {
        let zurich = TimeZoneRules.zurich
        #expect(zurich.resolve(try local("20/12/2018", "19:48:25")) == .unique(3600))
        #expect(zurich.resolve(try local("20/07/2018", "19:48:25")) == .unique(7200))
        #expect(zurich.resolve(try local("30/09/1994", "12:00:00")) == .unique(3600))
        #expect(zurich.resolve(try local("30/09/1996", "12:00:00")) == .unique(7200))
        #expect(zurich.resolve(try local("01/07/1980", "12:00:00")) == .unique(3600))
    }

    @Test func `the skipped hour of spring is a gap with both offsets`() throws {
        let gap = TimeZoneRules.LocalTime.gap(before: 3600, after: 7200)
        #expect(TimeZoneRules.zurich.resolve(try local("25/03/2018", "01:59:59")) == .unique(3600))
        #expect(TimeZoneRules.zurich.resolve(try local("25/03/2018", "02:00:00")) == gap)
        #expect(TimeZoneRules.zurich.resolve(try local("25/03/2018", "02:59:59")) == gap)
        #expect(TimeZoneRules.zurich.resolve(try local("25/03/2018", "03:00:00")) == .unique(7200))
    }

    @Test func `the doubled hour of autumn has two offsets`() throws {
        let twice = TimeZoneRules.LocalTime.ambiguous(earlier: 7200, later: 3600)
        #expect(TimeZoneRules.zurich.resolve(try local("28/10/2018", "01:59:59")) == .unique(7200))
        #expect(TimeZoneRules.zurich.resolve(try local("28/10/2018", "02:00:00")) == twice)
        #expect(TimeZoneRules.zurich.resolve(try local("28/10/2018", "02:59:59")) == twice)
        #expect(TimeZoneRules.zurich.resolve(try local("28/10/2018", "03:00:00")) == .unique(3600))
    }

    @Test func `after the last transition the rule holds`() throws {
        let zurich = TimeZoneRules.zurich
        #expect(zurich.resolve(try local("27/03/2050", "01:00:00")) == .unique(3600))
        #expect(zurich.resolve(try local("27/03/2050", "02:30:00")) == .gap(before: 3600, after: 7200))
        #expect(zurich.resolve(try local("30/10/2050", "02:30:00")) == .ambiguous(earlier: 7200, later: 3600))
        #expect(zurich.resolve(try local("31/12/9999", "23:59:59")) == .unique(3600))
        #expect(zurich.resolve(try local("01/01/0001", "00:00:00")) == .unique(3600))
    }

    @Test func `a file's table and rule are both read`() throws {
        let zone = try TimeZoneRules(tzif: TZif.zurichLike, name: "Test/Zone")
        #expect(zone.name == "Test/Zone")
        #expect(zone.transitions.count == 2)
        // In the table: a summer that is in no rule (all of 2001 from February on, at +3 h).
        #expect(zone.resolve(try local("15/12/2001", "12:00:00")) == .unique(10_800))
        #expect(zone.resolve(try local("15/12/2000", "12:00:00")) == .unique(3600))
        // After the table: the rule.
        #expect(zone.resolve(try local("15/12/2050", "12:00:00")) == .unique(3600))
        #expect(zone.resolve(try local("15/07/2050", "12:00:00")) == .unique(7200))
        #expect(zone.resolve(try local("30/10/2050", "02:30:00")) == .ambiguous(earlier: 7200, later: 3600))
    }

    @Test func `a version 1 file serves with its table alone`() throws {
        let zone = try TimeZoneRules(tzif: TZif.file(version: 1, footer: nil))
        #expect(zone.rule == nil)
        #expect(zone.resolve(try local("15/12/2001", "12:00:00")) == .unique(10_800))
        #expect(zone.resolve(try local("15/07/2050", "12:00:00")) == .unique(3600))
    }

    @Test func `a file cut at any byte is an error and never a trap`() throws {
        let whole = TZif.zurichLike
        for length in 0..<whole.count {
            #expect(throws: MappingError.self) { try TimeZoneRules(tzif: Array(whole[..<length])) }
        }
    }

    @Test func `a damaged byte gives rules or an error and never a trap`() throws {
        let whole = TZif.zurichLike
        for position in whole.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var damaged = whole
                damaged[position] = value
                guard let zone = try? TimeZoneRules(tzif: damaged) else { continue }  // either answer will do
                _ = zone.resolve(try local("15/07/2050", "12:00:00"))
                _ = zone.resolve(try local("31/12/9999", "23:59:59"))
            }
        }
        for version in [UInt8(ascii: "1"), UInt8(ascii: "5"), 9] {
            var other = whole
            other[4] = version
            #expect(throws: MappingError.self) { try TimeZoneRules(tzif: other) }
        }
    }

    @Test(arguments: [
        "", "\n", "CET", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J365", "CET-1CEST,366,0", "C-1", "CET-25", "CET-1CEST,M3.5.0/168,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0x",
        "<+03-3", "CET-1:60",
    ])
    func `a wrong rule is refused`(rule: String) {
        #expect(POSIXZoneRule(rule.utf8) == nil)
    }

    @Test func `rules of every form are read`() throws {
        let january = Int64(1_705_320_000)  // 2024-01-15
        let july = Int64(1_721_044_800)  // 2024-07-15
        for (text, winter, summer) in [
            ("UTC0", 0, 0), ("<+03>-3", 10_800, 10_800), ("NST3:30NDT,M3.2.0,M11.1.0", -12_600, -9000),
            ("EST5EDT,J60,J300", -18_000, -14_400), ("EST5EDT,59/-1,300/26", -18_000, -14_400),
            // The southern half: summer goes over the new year.
            ("NZST-12NZDT,M9.5.0,M4.1.0/3", 46_800, 43_200),
            // Irish time is written with a negative summer; Greenland changes the evening before.
            ("IST-1GMT0,M10.5.0,M3.5.0/1", 0, 3600), ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -7200, -3600),
            // Summer all the year round.
            ("EST5EDT,0/0,J365/25", -14_400, -14_400),
        ] {
            let rule = try #require(POSIXZoneRule(text.utf8), "\(text)")
            #expect(rule.offset(at: january) == winter, "\(text)")
            #expect(rule.offset(at: july) == summer, "\(text)")
        }
    }

    @Test func `zones that are built in are found by name, others are not`() {
        #expect(TimeZoneRules.named("Europe/Zurich") == .zurich)
        #expect(TimeZoneRules.named("UTC")?.offset(at: 0) == 0)
        #expect(TimeZoneRules.named("Europe/Paris") == nil)
    }
}

@Suite struct CivilDateTests {
    @Test func `every day from 1582 to 2500 comes back, one weekday after the other`() throws {
        let first = try #require(CivilDate(year: 1582, month: 10, day: 15)).daysSince1970
        let last = try #require(CivilDate(year: 2500, month: 12, day: 31)).daysSince1970
        #expect(first == -141_427)
        var weekday = 5
        for day in stride(from: first, through: last, by: 1) {
            let date = CivilDate(daysSince1970: day)
            guard date.daysSince1970 == day, date.weekday == weekday else {
                Issue.record("day \(day): \(date)")
                return
            }
            weekday = (weekday + 1) % 7
        }
    }

    @Test func `days that no calendar has are refused`() {
        for (year, month, day) in [
            (2019, 2, 29), (1900, 2, 29), (2020, 2, 30), (2020, 4, 31), (2020, 0, 1), (2020, 13, 1), (2020, 1, 0),
            (0, 1, 1), (10_000, 1, 1),
        ] {
            #expect(CivilDate(year: year, month: month, day: day) == nil)
        }
        #expect(CivilDate(year: 2000, month: 2, day: 29) != nil)
    }
}

/// Makes TZif files.
enum TZif {
    /// Two transitions: to +3 h in February 2001, back to +1 h in January 2002; then Central European rules.
    static let zurichLike = file(version: 2, footer: "CET-1CEST,M3.5.0,M10.5.0/3")

    static func file(version: Int, footer: String?) -> [UInt8] {
        let times: [Int64] = [982_368_000, 1_010_448_000]
        var bytes = block(version: version, times: times, width: 4)
        guard version > 1, let footer else { return bytes }
        bytes += block(version: version, times: times, width: 8)
        return bytes + Array("\n\(footer)\n".utf8)
    }

    private static func block(version: Int, times: [Int64], width: Int) -> [UInt8] {
        var bytes = Array("TZif".utf8) + [version == 1 ? 0 : UInt8(0x30 + version)] + [UInt8](repeating: 0, count: 15)
        for count in [0, 0, 0, times.count, 2, 8] { bytes += number(Int64(count), 4) }
        for time in times { bytes += number(time, width) }
        bytes += [1, 0]
        bytes += number(3600, 4) + [0, 0] + number(10_800, 4) + [1, 4]
        return bytes + Array("CET\0MSK\0".utf8)
    }

    private static func number(_ value: Int64, _ width: Int) -> [UInt8] {
        (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
