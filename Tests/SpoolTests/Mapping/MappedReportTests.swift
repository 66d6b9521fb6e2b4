// The payload of the outbox, and reports made smaller after the fact.

import Testing

@testable import Spool

@Suite struct MappedReportTests {
    private let report = MappedReport(
        title: "a\u{1B}\"\\\u{1F600}", externalURL: "https://x/analysis/1/0/html",
        timeBegan: "2018-12-20T19:48:25+01:00", body: "{}",
        tags: ["confidence:64"], indicators: [Indicator(type: .ip, value: "9.9.9.9")], remarks: ["x: y"])

    @Test func `the payload has the documented members in order`() {
        #expect(
            String(decoding: report.encoded(), as: UTF8.self)
                == #"{"report":{"title":"a\u001b\"\\😀","externalUrl":"https://x/analysis/1/0/html","timeBegan":"2018-12-20T19:48:25+01:00","reportBody":"{}"},"tags":["confidence:64"],"indicators":[{"type":"IP","value":"9.9.9.9"}],"remarks":["x: y"]}"#
        )
    }

    @Test func `a payload comes back as it was`() throws {
        #expect(try MappedReport(decoding: report.encoded()) == report)
        let bare = MappedReport(title: "", body: "")
        #expect(try MappedReport(decoding: bare.encoded()) == bare)
        #expect(String(decoding: bare.encoded(), as: UTF8.self).contains(#""externalUrl":null,"timeBegan":null"#))
        let large = MappedReport(title: "t", body: String(repeating: "a", count: 3_000_000))
        #expect(try MappedReport(decoding: large.encoded()) == large)
    }

    @Test func `a payload that lacks something says what`() throws {
        let whole = try JSONValue(parsing: report.encoded())
        for path in [
            "report", "report.title", "report.externalUrl", "report.timeBegan", "report.reportBody", "tags",
            "indicators", "remarks", "indicators.type", "indicators.value",
        ] {
            let parts = path.split(separator: ".").map(String.init)
            for odd in [nil, JSONValue.number("5"), .array([.number("1")]), .bool(true)] {
                #expect {
                    try MappedReport(decoding: whole.replacing(parts[...], with: odd).compact())
                } throws: { error in
                    guard let error = error as? MappingError, let last = parts.last else { return false }
                    return error.code == .badPayload && error.message.contains(last)
                }
            }
        }
        for text in ["", "[]", "{", "null", #"{"report":"#] {
            #expect { try MappedReport(decoding: Array(text.utf8)) } throws: {
                ($0 as? MappingError)?.code == .badPayload
            }
        }
        let unknown = String(decoding: report.encoded(), as: UTF8.self).replacing("\"IP\"", with: "\"PHONE\"")
        #expect(throws: MappingError.self) { try MappedReport(decoding: Array(unknown.utf8)) }
    }
}

