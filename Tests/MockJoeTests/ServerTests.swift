import HTTPTypes
import MockKit
import NIOCore
import Testing

@testable import MockJoe

struct ServerTests {
    @Test func `a key is needed for every call`() throws {
        let desk = try Desk()
        for call in JoeServer.calls {
            #expect(try desk.ask(call.name, key: "").code == 2)
            let wrong = try desk.ask(call.name, key: "mock")
            #expect(wrong.code == 4 && wrong.status == 403)
        }
    }

    @Test func `codes are numbers with the status that goes with them`() throws {
        let desk = try Desk()
        let request = MockRequest(method: "POST", path: "/", time: 0)
        for (code, status) in [(1, 400), (2, 400), (3, 400), (4, 403), (5, 503), (6, 500), (7, 403), (8, 404)] {
            let answer = Answer(response: desk.server.refusal(.vendor(code: String(code)), to: request))
            #expect(answer.code == code && answer.status == status && !answer.message.isEmpty)
        }
        #expect(Answer(response: desk.server.refusal(.unknownRoute, to: request)).code == 8)
        #expect(Answer(response: desk.server.refusal(.wrongMethod, to: request)).status == 405)
        let limited = desk.server.refusal(.rateLimited(waitTime: 1500), to: request)
        #expect(limited.status == 429 && limited.waitTime == 1500 && limited.headers[.retryAfter] == "2")
    }

    @Test func `during maintenance only the question whether the server is online is answered`() throws {
        let desk = try Desk { $0.maintenance = true }
        #expect(try desk.ask("server/online").data == ["online": false])
        #expect(try desk.ask("analysis/list").code == 5 && desk.ask("analysis/list").status == 503)
        #expect(try Desk().ask("server/online").data == ["online": true])
    }

    @Test func `a webid that names nothing is an invalid parameter`() throws {
        let desk = try Desk()
        for webid in ["1", "0752112", "../../etc/passwd", "752112 ", String(repeating: "9", count: 400), "\u{0}"] {
            for call in ["analysis/info", "analysis/delete"] {
                let answer = try desk.ask(call, [("webid", webid)])
                #expect(answer.code == 3 && answer.status == 400)
            }
        }
    }

    @Test func `a state that was dumped is the same when it is loaded, and nothing else loads`() throws {
        let desk = try Desk()
        _ = try desk.ask("submission/new", [("accept-tac", "1"), ("url", "http://x/")])
        _ = try desk.ask("analysis/delete", [("webid", "752112")])
        desk.clock.advance(milliseconds: 60_000)
        let listed = try desk.webids()
        let state = try desk.server.dump()
        let revision = desk.server.revision
        desk.server.reset()
        #expect(try desk.webids().last == "752112" && desk.server.revision > revision)
        try desk.server.load(state)
        #expect(try desk.webids() == listed && desk.server.dump().bytes == state.bytes)
        let members = try #require(state.object)
        let others = [["seed": 8], ["format": 2], ["nextWebid": .integer(.max)]].map { (change: [String: JSONValue]) in
            JSONValue.object(members.merging(change) { $1 })
        }
        for wrong in [.null, [], [:]] + others {
            #expect(throws: MockError.self) { try desk.server.load(wrong) }
        }
        #expect(try desk.webids() == listed, "a state that is refused changes nothing")
    }

    @Test func `a listing that changes repeats what the page before had, and shows the newcomer next time`() throws {
        let desk = try Desk { $0.pageSize = 10 }
        let all = try desk.webids()
        let next = try #require(try desk.ask("analysis/list", [("pagination", "1")]).next)
        let page = try desk.ask(
            "analysis/list", [("pagination", "1"), ("pagination_next", next)], fault: Fault(.listingChanges))
        #expect(page.list.compactMap { $0["webid"]?.string } == Array(all[9..<19]))
        let newcomer = try #require(try desk.webids().first)
        #expect(try desk.webids().count == 26 && desk.server.fetchableWebids().contains(newcomer))
    }

    @Test func `duplicate items are duplicates`() throws {
        let desk = try Desk()
        let page = try desk.ask("analysis/list", [("pagination", "1")], fault: Fault(.duplicateItems)).list
        #expect(page.count == 26 && page[0] == page[1])
    }

    @Test func `few analyses are all fetchable, and the numbers of odd ones can be chosen`() throws {
        let few = try Desk { $0.analyses = 5 }
        #expect(few.server.fetchableWebids().count == 5)
        let chosen = try Desk {
            $0.analyses = 60
            $0.unfinished = 0
            $0.encrypted = 2
            $0.broken = 2
        }
        #expect(chosen.server.fetchableWebids().count == 56)
        #expect(chosen.server.listedWebids().count == 60)
        let none = try Desk { $0.analyses = 0 }
        #expect(try none.webids().isEmpty && none.ask("server/info").data == ["queuesize": 0])
    }

    @Test func `what a request is about is its webid or submission`() throws {
        let desk = try Desk()
        func key(_ body: String) -> String? {
            desk.server.key(of: MockRequest(method: "POST", path: "/", body: ByteBuffer(string: body), time: 0))
        }
        #expect(key("apikey=1&webid=752112") == "752112" && key("submission_id=140") == "140" && key("") == nil)
        #expect(desk.server.secretFields.contains("apikey"))
    }

    @Test func `the small calls answer in their shapes`() throws {
        let desk = try Desk()
        #expect(
            try desk.ask("server/systems").list.allSatisfy {
                $0["name"]?.string != nil && $0["arch"]?.string != nil && $0["count"]?.integer != nil
            })
        #expect(try desk.ask("server/lia_countries").list.first == ["name": "Argentina"])
        #expect(try desk.ask("server/languages_and_locales").list.contains(["name": "English - United States"]))
        #expect(
            try desk.ask("account/info").data?["quota"]?["daily"] == ["current": 0, "limit": 1000, "remaining": 1000])
        #expect(try desk.ask("server/info").data == ["queuesize": 3])
    }
}
