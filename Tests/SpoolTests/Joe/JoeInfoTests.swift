import Spool
import Testing

struct JoeInfoTests {
    static func info(_ data: String, _ webid: String = "779566") async throws -> AnalysisInfo? {
        try await TinyJoe.client(.json("{\"data\":\(data)}")).info(webid)
    }

    @Test func `everything that a real answer says is read`() async throws {
        let info = try #require(
            try await Self.info(
                """
                {"webid":"779566","analysisid":"771703","status":"finished","time":"2019-01-28T08:15:12+01:00","duration":190,
                 "filename":"a.exe","original_filename":"","md5":"","comments":" Sample was extracted\\n","tags":["x","y"],
                 "encrypted":false,"detection":"malicious","score":92,"classification":"phis.","analysis_type":"sandbox",
                 "runs":[{"detection":"unknown","error":"Unable to run","system":"w7","yara":false,"score":0},
                         {"detection":"malicious","error":null,"system":"w10x64_21h1_office","yara":true,"score":92}]}
                """
            )
        )
        #expect(
            info
                == AnalysisInfo(
                    webid: "779566", analysisid: "771703", status: "finished", time: "2019-01-28T08:15:12+01:00",
                    filename: "a.exe", tags: ["x", "y"], encrypted: false, detection: "malicious", score: 92,
                    type: "sandbox",
                    runs: [
                        .init(detection: "unknown", error: "Unable to run", system: "w7", score: 0),
                        .init(detection: "malicious", error: nil, system: "w10x64_21h1_office", score: 92),
                    ]
                )
        )
    }

    @Test func `other types than promised are understood`() async throws {
        let info = try #require(
            try await Self.info(
                "{\"webid\":779566,\"analysisid\":771703,\"status\":\"running\",\"tags\":null,\"encrypted\":\"true\",\"score\":\"64\",\"runs\":null}"
            )
        )
        #expect(info.analysisid == "771703")
        #expect(info.encrypted)
        #expect(info.score == 64)
        #expect(info.tags.isEmpty && info.runs.isEmpty)
        #expect(!info.isFinished)
    }

    @Test func `a run that cannot be read keeps its place, since the place is its number`() async throws {
        let info = try await Self.info("{\"status\":\"finished\",\"runs\":[null,7,{\"score\":5},{\"score\":{}}]}")
        #expect(info?.runs.count == 4)
        #expect(info?.runs[2].score == 5)
    }

    @Test func `the oldest servers' single run is a list of one`() async throws {
        let info = try await Self.info("{\"status\":\"finished\",\"runs\":{\"detection\":\"clean\"}}")
        #expect(info?.runs == [.init(detection: "clean")])
    }

    @Test(arguments: ["{\"webid\":\"779566\"}", "{\"webid\":\"1\",\"status\":\"finished\"}", "[]", "7", "null"])
    func `an answer that is not about this analysis is not taken for it`(data: String) async throws {
        let fault = await fault { try await Self.info(data) }
        #expect(fault?.code == .malformed)
        #expect(fault?.scope == .entryDeferred)
    }

    @Test(arguments: ["Invalid webid", "Parameter webid is invalid.", "No Results", ""])
    func `an unknown analysis is nil`(message: String) async throws {
        let text = "{\"errors\":[{\"code\":3,\"message\":\"\(message)\"}]}"
        for status in [200, 400, 404] {
            #expect(try await TinyJoe.client(.json(text, status: status)).info("7") == nil)
        }
    }

    @Test(arguments: ["Unknown parameter pagination.", "Invalid API key format", "Missing apikey"])
    func `an analysis is not taken for deleted because the API has changed`(message: String) async throws {
        let text = "{\"errors\":[{\"code\":3,\"message\":\"\(message)\"}]}"
        #expect(await fault { try await TinyJoe.client(.json(text, status: 400)).info("7") }?.code == .rejected)
    }

    @Test func `a page, a plain 404 and a missing service are not a deleted analysis`() async throws {
        #expect(await fault { try await TinyJoe.client(.page(404)).info("7") }?.code == .htmlAnswer)
        #expect(await fault { try await TinyJoe.client(.text("no", status: 404)).info("7") }?.code == .notFound)
        let unknown = "{\"errors\":[{\"code\":8,\"message\":\"Unknown endpoint\"}]}"
        #expect(await fault { try await TinyJoe.client(.json(unknown, status: 404)).info("7") }?.scope == .stageWaits)
    }
}
