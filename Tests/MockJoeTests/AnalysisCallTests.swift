import HTTPTypes
import MockKit
import NIOCore
import Testing

@testable import MockJoe

struct AnalysisCallTests {
    @Test func `the whole list comes at once without the flag, newest first, with nothing but webids`() throws {
        let desk = try Desk { $0.analyses = 250 }
        let answer = try desk.ask("analysis/list")
        let webids = answer.list.compactMap { $0["webid"]?.string }
        #expect(webids.count == 250 && webids.last == "752112")
        #expect(webids.compactMap(Int.init) == webids.compactMap(Int.init).sorted(by: >))
        #expect(answer.list.allSatisfy { $0.object?.count == 1 })
        #expect(answer.json?["pagination"] == nil)
    }

    @Test func `pages cover everything once, and the last has no next`() throws {
        for (count, size) in [(25, 10), (20, 10), (0, 10), (1, 1), (7, 100)] {
            let desk = try Desk {
                $0.analyses = count
                $0.pageSize = size
            }
            var webids: [String] = []
            var next: String?
            repeat {
                let answer = try desk.ask(
                    "analysis/list", [("pagination", "1")] + (next.map { [("pagination_next", $0)] } ?? []))
                #expect(answer.list.count <= size)
                #expect(answer.json?["pagination"]?.object?.keys.contains("next") == (answer.next != nil), "never null")
                webids += answer.list.compactMap { $0["webid"]?.string }
                next = answer.next
            } while next != nil
            #expect(webids == (try desk.webids()))
        }
    }

    @Test func `a deletion between two pages shifts nothing`() throws {
        let desk = try Desk { $0.pageSize = 10 }
        let all = try desk.webids()
        let first = try desk.ask("analysis/list", [("pagination", "1")])
        let next = try #require(first.next)
        #expect(try desk.ask("analysis/delete", [("webid", all[9])]).data == ["deleted": true])
        #expect(try desk.ask("analysis/delete", [("webid", all[3])]).data == ["deleted": true])
        #expect(try desk.webids([("pagination", "1"), ("pagination_next", next)]) == Array(all[10..<20]))
    }

    @Test(arguments: ["", "x", "p", "pzzz", "752112", "p!!", "p1y2p0ij32e8e7x"])
    func `a token that the server did not make is refused`(token: String) throws {
        let answer = try Desk().ask("analysis/list", [("pagination", "1"), ("pagination_next", token)])
        #expect(answer.code == 3 && answer.status == 400)
    }

    @Test func `reverser analyses appear only when asked for, with their type, without JSON`() throws {
        let desk = try Desk { $0.pageSize = 4 }
        var types: [String] = []
        var reverser = ""
        var next: String?
        repeat {
            let token = next.map { [("pagination_next", $0)] } ?? []
            let answer = try desk.ask(
                "analysis/list", [("pagination", "1"), ("include-reverser-analyses", "1")] + token)
            types += answer.list.compactMap { $0["analysis_type"]?.string }
            reverser = answer.list.first { $0["analysis_type"] == "reverser" }?["webid"]?.string ?? reverser
            next = answer.next
        } while next != nil
        #expect(types.count { $0 == "reverser" } == 2 && types.count { $0 == "sandbox" } == 25)
        #expect(reverser.count == 36 && Int(reverser) == nil)
        #expect(try desk.ask("analysis/download", [("webid", reverser), ("type", "json")]).code == 3)
        #expect(try desk.ask("analysis/download", [("webid", reverser), ("type", "html")]).status == 200)
        #expect(try desk.ask("analysis/list", [("include-reverser-analyses", "0")]).list.count == 25)
    }

