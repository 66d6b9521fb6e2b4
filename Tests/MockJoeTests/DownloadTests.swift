import HTTPTypes
import MockKit
import NIOCore
import Testing

@testable import MockJoe

struct DownloadTests {
    private func download(_ desk: Desk, _ webid: String, _ type: String, run: String? = nil, fault: Fault? = nil) throws
        -> Answer
    {
        try desk.ask(
            "analysis/download", [("webid", webid), ("type", type)] + (run.map { [("run", $0)] } ?? []), fault: fault)
    }

    @Test func `the header names the file in quotes and ends in a semicolon`() throws {
        let desk = try Desk()
        let md5 = try #require(desk.generator.catalogue.analysis(at: 0).digests?.md5)
        let file = try download(desk, "752112", "jsonfixed").response
        #expect(file.headers[.contentDisposition] == "attachment; filename=\"report-\(md5).json\";")
        #expect(file.headers[.contentType]?.contains("json") ?? false)
        let address = desk.generator.catalogue.analysis(at: 1)
        let page = try download(desk, address.webid, "json").response
        #expect(page.headers[.contentDisposition] == "attachment; filename=\"report-\(address.analysisid).json\";")
    }

    @Test func `every type that is made has a length and a type of content`() throws {
        let desk = try Desk()
        for form in ReportForm.allCases {
            let response = try download(desk, "752112", form.rawValue).response
            #expect(response.status == 200 && response.body.length == desk.generator.report(at: 0, form: form).size)
            #expect(response.headers[.contentType] == form.contentType)
        }
    }

    @Test func `an unknown type and a known one that is not there are both parameters that are wrong`() throws {
        let desk = try Desk()
        #expect(try download(desk, "752112", "nonsense").message.contains("unknown type"))
        for type in ["pdf", "bins", "memdumps"] {
            let answer = try download(desk, "752112", type)
            #expect(answer.code == 3 && answer.status == 400 && answer.message.contains("not available"))
        }
        #expect(try desk.ask("analysis/download", [("webid", "752112")]).code == 2)
        #expect(try desk.ask("analysis/download", [("type", "json")]).code == 2)
    }

    @Test(arguments: ["1", "-1", "x", ""])
    func `a run that does not exist is refused`(run: String) throws {
        #expect(try download(Desk(), "752112", "json", run: run).code == 3)
    }

    @Test func `the one that is broken stays broken`() throws {
        let desk = try Desk()
        let webid = String(desk.library.webid(at: 5))
        #expect(try desk.ask("analysis/info", [("webid", webid)]).data?["status"] == "finished")
        for type in ["json", "jsonfixed", "html"] { #expect(try download(desk, webid, type).code == 3) }
        #expect(!desk.server.fetchableWebids().contains(webid))
    }

    @Test func `an encrypted analysis downloads as a zip, whatever the type`() throws {
        let desk = try Desk()
        let webid = String(desk.library.webid(at: 3))
        #expect(try desk.ask("analysis/info", [("webid", webid)]).data?["encrypted"] == true)
        let response = try download(desk, webid, "jsonfixed").response
        #expect(response.headers[.contentType] == "application/zip")
        #expect(response.headers[.contentDisposition]?.hasSuffix(".json.zip\";") ?? false)
        let (headers, salted) = (30 + 46 + 22 + 2 * (44 + 11), 16 + 2 + 10)
        #expect(response.body.length == desk.generator.report(at: 3, form: .jsonfixed).size + headers + salted)
    }

    @Test func `some types need a better licence`() throws {
        let desk = try Desk { $0.product = "CloudBasic" }
        for type in ["json", "xml", "lightjsonfixed"] {
            let answer = try download(desk, "752112", type)
            #expect(answer.code == 7 && answer.status == 403)
        }
        #expect(try download(desk, "752112", "jsonfixed").status == 200)
        #expect(try desk.ask("account/info").data?["type"] == "desktop")
    }

    @Test func `listed but not downloadable yet is a fault of its own`() throws {
        let desk = try Desk()
        let answer = try download(desk, "752112", "jsonfixed", fault: Fault(.notReady))
        #expect(answer.code == 3 && answer.message.contains("not finished"))
        #expect(
            try desk.ask("analysis/info", [("webid", "752112")], fault: Fault(.notReady)).data?["status"] == "running")
    }

    @Test func `downloads are counted and can be verified`() throws {
        let desk = try Desk { $0.analyses = 3 }
        for webid in ["752112", "752112", String(desk.library.webid(at: 1))] {
            #expect(try download(desk, webid, "json").status == 200)
        }
        let missing = try desk.server.check(Assertion("all-downloaded"))
        #expect(!missing.passed && missing.checked == 3 && missing.offenders.count == 1)
        let often = try desk.server.check(Assertion("downloaded-at-most", ["times": 1]))
        #expect(often.offenders == [["webid": "752112", "downloads": 2]])
        #expect(try desk.server.check(Assertion("downloaded-at-most", ["times": 2])).passed)
    }
}
