// Pages, searches, correlation, tags over many reports.

import MockKit
import MockTruStar
import Testing

@Suite struct ListTests {
    @Test func `pages are numbered from 0, 25 by default and 50 at most`() async throws {
        try await withStation { station in
            for number in 0..<60 { try await station.submit("e\(number)") }
            let first = try await station.get("/reports").json
            #expect(first?["items"]?.array?.count == 25)
            #expect(first?["hasNext"] == true)
            #expect(first?["totalElements"] == 60)
            #expect(first?["totalPages"] == 3)
            #expect(first?["pageNumber"] == 0)
            #expect(first?["empty"] == false)
            let large = try await station.get("/reports?pageSize=1000")
            #expect(large.items.count == 50)
            let last = try await station.get("/reports?pageNumber=2")
            #expect(last.items.count == 10)
            #expect(last.json?["hasNext"] == false)
            let beyond = try await station.get("/reports?pageNumber=99999999999")
            #expect(beyond.json?["empty"] == true)
            for wrong in ["pageNumber=-1", "pageSize=x", "from=1e99", "pageNumber=99999999999999999999"] {
                let answer = try await station.get("/reports?" + wrong)
                #expect(answer.status == 400, "\(wrong)")
            }
        }
    }

    @Test func `the listing goes by last change, a day by default, two weeks at most, without bodies`() async throws {
        try await withStation { station in
            let day = 86_400_000
            let now = station.server.clock.now
            for (index, age) in [20, 10, 0].enumerated() {
                station.server.clock.freeze(at: now - age * day)
                var old = station
                old.token = try await station.newToken().json?["access_token"]?.string ?? ""
                try await old.submit("e\(index)")
            }
            var fresh = station
            fresh.token = try await station.newToken().json?["access_token"]?.string ?? ""
            let today = try await fresh.get("/reports")
            #expect(today.items.map { $0["externalTrackingId"] } == ["e2"])
            #expect(today.items.first?["reportBody"] == .null)
            let month = try await fresh.get("/reports?from=\(now - 30 * day)&distributionType=COMMUNITY")
            #expect(month.items.map { $0["externalTrackingId"] } == ["e2", "e1"])
            let search = try await fresh.get("/reports/search?searchTerm=body&from=\(now - 30 * day)")
            #expect(search.items.count == 3)
        }
    }

    @Test func `a search needs three characters, a term on GET, and finds titles and bodies`() async throws {
        try await withStation { station in
            try await station.submit("a", title: "Emotet dropper")
            try await station.submit("b", body: "nothing about EMOTET here")
            try await station.submit("c")
            let none = try await station.get("/reports/search")
            #expect(none.status == 400)
            #expect(none.message == "No search term provided.")
            let short = try await station.get("/reports/search?searchTerm=em")
            #expect(short.status == 400)
            let found = try await station.get("/reports/search?searchTerm=emotet")
            #expect(found.items.map { $0["externalTrackingId"] } == ["b", "a"])
            let posted = try await station.call("POST", "/reports/search", ["searchTerm": "emotet"])
            #expect(posted.items.count == 2)
            let all = try await station.call("POST", "/reports/search", ["searchTerm": nil])
            #expect(all.items.count == 3)
        }
    }

    @Test func `reports that share an indicator correlate`() async throws {
        try await withStation { station in
            let one = try await station.submit("a", body: "8.1.1.1 and 8.1.1.2").text
            let two = try await station.submit("b", body: "8.1.1.2 and evil.com").text
            let both = try await station.get("/reports/correlate?indicators=8.1.1.2")
            #expect(both.json == [.string(two), .string(one)])
            let page = try await station.get("/reports/correlated?indicators=evil.com,9.9.9.9&indicators=8.1.1.9")
            #expect(page.ids == [two])
            let many = (0..<26).map { "indicators=8.1.2.\($0)" }.joined(separator: "&")
            let refused = try await station.get("/reports/correlated?" + many)
            #expect(refused.status == 400)
        }
    }

    @Test func `tags are lower-case, their own ids, and changed idempotently`() async throws {
        try await withStation { station in
            let id = try await station.submit("e").text
            let added: JSONValue = [
                "addedTags": [["name": "Maliciousness:TRUE"], ["name": "confidence:64"], ["name": "with a blank"]],
                "removedTags": [["name": "absent"]],
            ]
            for _ in 0..<2 {
                let answer = try await station.call("POST", "/reports/e/alter-tags?idType=external", added)
                #expect(answer.json?["id"]?.string == id)
            }
            let tags = try await station.get("/reports/\(id)/tags").json?.array ?? []
            #expect(tags.map { $0["name"] } == ["maliciousness:true", "confidence:64", "with a blank"])
            #expect(tags.allSatisfy { $0["guid"] == $0["name"] && $0["enclaveId"]?.string == Station.enclave })
            _ = try await station.call(
                "POST", "/reports/\(id)/alter-tags", ["removedTags": [["name": "CONFIDENCE:64"]]])
            let all = try await station.get("/reports/tags?enclaveIds=\(Station.enclave),\(Station.open)")
            #expect(all.json?.array?.map { $0["name"] } == ["maliciousness:true", "with a blank"])
            let long = try await station.call(
                "POST", "/reports/\(id)/alter-tags",
                ["addedTags": [["name": .string(String(repeating: "x", count: 91))]]])
            #expect(long.status == 400)
            let byTag = try await station.get("/reports?tags=Maliciousness:true")
            #expect(byTag.ids == [id])
            let without = try await station.get("/reports?excludedTags=with+a+blank")
            #expect(without.ids.isEmpty)
        }
    }

    @Test func `a listing can change between its pages, and hold an item twice`() async throws {
        let changing = try await withStation(faults: [["fault": "listing-changes"]]) { station in
            for number in 0..<30 { try await station.submit("e\(number)") }
            let ids = try await station.get("/reports").ids + station.get("/reports?pageNumber=1").ids
            return Set(ids).count
        }
        #expect(changing == 29, "one fell between the pages")
        let doubled = try await withStation(faults: [["fault": "duplicate-items"]]) { station in
            for number in 0..<3 { try await station.submit("e\(number)") }
            return try await station.get("/reports").ids
        }
        #expect(doubled.count == 4)
        #expect(Set(doubled).count == 3)
    }

    @Test func `not-ready hides a report from look-ups as a slow index does`() async throws {
        try await withStation(faults: [["fault": "not-ready", "route": "GET *", "first": 1, "per": "key"]]) { station in
            try await station.submit("e")
            let hidden = try await station.get("/reports/e?idType=external")
            let shown = try await station.get("/reports/e?idType=external")
            #expect(hidden.status == 404)
            #expect(shown.status == 200)
        }
    }

    @Test func `not-ready hides what is young only: half a minute, unless it is told otherwise`() async throws {
        let rules: JSONValue = [
            ["fault": "not-ready", "route": "GET *", "key": "e*"], ["fault": "not-ready", "seconds": 300],
        ]
        try await withStation(faults: rules) { station in
            station.server.clock.freeze()
            try await station.submit("e")
            try await station.submit("f")
            func statuses() async throws -> [Int] {
                [
                    try await station.get("/reports/e?idType=external").status,
                    try await station.get("/reports/f?idType=external").status,
                ]
            }
            station.server.clock.advance(milliseconds: 29_999)
            #expect(try await statuses() == [404, 404])
            station.server.clock.advance(milliseconds: 1)
            #expect(try await statuses() == [200, 404])
            station.server.clock.advance(milliseconds: 270_000)
            #expect(try await statuses() == [200, 200])
        }
    }
}