@Suite struct ShorteningTests {
    private func sample() throws -> MappedReport {
        let hashes = Samples.list(400) { #"{"@file":"\#($0).exe","value":[{"@algo":"MD5","$":"00"}]}"# }
        let addresses = Samples.list(20) { #"{"@ip":"9.9.9.\#($0)"}"# }
        return try Samples.map(Samples.report(#""ipinfo":{"ip":[\#(addresses)]},"droppedinfo":{"hash":[\#(hashes)]}"#))
    }

    @Test func `first the blanks go`() throws {
        let report = try sample()
        let short = try #require(report.shortened(toBytes: report.body.utf8.count - 1))
        #expect(!short.body.contains("\n"))
        #expect(try Samples.body(short) == Samples.body(report))
        #expect(
            short.remarks.last?.hasPrefix(
                "body: shortened from \(report.body.utf8.count) to \(short.body.utf8.count) bytes") == true)
    }

    @Test func `then elements, and the indicators stay`() throws {
        let report = try sample()
        let short = try #require(report.shortened(toBytes: 5000))
        #expect(short.body.utf8.count <= 5000)
        let body = try Samples.body(short)
        #expect(body["ipinfo"]?["ip"]?.elements?.count == 20)
        let kept = try #require(body["droppedinfo"]?["hash"]?.elements?.count)
        #expect(body["droppedinfo"]?["hash (cut)"]?.stringValue == "\(kept) of 400 kept")
        #expect(body.members?.last?.name == "indicators")
        #expect(body["indicators"]?["IP"]?.elements?.count == 20)
        #expect((short.title, short.tags, short.indicators) == (report.title, report.tags, report.indicators))
        #expect(report.shortened(toBytes: 5000) == short)
    }

    @Test func `a second cut still tells the first number`() throws {
        let once = try #require(try sample().shortened(toBytes: 9000))
        let twice = try #require(once.shortened(toBytes: 4000))
        #expect(twice.body.utf8.count <= 4000)
        let body = try Samples.body(twice)
        let kept = try #require(body["droppedinfo"]?["hash"]?.elements?.count)
        #expect(body["droppedinfo"]?["hash (cut)"]?.stringValue == "\(kept) of 400 kept")
        #expect(body["droppedinfo"]?.members?.count == 2)
        #expect(body.members?.filter { $0.name == "indicators" }.count == 1)
        #expect(body["indicators"]?["IP"]?.elements?.count == 20)
    }

    @Test func `texts and members are cut twice with the first number too`() throws {
        let members = Samples.list(60) { #""m\#($0)":"\#(String(repeating: "y", count: 40))""# }
        let report = try Samples.map(
            Samples.report(#""comments":{"text":"\#(String(repeating: "ä", count: 4000))",\#(members)}"#))
        let once = try #require(report.shortened(toBytes: 6000))
        let twice = try #require(once.shortened(toBytes: 1800))
        for short in [once, twice] {
            let comments = try #require(try Samples.body(short)["comments"])
            #expect(comments["text"]?.stringValue?.hasSuffix(" of 8000 bytes kept)") == true, "\(comments)")
        }
        let comments = try #require(try Samples.body(twice)["comments"]?.members)
        #expect(comments.last?.name == "(cut)")
        #expect(comments.last?.value.stringValue == "\(comments.count - 1) of 61 members kept")
    }

    @Test func `indicators without room are counted once, however often the body is cut`() throws {
        let urls = Samples.list(60) { #"{"@name":"http://example.net/\#($0)/\#(String(repeating: "z", count: 90))"}"# }
        let report = try Samples.map(
            Samples.report(#""urlinfo":{"url":[\#(urls)]}"#), MappingOptions(maxIndicators: 50))
        #expect(report.indicators.count == 50)
        var short = report
        for limit in [6000, 4000, 2000] {
            short = try #require(short.shortened(toBytes: limit))
            let list = try #require(try Samples.body(short)["indicators"])
            let listed = list["URL"]?.elements?.count ?? 0
            #expect(list["left out"]?.intValue == 60 - listed)
            #expect(short.indicators == report.indicators)
        }
    }

    @Test func `shortening ends`() throws {
        var report = try sample()
        var sizes: [Int] = []
        while let short = report.shortened(toBytes: report.body.utf8.count * 3 / 4) {
            #expect(short.body.utf8.count <= report.body.utf8.count * 3 / 4)
            _ = try Samples.body(short)
            report = short
            sizes.append(report.body.utf8.count)
            try #require(sizes.count < 100)
        }
        #expect(sizes.last.map { $0 < 400 } == true)
        #expect(report.shortened(toBytes: 0) == nil)
        #expect(report.shortened(toBytes: 10) == nil)
    }

    @Test func `a body that is no JSON object stays as it is`() {
        for body in ["", "text", "[1,2,3]", "{\"a\":", "{}"] {
            #expect(MappedReport(title: "t", body: body).shortened(toBytes: 5) == nil)
        }
    }

    @Test func `shortening a mapped report is what mapping with that limit does`() throws {
        let bytes = try Samples.file("json").compact()
        let whole = try Samples.map(bytes)
        for limit in [6000, 4500, 3000] {
            let mapped = try Samples.map(bytes, MappingOptions(maxBytes: limit))
            #expect(whole.shortened(toBytes: limit)?.body == mapped.body)
        }
    }
}
