// The table of calls, and what all of them share: POST, the key, errors in the vendor's form, `{"data":…}` around
// every answer but a download.

public import MockKit

/// A call with its form, at its time.
struct Call: Sendable {
    var request: MockRequest
    var form: JoeForm

    /// Virtual milliseconds.
    var time: Int { request.time }
}

extension JoeServer {
    typealias Handler = @Sendable (JoeServer, Call) throws -> MockResponse

    /// All calls below `/api/v2/`.
    static let calls: [(name: String, handle: Handler)] = [
        ("analysis/list", { try $0.analysisList($1) }),
        ("analysis/info", { try $0.analysisInfo($1) }),
        ("analysis/search", { try $0.analysisSearch($1) }),
        ("analysis/delete", { try $0.analysisDelete($1) }),
        ("analysis/download", { try $0.analysisDownload($1) }),
        ("submission/new", { try $0.submissionNew($1) }),
        ("submission/chunked-sample", { try $0.submissionChunk($1) }),
        ("submission/info", { try $0.submissionInfo($1) }),
        ("submission/list", { try $0.submissionList($1) }),
        ("submission/delete", { try $0.submissionDelete($1) }),
        ("server/online", { try $0.serverOnline($1) }),
        ("server/info", { try $0.serverInfo($1) }),
        ("server/systems", { try $0.serverSystems($1) }),
        ("server/lia_countries", { try $0.serverCountries($1) }),
        ("server/languages_and_locales", { try $0.serverLocales($1) }),
        ("account/info", { try $0.accountInfo($1) }),
    ]

    public var routes: [MockRoute] {
        JoeServer.calls.map { call in
            MockRoute("POST", "/api/v2/\(call.name)") { request in try self.answer(request, call.name, call.handle) }
        }
    }

    func answer(_ request: MockRequest, _ name: String, _ handle: Handler) throws -> MockResponse {
        do {
            let form = try JoeForm(request)
            guard try form.required("apikey") == options.apiKey else { throw JoeError(.invalidAPIKey) }
            // That the server is down, it says itself.
            if options.maintenance, name != "server/online" { throw JoeError(.offline) }
            return try handle(self, Call(request: request, form: form))
        } catch let error as JoeError {
            return error.response
        }
    }

    static func data(_ value: JSONValue, effect: String? = nil) -> MockResponse {
        MockResponse.json(["data": value], effect: effect)
    }
}
