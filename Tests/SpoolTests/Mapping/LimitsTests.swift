// Bodies over the limits: compact first, then cut, visibly, always the same way, with all indicators at the end.

import Testing

@testable import Spool

@Suite struct LimitsTests {
    private static func domains(_ count: Int) -> String {
        #""domaininfo":{"domain":[\#(Samples.list(count) { #"{"@name":"host\#($0).example.net","@ip":"unknown"}"# })]}"#
    }

    private static func dropped(_ count: Int) -> String {
        #""droppedinfo":{"hash":[\#(Samples.list(count) { #"{"@file":"C:\\\#($0).exe","value":[{"@algo":"MD5","$":"00"}]}"# })]}"#
    }

    private static func addresses(_ count: Int) -> String {
        #""ipinfo":{"ip":[\#(Samples.list(count) { #"{"@ip":"9.\#($0 >> 16 & 255).\#($0 >> 8 & 255).\#($0 & 255)"}"# })]}"#
    }

    @Test func `a body that fits only without blanks is compact and whole`() throws {
        let text = Samples.report(Self.domains(50))
        let indented = try Samples.map(text)
        #expect(indented.body.contains("\n"))
        #expect(indented.remarks.allSatisfy { !$0.hasPrefix("body") })
        let compact = try Samples.map(text, MappingOptions(maxBytes: indented.body.utf8.count - 1))
        #expect(!compact.body.contains("\n"))
        #expect(try Samples.body(compact) == Samples.body(indented))
        #expect(compact.remarks.contains { $0.hasPrefix("body: compact") })
        // To the byte: what fits is not cut, one byte less is.
        #expect(try Samples.map(text, MappingOptions(maxBytes: compact.body.utf8.count)).body == compact.body)
        let cut = try Samples.map(text, MappingOptions(maxBytes: compact.body.utf8.count - 1))
        #expect(cut.remarks.contains { $0.hasPrefix("body: cut") })
        #expect(cut.body.utf8.count < compact.body.utf8.count)
    }

    @Test func `what is cut is counted beside its list, in the remarks, and the body ends with the indicators`() throws
    {
        let report = try Samples.map(
            Samples.report(Self.addresses(30), Self.dropped(500)), MappingOptions(maxBytes: 10_000))
        #expect(report.body.utf8.count <= 10_000)
        let body = try Samples.body(report)
        let kept = try #require(body["droppedinfo"]?["hash"]?.elements?.count)
        #expect(kept > 0 && kept < 500)
        #expect(body["droppedinfo"]?["hash (cut)"]?.stringValue == "\(kept) of 500 kept")
        #expect(report.remarks.contains("droppedinfo.hash: \(kept) of 500 kept"))
        // The sections that say more are whole.
        #expect(body["ipinfo"]?["ip"]?.elements?.count == 30)
        #expect(body.members?.last?.name == "indicators")
        #expect(body["indicators"]?["IP"]?.elements?.count == 30)
        #expect(body["indicators"]?["left out"] == nil)
        #expect(report.indicators.count == 30)
    }

