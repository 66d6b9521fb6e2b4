// Random reports under random limits: whatever is cut, what shortening promises holds (docs/MAPPING.md, Limits).
//
// SPOOL_SHORTENING_REPORTS says how many reports, SPOOL_SHORTENING_SEED where to begin; a failure names its seed.

import Glibc
import TestSupport
import Testing

@testable import Spool

@Suite struct ShorteningPropertyTests {
    private static func number(_ variable: String) -> UInt64? {
        getenv(variable).flatMap { UInt64(String(cString: $0)) }
    }

    @Test func `random reports keep every promise under random limits`() throws {
        let first = Self.number("SPOOL_SHORTENING_SEED") ?? 1
        let count = Self.number("SPOOL_SHORTENING_REPORTS") ?? 40
        var cuts = 0
        for seed in first..<(first + count) {
            var report = RandomReport(seed: seed)
            let bytes = Array(report.text().utf8)
            for _ in 0..<4 { cuts += try Self.check(bytes, report.options(), seed) ? 1 : 0 }
        }
        // Otherwise there was nothing to see.
        #expect(cuts > Int(count))
    }

    /// True if something was cut.
    private static func check(_ bytes: [UInt8], _ options: MappingOptions, _ seed: UInt64) throws -> Bool {
        let comment: Comment = "seed \(seed), \(options.maxBytes) bytes, \(options.maxIndicators) indicators"
        var unlimited = options
        (unlimited.maxBytes, unlimited.maxIndicators) = (1 << 30, 1 << 30)
        let whole = try Samples.map(bytes, unlimited)
        let report = try Samples.map(bytes, options)
        #expect(try Samples.map(bytes, options) == report, comment)
        #expect(report.body.utf8.count <= options.maxBytes, comment)
        #expect(!report.body.contains("\u{FFFD}"), comment)
        #expect(report.indicators.count == min(whole.indicators.count, options.maxIndicators), comment)
        #expect(Set(report.indicators).isSubset(of: Set(whole.indicators)), comment)
        let body = try Samples.body(report)
        if try body == Samples.body(whole) { return false }
        try compare(body, try Samples.body(whole), report, comment)
        survivors(body, of: whole.indicators.count, report, comment)
        try shortenAgain(report, whole, comment)
        return true
    }

