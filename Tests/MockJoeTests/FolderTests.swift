import MockKit
import NIOCore
import Testing

@testable import MockJoe

struct FolderTests {
    @Test func `the files of a folder are served as they are, under the numbers in their names`() throws {
        let report = ReportGenerator(seed: 3, count: 25, reportSize: 300_000).report(at: 2, form: .json).bytes
        let files = [
            "report-4711.json": report, "other.json": Array("not a report".utf8), "report-6efca10c8e17.json": report,
            "readme.txt": [1],
        ]
        let folder = try Folder(files)
        defer { folder.remove() }
        let desk = try Desk { $0.reportsDirectory = folder.path }
        #expect(try desk.webids() == ["752113", "752112", "4711"])
        let info = try #require(try desk.ask("analysis/info", [("webid", "4711")]).data)
        let analysis = ReportGenerator(seed: 3, count: 25).catalogue.analysis(at: 2)
        #expect(info["analysisid"] == .string(String(analysis.analysisid)) && info["score"] == .integer(analysis.score))
        #expect(info["filename"] == .string(analysis.target) && info["detection"] == .string(analysis.verdict.rawValue))
        #expect(
            info["md5"] == .string(analysis.digests?.md5 ?? "")
                && info["time"] == .string(Civil(instant: analysis.time + 1).iso))
        let response = try desk.ask("analysis/download", [("webid", "4711"), ("type", "jsonfixed")]).response
        #expect(response.status == 200 && response.body.length == report.count)
        #expect(try desk.ask("analysis/download", [("webid", "4711"), ("type", "html")]).code == 3)
        let strange = try #require(try desk.ask("analysis/info", [("webid", "752112")]).data)
        #expect(strange["status"] == "finished" && strange["detection"] == "unknown")
        #expect(desk.server.fetchableWebids().count == 3)
    }

    @Test func `a folder that is not there is said at once`() {
        #expect(throws: MockError.self) { try Desk { $0.reportsDirectory = "/nowhere/at/all" } }
    }

    @Test(
        arguments: [
            ("report-752112.json", 752_112), ("752112.json", 752_112), ("joe_12.json", 12), ("a.7.json", 7),
            ("6efca10c.json", nil), ("x.json", nil),
            ("9999999999999.json", nil),
        ] as [(String, Int?)])
    func `digits in a name count when they stand alone`(name: String, number: Int?) {
        #expect(FolderReport.digits(in: name) == number)
    }

    @Test func `sections are found wherever the file is cut`() {
        let text = Array(
            #"{"analysis":{"x":{"generalinfo":1,"s":"},{\"generalinfo\":2"},"generalinfo":{"id":5,"t":"a\"}],"},"n":[1,{"generalinfo":3}],"fileinfo":null}}"#
                .utf8)
        for cut in 0...text.count {
            var finder = MemberFinder(wanted: ["generalinfo", "fileinfo"])
            finder.read(Array(text[..<cut]))
            finder.read(Array(text[cut...]))
            #expect(
                finder.isDone && finder.value("generalinfo") == ["id": 5, "t": "a\"}],"]
                    && finder.value("fileinfo") == .null)
        }
    }

    @Test func `a file that is anything but a report does no harm`() {
        var dice = Dice(4)
        for _ in 0..<500 {
            var finder = MemberFinder(wanted: ["generalinfo"])
            finder.read(
                (0..<dice.below(60)).map { _ in
                    UInt8(ascii: dice.pick(["{", "}", "[", "]", "\"", "\\", ":", ",", "g"]))
                })
            #expect(finder.value("generalinfo") == nil)
        }
    }
}