    @Test func `info tells what the report tells`() throws {
        let info = try #require(try Desk().ask("analysis/info", [("webid", "752112")]).data)
        #expect(info["analysisid"] == "744288" && info["webid"] == "752112" && info["status"] == "finished")
        #expect(info["time"] == "2018-12-20T19:48:24+01:00" && info["score"] == 64 && info["detection"] == "malicious")
        #expect(
            info["filename"] == "WbPmrTtnkw" && info["original_filename"] == "Invoice_2231.exe"
                && info["encrypted"] == false)
        #expect(
            info["runs"]?.array?.first?["error"] == .null && info["duration"]?.integer != nil
                && info["tags"]?.array != nil)
    }

    @Test func `info of an address has empty hashes, a failed visit is finished with an error in its run`() throws {
        let desk = try Desk()
        let webid = desk.library.webid(at: 9)
        let info = try #require(try desk.ask("analysis/info", [("webid", String(webid))]).data)
        #expect(
            info["md5"] == "" && info["sha256"] == "" && info["status"] == "finished" && info["detection"] == "unknown"
                && info["score"] == 0)
        #expect(info["runs"]?.array?.first?["error"]?.string?.hasPrefix("URL not reachable") ?? false)
    }

    @Test func `an unfinished analysis is listed at once, has no report, and finishes on the server's clock`() throws {
        let desk = try Desk()
        let newest = try #require(try desk.webids().first)
        let before = try #require(try desk.ask("analysis/info", [("webid", newest)]).data)
        #expect(
            ["submitted", "running"].contains(before["status"]?.string) && before["analysisid"] == nil
                && before["runs"] == [])
        let refused = try desk.ask("analysis/download", [("webid", newest), ("type", "jsonfixed")])
        #expect(refused.code == 3 && refused.status == 400 && refused.message.contains("not finished"))
        let fetchable = desk.server.fetchableWebids()
        #expect(fetchable.count == 25 - 3 - 2, "three unfinished, one encrypted, one broken")
        desk.clock.advance(milliseconds: 3 * 15 * 60 * 1000)
        #expect(try desk.ask("analysis/info", [("webid", newest)]).data?["status"] == "finished")
        #expect(try desk.ask("analysis/download", [("webid", newest), ("type", "jsonfixed")]).status == 200)
        #expect(desk.server.fetchableWebids().count == 25 - 2)
    }

    @Test func `search looks in names, hashes, comments and report ids, and returns whole infos`() throws {
        let desk = try Desk()
        let info = try #require(try desk.ask("analysis/info", [("webid", "752112")]).data)
        for query in [
            info["md5"]?.string, info["sha1"]?.string, info["sha256"]?.string, "wbpmrttnkw", "INVOICE_2231", "744288",
        ] {
            #expect(try desk.ask("analysis/search", [("q", query ?? "?")]).list.contains(info), "\(query ?? "")")
        }
        #expect(try desk.ask("analysis/search", [("q", "no such thing")]).list.isEmpty)
        #expect(try desk.ask("analysis/search").code == 2)
    }

    @Test func `structured search fields must all match, and dates are exclusive`() throws {
        let desk = try Desk()
        func hits(_ fields: [(String, String)]) throws -> [String] {
            try desk.ask("analysis/search", fields).list.compactMap { $0["webid"]?.string }
        }
        let malicious = try hits([("detection", "Malicious")])
        #expect(malicious.contains("752112") && malicious.count < 25)
        #expect(try hits([("detection", "clean"), ("filename", "WbPm")]).isEmpty)
        #expect(try hits([("before-date", "2018-12-21")]) == ["752112"])
        #expect(
            try !hits([("after-date", "2018-12-20")]).contains("752112")
                && hits([("after-date", "2018-12-20")]).count == 24)
        #expect(try desk.ask("analysis/search", [("after-date", "yesterday")]).code == 3)
        let evidence = Evidence(desk.generator.catalogue.analysis(at: 0), run: 0)
        let host = try #require(evidence.hosts.first)
        #expect(try hits([("ioc-domain", host.name)]).contains("752112"))
        let address = try #require(evidence.addresses.first { $0.network != nil })
        #expect(try hits([("ioc-public-ip", address.ip)]).contains("752112"))
        #expect(try hits([("ioc-public-ip", "192.168.2.1")]).isEmpty)
    }
}