    /// Each section is as it was, or says itself that it is not, and so do the remarks.
    private static func compare(
        _ body: JSONValue, _ whole: JSONValue, _ report: MappedReport, _ comment: Comment
    ) throws {
        guard body["(cut)"] == nil else {
            #expect(report.remarks.contains("body: all sections left out"), comment)
            return
        }
        let names = try #require(whole.members).map(\.name)
        #expect(try #require(body.members).map(\.name) == names + [IndicatorList.name], comment)
        for name in names where body[name] != whole[name] {
            let text = String(decoding: try #require(body[name]).compact(), as: UTF8.self)
            #expect(text.contains("(cut"), "\(name), \(comment)")
            #expect(report.remarks.contains { $0.hasPrefix(name) }, "\(name), \(comment)")
        }
    }

    /// The list at the end of the body has every indicator, or says how many it has not.
    private static func survivors(_ body: JSONValue, of found: Int, _ report: MappedReport, _ comment: Comment) {
        let list = body[IndicatorList.name]
        let missing = list?[IndicatorList.leftOutName]?.intValue ?? 0
        let listed = (list?.members ?? []).flatMap { member in
            (member.value.elements ?? []).compactMap(\.stringValue).map { "\(member.name) \($0)" }
        }
        let kept = report.indicators.map { "\($0.type.rawValue) \($0.value)" }
        #expect(Set(listed).isSubset(of: Set(kept)), comment)
        #expect(Set(listed).count == listed.count && listed.count + missing == found, comment)
        // Half of the body is theirs if they need it.
        let room = report.body.utf8.count / 2 - 600
        if kept.reduce(0, { $0 + $1.utf8.count * 2 }) < room { #expect(listed.count == kept.count, comment) }
    }

    /// What submit does after a 413: always smaller, always the same way, with every promise kept.
    private static func shortenAgain(_ report: MappedReport, _ whole: MappedReport, _ comment: Comment) throws {
        var current = report
        for _ in 0..<4 {
            let limit = current.body.utf8.count / 4 * 3
            guard let shorter = current.shortened(toBytes: limit) else { return }
            #expect(current.shortened(toBytes: limit) == shorter, comment)
            #expect(shorter.body.utf8.count <= limit, comment)
            #expect(!shorter.body.contains("\u{FFFD}"), comment)
            #expect(shorter.indicators == report.indicators && shorter.tags == report.tags, comment)
            #expect(shorter.remarks.count > current.remarks.count, comment)
            #expect(try MappedReport(decoding: shorter.encoded()) == shorter, comment)
            let body = try Samples.body(shorter)
            if body["(cut)"] == nil { survivors(body, of: whole.indicators.count, shorter, comment) }
            current = shorter
        }
    }
}

/// A report that nobody would send and that is one all the same: sections of any shape, texts of any script.
private struct RandomReport {
    private var random: SeededRandom
    private let scale: Int

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        scale = Int.random(in: 3...60, using: &random)
    }

    mutating func options() -> MappingOptions {
        let types = IndicatorType.allCases.filter { _ in Bool.random(using: &random) }
        return MappingOptions(
            maxBytes: Int.random(in: 150...12_000, using: &random),
            maxIndicators: Bool.random(using: &random) ? 2000 : Int.random(in: 0...30, using: &random),
            indicatorTypes: Set(types))
    }

    mutating func text() -> String {
        let sections = [
            #""generalinfo":{"id":744288,"target":{"sample":\#(word()),"url":""},"note":\#(words())}"#,
            #""fileinfo":{"filetype":\#(words()),"md5":"\#(hex(32))","trid":{"def":[\#(words()),\#(words())]}}"#,
            #""comments":\#(value(4))"#,
            section("domaininfo", "domain") { number, _ in
                #"{"@name":"h\#(number).example.net","@ip":"9.8.\#(number % 250).\#(number % 7)"}"#
            },
            section("ipinfo", "ip") { #"{"@ip":"8.\#($0 % 200).4.4","@country":\#($1.word())}"# },
            section("urlinfo", "url") { #"{"@name":"http://x.example.org/\#($0)?\#($1.plain())"}"# },
            section("droppedinfo", "hash") {
                #"{"@file":\#($1.word()),"value":[{"@algo":"MD5","$":"\#($1.hex(32).uppercased())"}],"n":\#($0)}"#
            },
            #""signaturedetections":{"strategy":[{"@name":"empiric","score":\#(scale),"malicious":true}]}"#,
            #""mitreattack":\#(value(3))"#,
        ].filter { _ in Int.random(in: 0..<8, using: &random) > 0 }
        let general = sections.first?.hasPrefix("\"generalinfo\"") == true ? [] : [#""generalinfo":{"id":1}"#]
        return #"{"analysis":{\#((general + sections).joined(separator: ","))}}"#
    }

    private mutating func section(_ name: String, _ list: String, _ element: (Int, inout Self) -> String) -> String {
        let count = Int.random(in: 0...scale, using: &random)
        var elements: [String] = []
        for number in 0..<count { elements.append(element(number, &self)) }
        return #""\#(name)":{"\#(list)":[\#(elements.joined(separator: ","))]}"#
    }

    /// Anything, so deep.
    private mutating func value(_ depth: Int) -> String {
        switch depth == 0 ? 0 : Int.random(in: 0..<5, using: &random) {
        case 1, 2:
            let members = (0..<Int.random(in: 0...6, using: &random)).map { index in (index, value(depth - 1)) }
            return "{\(members.map { "\"m\($0)\":\($1)" }.joined(separator: ","))}"
        case 3:
            var elements: [String] = []
            for _ in 0..<Int.random(in: 0...scale / 3, using: &random) { elements.append(value(depth - 1)) }
            return "[\(elements.joined(separator: ","))]"
        default: return words()
        }
    }

    private static let pieces = [
        "a", "Zz9", " ", "ä", "\u{1F600}", "分析", "e\u{301}", "\\n", "\\\"", "\\\\", "\u{202E}", "👨‍👩‍👧", "…",
        "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw", " user@mail.example.com ", " CVE-2017-11882 ", "C:\\\\x.exe",
    ]

    private mutating func words() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...scale * 4, using: &random) { text += random.pick(Self.pieces) ?? "" }
        return "\"\(text)\""
    }

    private mutating func word() -> String { "\"\(random.pick(Self.pieces) ?? "")\(plain())\"" }

    private mutating func plain() -> String { String(UInt32.random(in: 0 ... .max, using: &random), radix: 36) }

    private mutating func hex(_ count: Int) -> String {
        String((0..<count).map { _ in random.pick(Array("0123456789abcdef")) ?? "0" })
    }
}
