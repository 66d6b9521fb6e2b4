// Single reports: the forms of the answers, what is wiped, who may do what, when a new one is seen.

import MockKit
import MockTruStar
import Testing

@Suite struct ReportTests {
    @Test func `a submission is answered by a bare id, changes by nothing, and everything has a Trace-Id`() async throws
    {
        try await withStation { station in
            let submitted = try await station.submit("752112")
            let id = submitted.text
            #expect(submitted.status == 200)
            #expect(id.utf8.count == 36)
            #expect(submitted.json == nil)
            let updated = try await station.call("PUT", "/reports/\(id)", Station.report("752112", title: "new"))
            let deleted = try await station.call("DELETE", "/reports/\(id)")
            for answer in [updated, deleted] {
                #expect(answer.status == 200)
                #expect(answer.text.isEmpty)
            }
            let gone = try await station.get("/reports/\(id)")
            #expect(gone.status == 404)
            let traces = [submitted, updated, deleted, gone].compactMap { $0.headers["trace-id"] }
            #expect(Set(traces).count == 4)
        }
    }

    @Test func `an error is Spring's object`() async throws {
        try await withStation { station in
            let answer = try await station.get("/reports/none")
            #expect(answer.json?["status"] == 404)
            #expect(answer.json?["error"] == "Not Found")
            #expect(answer.json?["path"] == "/api/1.3/reports/none")
            #expect(answer.json?["timestamp"]?.integer == station.server.clock.now)
            #expect(answer.message == "Report not found: none")
        }
    }

    @Test func `a report comes back with everything that was given, times in milliseconds`() async throws {
        try await withStation { station in
            let id = try await station.submit(
                "e", title: "t", body: "b",
                [
                    "timeBegan": "2018-12-20T19:48:25+01:00", "externalUrl": "https://x.test/1", "unknown": [1],
                    "distributionType": "ENCLAVE", "created": nil, "id": nil, "tags": ["ignored"],
                ]
            ).text
            let report = try await station.get("/reports/\(id)").json
            let now = JSONValue.integer(station.server.clock.now)
            #expect(report?["id"]?.string == id)
            #expect(report?["externalTrackingId"] == "e")
            #expect(report?["title"] == "t")
            #expect(report?["reportBody"] == "b")
            #expect(report?["timeBegan"] == 1_545_331_705_000)
            #expect(report?["created"] == now)
            #expect(report?["updated"] == now)
            #expect(report?["distributionType"] == "ENCLAVE")
            #expect(report?["enclaveIds"] == [.string(Station.enclave)])
            #expect(report?["externalUrl"] == "https://x.test/1")
            #expect(report?["notes"] == nil)
            let tags = try await station.get("/reports/\(id)/tags")
            #expect(tags.text == "[]", "tags cannot be given with a submission")
            let withNotes = try await station.get("/reports/\(id)?includeNotes=True")
            #expect(withNotes.json?["notes"] == [])
        }
    }

    @Test func `a replacement wipes what it does not give, and needs title, body and enclave`() async throws {
        try await withStation { station in
            let id = try await station.submit(
                "e", ["externalUrl": "https://x.test", "timeBegan": 1_545_331_705_000]
            ).text
            let kept = try await station.get("/reports/\(id)").json
            #expect(kept?["timeBegan"] == 1_545_331_705_000, "milliseconds are a time as well")
            let body: JSONValue = ["title": "t", "reportBody": "b", "enclaveIds": [.string(Station.enclave)]]
            let updated = try await station.call("PUT", "/reports/\(id)", body)
            #expect(updated.status == 200)
            let report = try await station.get("/reports/\(id)").json
            #expect(report?["externalUrl"] == .null)
            #expect(report?["timeBegan"] == .null)
            #expect(report?["externalTrackingId"] == .null)
            let lost = try await station.get("/reports/e?idType=external")
            #expect(lost.status == 404, "the external id was wiped, too")
            for missing in ["title", "reportBody", "enclaveIds"] {
                var partial = body.object ?? [:]
                partial[missing] = .null
                let answer = try await station.call("PUT", "/reports/\(id)", .object(partial))
                #expect(answer.status == 400, "\(missing)")
            }
        }
    }

