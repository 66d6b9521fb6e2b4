import Testing

@testable import Spool

@Suite struct ReportChangeTests {
    private let old = MappedReport(
        title: "a.exe", externalURL: "https://joe.test/1", timeBegan: "2018-12-20T19:48:25+01:00",
        body: #"{"generalinfo":{"id":1},"urlinfo":null,"ipinfo":{}}"#, tags: ["confidence:64", "Maliciousness:true"],
        indicators: [Indicator(type: .ip, value: "8.8.8.8")], remarks: ["a"])

    @Test func `the same report is no change, and another case of a tag is none`() {
        var new = old
        #expect(ReportChange(from: old, to: new).isEmpty)
        new.tags = ["confidence:64", "maliciousness:true"]
        #expect(ReportChange(from: old, to: new).isEmpty)
    }

    @Test func `each field, tag and section that differs is told`() {
        var new = old
        new.title = "b.exe"
        new.timeBegan = nil
        new.tags = ["confidence:80", "Maliciousness:true"]
        new.body = #"{"generalinfo":{"id":1},"urlinfo":{"url":[]},"indicators":{}}"#
        let change = ReportChange(from: old, to: new)
        #expect(change.isSent)
        #expect(change.fields.map(\.name) == ["title", "timeBegan"])
        #expect(change.fields.last?.from == "2018-12-20T19:48:25+01:00" && change.fields.last?.to == nil)
        #expect(change.addedTags == ["confidence:80"] && change.removedTags == ["confidence:64"])
        #expect(
            change.body?.sections == [
                .init(name: "urlinfo", from: 4, to: 10), .init(name: "indicators", from: nil, to: 2),
                .init(name: "ipinfo", from: 2, to: nil),
            ])
    }

    @Test func `indicators and remarks stay here: a change of them alone is not sent`() {
        var new = old
        new.indicators = [Indicator(type: .md5, value: "00")]
        new.remarks = ["b"]
        let change = ReportChange(from: old, to: new)
        #expect(!change.isEmpty && !change.isSent)
        #expect(change.addedIndicators == new.indicators && change.removedIndicators == old.indicators)
        #expect(change.hasOtherRemarks)
    }

    @Test func `blanks alone are a change of the body, but of no section`() throws {
        var new = old
        new.body = "{\n  \"generalinfo\": {\n    \"id\": 1\n  },\n  \"urlinfo\": null,\n  \"ipinfo\": {}\n}"
        let change = ReportChange(from: old, to: new)
        #expect(change.isSent && change.body?.sections == [])
    }

    @Test func `a body that is no JSON only differs as a whole`() {
        var new = old
        new.body = "{"
        let body = ReportChange(from: old, to: new).body
        #expect(body?.to == 1 && body?.sections.allSatisfy { $0.to == nil } == true)
    }
}
