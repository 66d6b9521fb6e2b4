// A report's date and time, read day first.

import Testing

@testable import Spool

@Suite struct AnalysisTimeTests {
    private let zurich = AnalysisTime(zone: .zurich)

    @Test func `the day stands first`() {
        let reading = zurich.read(date: "02/12/2018", time: "19:48:25", known: nil)
        #expect(reading == AnalysisTime.Reading(text: "2018-12-02T19:48:25+01:00"))
    }

    @Test func `the specification's example and a real report have their offsets`() {
        #expect(zurich.read(date: "20/12/2018", time: "19:48:25", known: nil).text == "2018-12-20T19:48:25+01:00")
        #expect(zurich.read(date: "28/01/2019", time: "08:15:13", known: nil).text == "2019-01-28T08:15:13+01:00")
        #expect(zurich.read(date: "01/05/2020", time: "22:29:13", known: nil).text == "2020-05-01T22:29:13+02:00")
        #expect(
            AnalysisTime(zone: .utc).read(date: "20/12/2018", time: "19:48:25", known: nil).text
                == "2018-12-20T19:48:25+00:00")
    }

    @Test func `in the doubled hour the time of the analysis decides`() {
        for (known, expected) in [
            ("2018-10-28T02:30:14+02:00", "2018-10-28T02:30:15+02:00"),
            ("2018-10-28T02:30:14+01:00", "2018-10-28T02:30:15+01:00"),
            ("2018-10-28T00:30:14Z", "2018-10-28T02:30:15+02:00"),
            ("2018-10-28T01:29:59.123+0000", "2018-10-28T02:30:15+01:00"),
        ] {
            let reading = zurich.read(date: "28/10/2018", time: "02:30:15", known: known)
            #expect(reading == AnalysisTime.Reading(text: expected), "\(known)")
        }
        for known in [nil, "", "2018-10-28T02:30:14", "yesterday"] {
            let reading = zurich.read(date: "28/10/2018", time: "02:30:15", known: known)
            #expect(reading.text == "2018-10-28T02:30:15+02:00")
            #expect(reading.remark?.contains("twice") == true)
        }
    }

    @Test func `a skipped time is read with the offset before, and said so`() {
        let reading = zurich.read(date: "25/03/2018", time: "02:30:00", known: nil)
        #expect(reading.text == "2018-03-25T02:30:00+01:00")
        #expect(reading.remark?.contains("skipped") == true)
    }

    @Test(arguments: [
        ("", ""), ("20/12/2018", ""), ("2018-12-20", "19:48:25"), ("12/20/2018", "19:48:25"), ("20/12/18", "19:48:25"),
        ("20/12/2018", "24:00:00"), ("20/12/2018", "19:48:60"), ("20/12/2018", "19:48"), ("29/02/2019", "10:00:00"),
        ("20/12/2018/", "19:48:25"), ("20/012/2018", "19:48:25"), ("-1/12/2018", "19:48:25"),
        ("２０/12/2018", "19:48:25"),
    ])
    func `a wrong date gives no time and a remark`(date: String, time: String) {
        let reading = zurich.read(date: date, time: time, known: "2018-12-20T19:48:24+01:00")
        #expect(reading.text == nil)
        #expect(reading.remark != nil)
    }

    @Test func `an offset with seconds is told in UTC`() throws {
        let wall = try #require(WallClock(date: "01/01/1970", time: "00:30:00"))
        #expect(wall.iso8601(offset: -2670) == "1970-01-01T01:14:30+00:00")
        #expect(wall.iso8601(offset: -12_600) == "1970-01-01T00:30:00-03:30")
    }

    @Test func `moments without an offset are none`() {
        #expect(Moment(iso8601: "2019-01-28T08:15:12+01:00")?.seconds == 1_548_659_712)
        #expect(Moment(iso8601: " 2019-01-28 07:15:12Z ")?.seconds == 1_548_659_712)
        for text in [
            "2019-01-28T08:15:12", "2019-01-28T08:15:12+", "2019-01-28T08:15:12+1", "2019-01-28T08:15:12+01:60",
            "2019-02-30T08:15:12Z", "2019-01-28T08:15:12Zx", "", "ääääääääääääääääääääääääää",
        ] {
            #expect(Moment(iso8601: text) == nil, "\(text)")
        }
    }
}