    @Test func `ids in paths are decoded, and a plus stays one`() async throws {
        try await withStation { station in
            let encoded = "MzVlMDkxZGYtZDBlYS00NTIxLTljZjMtNGM2NDJmZjQyNGJmfDc1MjExMg=="
            for id in [encoded, "a+b", "a b"] { try await station.submit(id) }
            for path in [encoded, "a+b", "a%2Bb", "a%20b"] {
                let answer = try await station.get("/reports/\(path)?idType=external")
                #expect(answer.status == 200, "\(path)")
            }
            let wrongType = try await station.get("/reports/a+b?idType=outer")
            #expect(wrongType.status == 400)
        }
    }

    @Test func `status knows internal ids only`() async throws {
        try await withStation { station in
            let id = try await station.submit("e").text
            let status = try await station.get("/reports/\(id)/status")
            #expect(status.text == #"{"errorMessage":"","id":"\#(id)","status":"SUBMISSION_SUCCESS"}"#)
            let external = try await station.get("/reports/e/status?idType=external")
            #expect(external.status == 404)
        }
    }

    @Test func `a second submission with the same external id is refused, accepted or an update, as chosen`()
        async throws
    {
        try await withStation { station in
            try await station.submit("e")
            let second = try await station.submit("e")
            #expect(second.status == 400)
            #expect(second.message == "A report with this external tracking ID already exists.")
            #expect(station.mock.reports.map(\.createdCount) == [1])
        }
        try await withStation {
            $0.duplicateIDs = .accept
        } body: { station in
            try await station.submit("e")
            let second = try await station.submit("e")
            #expect(second.status == 200)
            #expect(station.mock.reports.map(\.createdCount) == [2, 2])
            let verification = try station.server.verify()
            #expect(!verification.passed, "each external id shall be created once")
        }
        try await withStation {
            $0.duplicateIDs = .update
        } body: { station in
            let first = try await station.submit("e").text
            let second = try await station.submit("e", title: "newer")
            #expect(second.text == first)
            #expect(station.mock.reports.map(\.title) == ["newer"])
            #expect(station.mock.reports.map(\.createdCount) == [1])
            #expect(station.mock.reports.map(\.updates) == [1])
        }
    }

    @Test func `upsert creates, replaces or appends`() async throws {
        try await withStation { station in
            let first = try await station.call("POST", "/reports/upsert", Station.report("e", body: "one"))
            let second = try await station.call("POST", "/reports/upsert?mode=APPEND", Station.report("e", body: "two"))
            #expect(first.text == second.text)
            #expect(station.mock.reports.map(\.body) == ["one\ntwo"])
            _ = try await station.call("POST", "/reports/upsert?mode=OVERRIDE", Station.report("e", body: "three"))
            #expect(station.mock.reports.map(\.body) == ["three"])
        }
    }

    @Test func `rights are the enclave's, and a refusal is one generic sentence`() async throws {
        try await withStation { station in
            for enclave in [Station.open, Station.archive, "unknown"] {
                let answer = try await station.submit("e", enclave: enclave)
                #expect(answer.status == 403)
                #expect(answer.message == "Could not execute operation due to server error")
            }
            let enclaves = try await station.get("/enclaves").json?.array ?? []
            #expect(enclaves.map { $0["type"] } == ["INTERNAL", "OPEN", "CLOSED", "INTERNAL"])
            #expect(enclaves.map { $0["create"] } == [true, false, false, false])
            #expect(enclaves.map { $0["update"] } == [true, false, false, true])
        }
        try await withStation {
            $0.unknownEnclave = .notFound
        } body: { station in
            let answer = try await station.submit("e", enclave: "unknown")
            #expect(answer.status == 404)
        }
    }

    @Test func `of several enclave ids the first counts, none is an error`() async throws {
        try await withStation { station in
            let several: JSONValue = [.string(Station.enclave), .string(Station.open)]
            let first = try await station.submit("e", ["enclaveIds": several])
            #expect(first.status == 200)
            for none: JSONValue in [[], .null, [.null], ""] {
                let answer = try await station.submit("f", ["enclaveIds": none])
                #expect(answer.status == 400)
            }
        }
    }

