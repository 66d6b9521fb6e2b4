// The fields beside the body: title, time, link, tags.

import Testing

@testable import Spool

@Suite struct ReportFieldsTests {
    private func map(general: String, rest: String = "", _ context: AnalysisContext = Samples.context) throws
        -> MappedReport
    {
        try Samples.map(#"{"analysis":{"generalinfo":{\#(general)}\#(rest)}}"#, MappingOptions(), context)
    }

    @Test(arguments: [
        (#"{"sample":"a.exe","url":"http://x"}"#, "a.exe"), (#"{"sample":"","url":"http://x"}"#, "http://x"),
        (#"{"sample":null,"url":"http://x"}"#, "http://x"),
        (#"{"sample":12345}"#, "12345"), (#"{"sample":1.50}"#, "1.50"), (#"{"sample":true}"#, "true"),
        (#"{"sample":{"$":"a.exe","@x":"1"}}"#, "a.exe"),
        (#"{"sample":["a"],"url":"u"}"#, "u"), (#"{"sample":"  "}"#, "752112"), (#"{"sample":{},"url":[]}"#, "752112"),
        ("null", "752112"), ("[]", "752112"),
        (#"{"sample":"a\u001b[31m\u202eb"}"#, "a\u{1B}[31m\u{202E}b"),
    ])
    func `the title is the sample, else the URL, else the webid`(target: String, title: String) throws {
        let report = try map(general: #""target":\#(target)"#)
        #expect(report.title == title)
        #expect(report.remarks.contains { $0.hasPrefix("generalinfo.target") } == (title == "752112"))
    }

    @Test func `a title has at most 500 characters`() throws {
        let name = String(repeating: "\u{1F600}", count: 600)
        let report = try map(general: #""target":{"sample":"\#(name)"}"#)
        #expect(report.title == String(repeating: "\u{1F600}", count: 499) + "\u{2026}")
        #expect(report.remarks.contains { $0.contains("title") })
        #expect(report.body.contains(name))
        let fits = String(repeating: "e\u{301}", count: 250)
        #expect(try map(general: #""target":{"sample":"\#(fits)"}"#).title == fits)
    }

    @Test func `the link has the analysis id and the run`() throws {
        let link = "https://jbxcloud.joesecurity.org/analysis/"
        let known = AnalysisContext(webid: "752112", analysisid: "744200", run: 2)
        #expect(try map(general: #""id":744288"#).externalURL == link + "744288/0/html")
        #expect(try map(general: #""id":"744288""#, known).externalURL == link + "744288/2/html")
        #expect(try map(general: #""id":null"#, known).externalURL == link + "744200/2/html")
        for odd in [#""id":"../x""#, #""id":"""#, #""id":7.5"#, #""x":1"#] {
            let report = try map(general: odd)
            #expect(report.externalURL == link + "752112/0/html")
            #expect(report.remarks.contains { $0.hasPrefix("generalinfo.id") })
        }
    }

    @Test func `a link over 500 bytes is left out`() throws {
        let text = #"{"analysis":{"generalinfo":{"id":1}}}"#
        let fits = MappingOptions(baseURL: "https://" + String(repeating: "x", count: 500 - 8 - 18) + "//")
        #expect(try Samples.map(text, fits).externalURL?.utf8.count == 500 - 18 + "/analysis/1/0/html".count)
        let report = try Samples.map(text, MappingOptions(baseURL: "https://" + String(repeating: "x", count: 500)))
        #expect(report.externalURL == nil)
        #expect(report.remarks.contains { $0.hasPrefix("externalUrl") })
    }

    @Test func `the time comes from date and time in the configured zone`() throws {
        let general = #""startdate":"28/10/2018","starttime":"02:30:15""#
        let summer = AnalysisContext(webid: "1", time: "2018-10-28T02:30:14+02:00")
        let winter = AnalysisContext(webid: "1", time: "2018-10-28T02:30:14+01:00")
        #expect(try map(general: general, summer).timeBegan == "2018-10-28T02:30:15+02:00")
        #expect(try map(general: general, winter).timeBegan == "2018-10-28T02:30:15+01:00")
        let utc = try Samples.map(#"{"analysis":{"generalinfo":{\#(general)}}}"#, MappingOptions(timeZone: .utc))
        #expect(utc.timeBegan == "2018-10-28T02:30:15+00:00")
        let wrong = try map(general: #""startdate":"2018-10-28","starttime":"02:30:15""#)
        #expect(wrong.timeBegan == nil)
        #expect(wrong.remarks.contains { $0.hasPrefix("generalinfo.startdate") })
    }

    @Test(arguments: [
        (
            #"{"@name":"empiric","score":64,"malicious":true,"detection":"MAL"}"#,
            ["confidence:64", "Maliciousness:true"]
        ),
        (#"{"@name":"empiric","score":"64","malicious":"true"}"#, ["confidence:64", "Maliciousness:true"]),
        (#"{"@name":"empiric","score":5,"malicious":false,"clean":true}"#, ["confidence:5", "Maliciousness:false"]),
        (
            #"{"@name":"empiric","score":5,"malicious":"false","detection":"CLEAN"}"#,
            ["confidence:5", "Maliciousness:false"]
        ),
        (
            #"{"@name":"empiric","score":30,"malicious":false,"suspicious":true,"detection":"SUS"}"#,
            ["confidence:30", "Maliciousness:false"]
        ),
        (
            #"{"@name":"empiric","score":0,"malicious":false,"unknown":true,"detection":"UNKNOWN"}"#,
            ["confidence:0", "Maliciousness:unknown"]
        ),
        (
            #"{"@name":"empiric","score":0,"malicious":false,"unknown":true,"clean":true}"#,
            ["confidence:0", "Maliciousness:unknown"]
        ),
        (#"{"@name":"empiric","score":0,"malicious":false}"#, ["confidence:0", "Maliciousness:unknown"]),
        (#"{"@name":"empiric","malicious":false,"clean":"false"}"#, ["Maliciousness:unknown"]),
        (#"{"@name":"empiric","score":"high","detection":"MAL"}"#, ["Maliciousness:true"]),
        (#"{"@name":"empiric","score":{"$":7},"malicious":{"$":"true"}}"#, ["confidence:7", "Maliciousness:true"]),
        (#"{"@name":"empiric"}"#, ["Maliciousness:unknown"]),
        (
            #"{"@name":"atleastonemalicioussig","@count":"0","$":"false","score":1,"malicious":false,"clean":true}"#,
            ["Maliciousness:unknown"]
        ),
        (
            #"[{"@name":"empiric","score":92,"malicious":true},{"@name":"atleastonemalicioussig","score":1,"malicious":false,"clean":true}]"#,
            ["confidence:92", "Maliciousness:true"]
        ),
        ("null", ["Maliciousness:unknown"]), ("[]", ["Maliciousness:unknown"]),
    ])
    func `the tags are those of the strategy by its name, and no opinion is no acquittal`(
        strategy: String, tags: [String]
    ) throws {
        let report = try map(general: "", rest: #","signaturedetections":{"strategy":\#(strategy)}"#)
        #expect(report.tags == tags)
        #expect(
            report.remarks.contains { $0.contains("signaturedetections.strategy") }
                || !tags.contains("Maliciousness:unknown"))
    }

    @Test(arguments: [
        (#"{"error":["Unable to run"]}"#, "unknown"), (#"{"@isArray":"true","error":{"$":"x"}}"#, "unknown"),
        (#""x""#, "unknown"),
        (#"{"@isArray":"true"}"#, "false"), ("null", "false"), (#""""#, "false"), (#"{"error":[null," "]}"#, "false"),
        (#"{"@count":"0"}"#, "false"),
    ])
    func `errors of the analysis make a clean verdict inconclusive`(errors: String, verdict: String) throws {
        let clean = #"{"@name":"empiric","score":0,"malicious":false,"clean":true}"#
        let report = try map(
            general: "", rest: #","signaturedetections":{"strategy":\#(clean)},"errorinfo":\#(errors)"#)
        #expect(report.tags == ["confidence:0", "Maliciousness:\(verdict)"])
        let malicious = try map(
            general: "",
            rest:
                #","signaturedetections":{"strategy":{"@name":"empiric","score":90,"malicious":true}},"errorinfo":\#(errors)"#
        )
        #expect(malicious.tags == ["confidence:90", "Maliciousness:true"])
    }
}
