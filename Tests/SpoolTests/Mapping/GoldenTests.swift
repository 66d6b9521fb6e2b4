// Whole reports, input and expected payload side by side in Golden/<case>/. Every form of a case (json, jsonfixed,
// lightjson, lightjsonfixed) must give the one expected.json, byte for byte.
//
// After a change that is meant: SPOOL_REGENERATE_GOLDEN=1 swift test --filter GoldenTests, then read the difference.

import FoundationEssentials
import Testing

@testable import Spool

@Suite struct GoldenTests {
    static let contexts: [(name: String, context: AnalysisContext)] = [
        ("file", AnalysisContext(webid: "752112", analysisid: "744288", run: 0, time: "2018-12-20T19:48:24+01:00")),
        ("url", AnalysisContext(webid: "779566", analysisid: "771703", run: 1, time: "2019-01-28T08:15:12+01:00")),
        ("old", AnalysisContext(webid: "510002")),
        ("inconclusive", AnalysisContext(webid: "779777")),
        ("non-ascii", AnalysisContext(webid: "797901")),
        ("numeric", AnalysisContext(webid: "797902")),
        ("light", AnalysisContext(webid: "752112")),
    ]

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    @Test(arguments: contexts.map(\.name)) func `every form of a report gives the expected payload`(name: String) throws
    {
        let context = try #require(Self.contexts.first { $0.name == name }?.context)
        let folder = Self.folder.appending(path: name)
        let expected = folder.appending(path: "expected.json")
        var forms = 0
        for form in ["json", "jsonfixed", "lightjson", "lightjsonfixed"] {
            let input = folder.appending(path: "\(form).json")
            guard FileManager.default.fileExists(atPath: input.path) else { continue }
            forms += 1
            let report = try ReportMapper(MappingOptions()).map(
                MemorySource(Array(try Data(contentsOf: input))), context: context)
            let payload = try Self.readable(report)
            if ProcessInfo.processInfo.environment["SPOOL_REGENERATE_GOLDEN"] != nil, forms == 1 {
                try Data(payload).write(to: expected)
            }
            let wanted = Array(try Data(contentsOf: expected))
            #expect(
                String(decoding: payload, as: UTF8.self) == String(decoding: wanted, as: UTF8.self), "\(name)/\(form)")
            #expect(try MappedReport(decoding: report.encoded()) == report)
        }
        #expect(forms == 2)
    }

    @Test func `each case has its folder and each folder its case`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(folders.sorted() == Self.contexts.map(\.name).sorted())
    }

    /// The payload as people compare it: indented, the body as JSON instead of as a string.
    private static func readable(_ report: MappedReport) throws -> [UInt8] {
        let payload = report.encoded()
        var writer = JSONWriter(style: .indented())
        let root = try JSONValue(parsing: payload)
        writer.object { writer in
            for (name, value) in root.members ?? [] {
                writer.name(name)
                if name != "report" {
                    writer.value(value)
                    continue
                }
                writer.object { writer in
                    for (name, value) in value.members ?? [] where name != "reportBody" { writer.member(name, value) }
                    writer.name("reportBody (its lines)")
                    writer.array { writer in
                        for line in report.body.split(separator: "\n", omittingEmptySubsequences: false) {
                            writer.string(String(line))
                        }
                    }
                }
            }
        }
        return writer.bytes + [0x0A]
    }
}