    @Test func `what is too long, too large or of too many indicators is refused`() async throws {
        try await withStation {
            $0.maximumIndicators = 3
        } body: { station in
            let url = try await station.submit("u", ["externalUrl": .string(String(repeating: "u", count: 501))])
            #expect(url.status == 400)
            let id = try await station.submit(String(repeating: "i", count: 501))
            #expect(id.status == 400)
            let large = try await station.submit("l", body: String(repeating: "x", count: 2_000_001))
            #expect(large.status == 413)
            #expect(large.message?.hasPrefix("Incident Report contains too many indicators or the file size") == true)
            let fits = try await station.submit("m", body: String(repeating: "x", count: 2_000_000))
            #expect(fits.status == 200)
            let many = try await station.submit("n", body: "8.1.1.1 8.1.1.2 8.1.1.3 8.1.1.4")
            #expect(many.status == 413)
            let three = try await station.submit("o", body: "8.1.1.1 8.1.1.2 8.1.1.3 8.1.1.3 10.0.0.1")
            #expect(three.status == 200)
            let query = try await station.get("/reports?tags=" + String(repeating: "x", count: 9000))
            #expect(query.status == 414)
        }
    }

    @Test func `look-ups see a new report only after the delay, uniqueness and changes by id at once`() async throws {
        try await withStation {
            $0.visibilityDelay = 5000
        } body: { station in
            let id = try await station.submit("e", body: "8.1.1.1").text
            for path in [
                "/reports/\(id)", "/reports/e?idType=external", "/reports/\(id)/tags", "/reports/\(id)/indicators",
            ] {
                let answer = try await station.get(path)
                #expect(answer.status == 404, "\(path)")
            }
            let status = try await station.get("/reports/\(id)/status")
            #expect(status.json?["status"] == "SUBMISSION_PROCESSING")
            let listed = try await station.get("/reports")
            #expect(listed.ids.isEmpty)
            let second = try await station.submit("e")
            #expect(second.status == 400)
            let tagged = try await station.call("POST", "/reports/\(id)/alter-tags", ["addedTags": [["name": "a"]]])
            #expect(tagged.status == 200)
            station.server.clock.advance(milliseconds: 5000)
            let found = try await station.get("/reports/e?idType=external")
            #expect(found.status == 200)
            let ready = try await station.get("/reports/\(id)/status")
            #expect(ready.json?["status"] == "SUBMISSION_SUCCESS")
        }
    }

    @Test func `copy takes title, body and tags, or what is provided; move takes the tags along`() async throws {
        try await withStation {
            $0.enclaves.append(TruStarEnclave(id: "other", name: "Other", type: "INTERNAL", create: true, update: true))
        } body: { station in
            let id = try await station.submit("e", title: "t", body: "b").text
            _ = try await station.call("POST", "/reports/\(id)/alter-tags", ["addedTags": [["name": "x"]]])
            let plain = try await station.call(
                "POST", "/reports/copy/\(id)?destEnclaveId=other&copyFromProvidedSubmission=False", .null)
            let copied = station.mock.reports.last
            #expect(plain.json?["id"]?.string == copied?.id)
            #expect(copied?.title == "t")
            #expect(copied?.tags == ["x"])
            #expect(copied?.enclaveID == "other")
            let provided = try await station.call(
                "POST", "/reports/copy/\(id)?destEnclaveId=other&copyFromProvidedSubmission=True",
                Station.report(nil, title: "edited", ["tags": ["Y"]]))
            #expect(provided.status == 200)
            #expect(station.mock.reports.last?.title == "edited")
            #expect(station.mock.reports.last?.tags == ["y"])
            let moved = try await station.call("POST", "/reports/move/\(id)?destEnclaveId=other")
            #expect(moved.json?["id"]?.string == id)
            let tags = try await station.get("/reports/\(id)/tags")
            #expect(tags.json?.array?.first?["enclaveId"] == "other")
        }
    }
}