    @Test func `sections give way in a fixed order`() throws {
        let text = Samples.report(
            #""comments":["\#(String(repeating: "c", count: 3000))"]"#, Self.domains(100), Self.addresses(100),
            #""urlinfo":{"url":[\#(Samples.list(100) { #"{"@name":"http://example.net/\#($0)"}"# })]}"#,
            Self.dropped(100))
        var cut: [String] = []
        for bytes in stride(from: 19_000, through: 9000, by: -500) {
            let report = try Samples.map(text, MappingOptions(maxBytes: bytes, indicatorTypes: []))
            #expect(report.body.utf8.count <= bytes)
            let body = try Samples.body(report)
            for (name, value) in try #require(body.members) where !cut.contains(name) {
                let isCut =
                    value.kind == .string || value.members?.contains { CutNote.isName($0.name) } ?? false
                    || value.elements?.last?.stringValue?.hasPrefix("(cut)") ?? false
                if isCut { cut.append(name) }
            }
        }
        #expect(cut == ["droppedinfo", "urlinfo", "domaininfo", "ipinfo", "comments"])
    }

    @Test func `a hundred thousand domains are cut to the limit, and the small sections stay whole`() throws {
        let domains = Samples.list(100_000) { #"{"@name":"h\#($0).example.net"}"# }
        let report = try Samples.map(
            Samples.report(#""domaininfo":{"domain":[\#(domains)]}"#, Self.addresses(3)),
            MappingOptions(maxBytes: 200_000))
        #expect((195_000...200_000).contains(report.body.utf8.count))
        let body = try Samples.body(report)
        let kept = try #require(body["domaininfo"]?["domain"]?.elements?.count)
        #expect(kept > 5000)
        #expect(report.remarks.contains("domaininfo.domain: \(kept) of 100000 kept"))
        #expect(body["ipinfo"]?.members?.count == 1)
        #expect(body["generalinfo"]?["target"]?["sample"]?.stringValue == "a.exe")
    }

    @Test func `of too many indicators the rarest stay, and what holds the others goes`() throws {
        let wallet = "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw"
        let text = Samples.report(
            Self.addresses(30), #""urlinfo":{"url":[{"@name":"http://example.net/1"}]}"#,
            #""mitreattack":{"tactic":[{"name":"pay \#(wallet)"}]}"#)
        let report = try Samples.map(text, MappingOptions(maxIndicators: 20))
        #expect(report.indicators.count == 20)
        #expect(report.indicators.last == Indicator(type: .bitcoin, value: wallet))
        #expect(report.remarks.contains("indicators: 20 of 32 kept"))
        let body = try Samples.body(report)
        #expect(body["ipinfo"]?["ip"]?.elements?.count == 19)
        #expect(body["ipinfo"]?["ip (cut)"]?.stringValue == "19 of 30 kept")
        #expect(body["urlinfo"]?["url"]?.elements?.isEmpty == true)
        #expect(body["urlinfo"]?["url (cut)"]?.stringValue == "0 of 1 kept")
        #expect(body["indicators"]?["left out"]?.intValue == 12)
        #expect(!report.body.contains("http://example.net/1"))
        #expect(!report.body.contains("9.0.0.25"))
    }

    @Test func `a note that takes more room than what it is about costs something else, not everything`() throws {
        let filler = #""comments":["\#(String(repeating: "c", count: 900))"]"#
        let text = Samples.report(filler, Self.addresses(2))
        for limit in 1100...1400 {
            let report = try Samples.map(text, MappingOptions(maxBytes: limit, maxIndicators: 1))
            #expect(report.body.utf8.count <= limit)
            #expect(try Samples.body(report)["generalinfo"]?["id"]?.intValue == 744288, "\(limit)")
        }
    }

    @Test func `a text with an indicator too many ends before it`() throws {
        let wallets = [
            "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw", "115p7UMMngoj1pMvkpHijcRdfJNXj6LrLn",
            "13AM4VW2dhxYgXeQepoHkHSQuy6NgaEb94",
        ]
        let report = try Samples.map(
            Samples.report(#""comments":{"text":"pay \#(wallets.joined(separator: " or "))"}"#),
            MappingOptions(maxIndicators: 2))
        #expect(report.indicators.map(\.value) == Array(wallets[..<2]))
        let text = try #require(try Samples.body(report)["comments"]?["text"]?.stringValue)
        #expect(text.hasPrefix("pay \(wallets[0]) or \(wallets[1]) or \u{2026} (cut: "))
        #expect(!report.body.contains(wallets[2]))
    }

    @Test(arguments: [1, 2, 3]) func `a text is cut between two characters`(lead: Int) throws {
        let long = String(repeating: "x", count: lead) + String(repeating: "\u{1F600}", count: 2000)
        for bytes in 3000...3008 {
            let report = try Samples.map(Samples.report(#""comments":"\#(long)""#), MappingOptions(maxBytes: bytes))
            #expect(report.body.utf8.count <= bytes)
            let text = try #require(try Samples.body(report)["comments"]?.stringValue)
            #expect(!text.contains("\u{FFFD}"))
            let note = try #require(text.split(separator: "\u{2026}").last)
            #expect(note.hasSuffix(" of \(long.utf8.count) bytes kept)"))
            #expect(long.hasPrefix(text.prefix { $0 != "\u{2026}" }))
            #expect(report.remarks.contains { $0.hasPrefix("comments: a string of \(long.utf8.count) bytes") })
        }
    }

    @Test func `indicators deep in a text longer than a body are found`() throws {
        let wallet = "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw"
        let filler = String(repeating: "lorem ipsum \\u00e4 ", count: 20_000)
        for shift in 0..<40 {
            let text = #"\#(String(repeating: "x", count: shift)) \#(filler)\#(wallet)\n\#(shift == 0 ? filler : "")"#
            let report = try Samples.map(Samples.report(#""comments":"\#(text)""#), MappingOptions(maxBytes: 5000))
            #expect(report.indicators == [Indicator(type: .bitcoin, value: wallet)])
            #expect(report.body.contains(wallet))
            #expect(report.body.utf8.count <= 5000)
            if shift == 1 { break }
        }
    }

    @Test func `whatever the limit, the body keeps to it and is JSON`() throws {
        let bytes = try Samples.file("json").compact()
        let whole = try Samples.map(bytes)
        let wallets = whole.indicators.filter { $0.type == .bitcoin }.map(\.value)
        for limit in stride(from: 7600, through: 100, by: -71) {
            let report = try Samples.map(bytes, MappingOptions(maxBytes: limit))
            #expect(report.body.utf8.count <= limit, "\(limit)")
            let body = try Samples.body(report)
            #expect(report.indicators == whole.indicators)
            if limit > 2500 { for wallet in wallets { #expect(report.body.contains(wallet)) } }
            #expect(body.members?.last?.name == "indicators" || !report.remarks.contains { $0.hasPrefix("body: cut") })
        }
        for limit in [-1, 0, 1, 50] {
            #expect(try Samples.map(bytes, MappingOptions(maxBytes: limit)).body.utf8.count < 100)
        }
    }

    @Test func `room held back for a note is free again after it`() throws {
        let list = Samples.list(100) { #""0123456789 \#($0 % 10)""# }
        for limit in 750...860 {
            let report = try Samples.map(
                Samples.report(#""comments":{"a":[\#(list)],"b":"0123456789"}"#), MappingOptions(maxBytes: limit))
            let comments = try Samples.body(report)["comments"]
            #expect(comments?["a (cut)"] != nil)
            #expect(comments?["b"]?.stringValue == "0123456789")
        }
    }

    @Test func `sections of other shapes are cut as well`() throws {
        let element = #"{"a":"\#(String(repeating: "x", count: 100))"}"#
        for comments in [
            "[\(Samples.list(100) { _ in element })]", #"{"x":{"y":{"z":[\#(Samples.list(100) { _ in element })]}}}"#,
            "{\(Samples.list(100) { #""m\#($0)":\#(element)"# })}", #"{"@isArray":"true","comment":\#(element)}"#,
            "[[[\(element)]]]",
            String(repeating: #"{"deep":"#, count: 100) + "1" + String(repeating: "}", count: 100),
        ] {
            let text = Samples.report(#""comments":\#(comments)"#)
            for limit in stride(from: 4000, through: 300, by: -100) {
                let report = try Samples.map(text, MappingOptions(maxBytes: limit))
                #expect(report.body.utf8.count <= limit)
                _ = try Samples.body(report)
            }
        }
    }

    @Test func `the same bytes give the same report`() throws {
        let text = Samples.report(Self.addresses(400), Self.domains(400), Self.dropped(400))
        for options in [
            MappingOptions(),
            MappingOptions(maxBytes: 9000, maxIndicators: 100, indicatorTypes: Set(IndicatorType.allCases)),
        ] {
            let first = try Samples.map(text, options)
            #expect(try Samples.map(text, options) == first)
            #expect(
                try ReportMapper(options).map(NarrowSource(bytes: Array(text.utf8)), context: Samples.context) == first)
        }
    }
}

/// The same bytes from another kind of source.
private struct NarrowSource: ByteSource {
    let bytes: [UInt8]
    var count: Int { bytes.count }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try MemorySource(bytes).read(at: offset, into: buffer)
    }
}
