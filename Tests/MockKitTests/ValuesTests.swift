// The small values below everything else.

import MockKit
import Testing

@Suite struct ValuesTests {
    @Test func `queries are read leniently: blanks, escapes, lists, booleans of other languages`() {
        let query = QueryItems("a=1+2%20%C3%A4&b=x,y&b=z&flag=True&off=False&bad=%zz%4&empty&=v&%")
        #expect(query["a"] == "1 2 ä")
        #expect(query.list("b") == ["x", "y", "z"])
        #expect(query.flag("flag") == true)
        #expect(query.flag("off") == false)
        #expect(query["bad"] == "%zz%4")
        #expect(query["empty"] == "")
        #expect(query["none"] == nil)
    }

    @Test func `dates go both ways`() {
        #expect(HTTPDate.text(milliseconds: 784_111_777_000) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(CivilTime.milliseconds(iso: "2018-12-20T19:48:25+01:00") == 1_545_331_705_000)
        #expect(CivilTime.milliseconds(iso: "2018-12-20T18:48:25.250Z") == 1_545_331_705_250)
        #expect(CivilTime.milliseconds(iso: "2018-12-20T18:48:25") == 1_545_331_705_000)
        #expect(CivilTime.milliseconds(iso: "2018-12-20 18:48:25-0530") == 1_545_351_505_000)
        for text in [
            "", "2018-02-30T00:00:00Z", "20/12/2018 19:48:25", "2018-12-20T18:48:25+", "2018-12-20T18:48:25Zx",
        ] {
            #expect(CivilTime.milliseconds(iso: text) == nil, "\(text)")
        }
    }

    @Test func `all days of a leap cycle survive the round trip`() {
        for day in stride(from: 0, through: 4 * 366 * 30, by: 1) {
            let parts = CivilTime(milliseconds: day * 86_400_000)
            let back = CivilTime.milliseconds(year: parts.year, month: parts.month, day: parts.day)
            #expect(back == day * 86_400_000)
        }
    }

    @Test func `seeded identifiers are version 4 and repeat`() {
        var one = SeededRandom(seed: 7, "a")
        var two = SeededRandom(seed: 7, "a")
        var other = SeededRandom(seed: 7, "b")
        let id = one.uuid()
        #expect(id == two.uuid())
        #expect(id != other.uuid())
        let parts = id.split(separator: "-")
        #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
        #expect(parts[2].first == "4")
        #expect("89ab".contains(parts[3].first ?? "x"))
    }

    @Test func `a document that is nested too deeply or is cut is refused, not a trap`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: MockError.self) { try JSONValue(parsing: Array(deep.utf8)) }
        #expect(throws: MockError.self) { try JSONValue(parsing: Array(#"{"a":"#.utf8)) }
        #expect(throws: MockError.self) { try JSONValue(parsing: [0xff, 0xfe]) }
    }

    @Test func `the clock never leaves its bounds`() {
        let clock = VirtualClock(frozenAt: Int.max)
        clock.advance(milliseconds: Int.max)
        #expect(clock.now == 100_000_000_000_000)
        clock.advance(milliseconds: Int.min)
        clock.advance(milliseconds: Int.min)
        #expect(clock.now == 0)
    }
}
