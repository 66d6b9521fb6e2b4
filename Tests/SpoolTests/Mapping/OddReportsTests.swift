// Reports with something missing or of another shape: all of them map, and each says by its path what was odd.

import Testing

@testable import Spool

@Suite struct OddReportsTests {
    static let paths = [
        "generalinfo", "fileinfo", "comments", "domaininfo", "ipinfo", "urlinfo", "droppedinfo", "signaturedetections",
        "mitreattack",
        "generalinfo.target", "generalinfo.id", "generalinfo.startdate", "generalinfo.starttime", "domaininfo.domain",
        "ipinfo.ip", "urlinfo.url",
        "droppedinfo.hash", "signaturedetections.strategy", "mitreattack.tactic",
    ]

    static let replacements: [(name: String, json: String?)] = [
        ("missing", nil), ("null", "null"), ("empty text", #""""#), ("number", "5"), ("object", "{}"), ("list", "[]"),
        ("text", #""x""#),
        ("nested", #"{"a":{"b":[[],{"c":[null,{}]}]}}"#), ("list of odds", #"[null,5,"x",[],{}]"#),
        ("hint", #"{"@isArray":"true","@arrayTag":"x"}"#),
    ]

    /// What replaces this is not odd there: a scalar is a fine id, and an unknown member is nobody's business.
    private func isFine(_ path: String, _ name: String) -> Bool {
        switch path {
        case "generalinfo.id": ["number", "text"].contains(name)
        case "fileinfo", "comments", "mitreattack.tactic": name == "nested"
        default: false
        }
    }

    @Test(arguments: paths, ["json", "jsonfixed"])
    func `whatever becomes of a section, the report maps and names it`(path: String, form: String) throws {
        let whole = try Samples.file(form)
        // The forms differ in what stands around values; a few kinds of value show that for the second one.
        for (name, json) in Self.replacements where form == "jsonfixed" || ["null", "text", "hint"].contains(name) {
            let value = try json.map { try JSONValue(parsing: Array($0.utf8)) }
            let report = try Samples.map(
                whole.replacing(["analysis"] + path.split(separator: ".").map(String.init), with: value))
            // Of a section that had nothing but its list, the section itself is named.
            let named = json == nil ? path.prefix { $0 != "." } : path[...]
            let isNamed = report.remarks.contains { $0.hasPrefix(named) || $0.contains(", \(named)") }
            #expect(isNamed || isFine(path, name), "\(path) \(name): \(report.remarks)")
            #expect(try Samples.body(report).kind == .object)
            #expect(!report.title.isEmpty)
        }
    }

    @Test(arguments: [#"[null,{"a":[]}]"#, #"{"@isArray":"true"}"#])
    func `every member of the body's sections may be anything`(json: String) throws {
        let value = try JSONValue(parsing: Array(json.utf8))
        let whole = try Samples.file("json")
        for section in ReportSection.allCases {
            for name in try #require(whole["analysis"]?[section.rawValue]?.members).map(\.name) {
                let report = try Samples.map(whole.replacing(["analysis", section.rawValue, name], with: value))
                #expect(try Samples.body(report).members?.count == 9)
            }
        }
    }

    @Test func `what is no report is an error that says so`() throws {
        for text in [
            #"{}"#, #"[]"#, #""x""#, #"{"analysis":null}"#, #"{"analysis":[{"generalinfo":{}}]}"#, #"{"analysis":{}}"#,
            #"{"analysis":{"x":1}}"#, #"{"data":{"webid":"1"}}"#,
        ] {
            #expect { try Samples.map(text) } throws: { ($0 as? MappingError)?.code == .notAReport }
        }
    }

    @Test func `an incident response report is told apart and the right type named`() {
        let text =
            #"{"analysis":{"id":43162,"detection":"MAL","confidence":{"score":5},"contacted":{"ips":null},"signatures":{"signare":"x"}}}"#
        #expect {
            try Samples.map(text)
        } throws: { error in
            guard let error = error as? MappingError else { return false }
            return error.code == .notAReport && error.message.contains("irjson")
                && error.message.contains("report_type")
        }
    }

    @Test func `one section is enough to be a report`() throws {
        for name in ["generalinfo", "mitreattack", "behavior", "errorinfo"] {
            let report = try Samples.map(#"{"analysis":{"\#(name)":null}}"#)
            #expect(report.title == "752112")
            #expect(report.tags == ["Maliciousness:unknown"])
            #expect(report.timeBegan == nil)
        }
    }

    @Test func `a report cut at any byte is an error`() throws {
        let whole = try Samples.file().compact()
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect { try Samples.map(Array(whole[..<length])) } throws: { ($0 as? MappingError)?.code == .notJSON }
        }
    }

    @Test func `damaged bytes give a report or an error and never a trap`() throws {
        let whole = Array(
            Samples.report(
                #""fileinfo":{"trid":{"@isArray":"true","def":"x"},"md5":"44d88612fea8a8f36de82e1278abb02f"}"#,
                #""ipinfo":{"@isArray":"true","ip":{"@ip":"8.8.8.8"}}"#, #""comments":["a\u00e4\ud83d\ude00",1.5e3]"#
            ).utf8)
        for position in whole.indices {
            for byte: UInt8 in [
                0, UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "]"), UInt8(ascii: ","), UInt8(ascii: "\\"),
                0xFF,
            ] {
                var damaged = whole
                damaged[position] = byte
                _ = try? Samples.map(damaged)  // either answer will do
            }
        }
    }

    @Test func `text that is no text is replaced and said so`() throws {
        let start = Array(#"{"analysis":{"comments":["\ud800"#.utf8)
        let report = try Samples.map(start + [0xFF] + Array("\"]}}".utf8))
        #expect(report.body.contains("\u{FFFD}\u{FFFD}"))
        #expect(report.remarks.contains { $0.contains("U+FFFD") })
    }

    @Test func `of a section that comes twice the last counts`() throws {
        let report = try Samples.map(
            #"{"analysis":{"generalinfo":{"target":{"sample":"a"}},"generalinfo":{"target":{"sample":"b"}}}}"#)
        #expect(report.title == "b")
        #expect(report.remarks.contains { $0.hasPrefix("generalinfo: more than once") })
    }

    @Test func `a bomb of brackets is an error`() {
        let bomb = Samples.report(#""comments":"# + String(repeating: "[", count: 100_000))
        #expect { try Samples.map(bomb) } throws: { ($0 as? MappingError)?.code == .beyondLimits }
    }
}
