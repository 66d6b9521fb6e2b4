// The table of calls, and what all of them share: POST, the key, errors in the vendor's form, `{"data":…}` around every answer but a download.

public import MockKit

/// A call with its form, at its time.
struct Call: Sendable {
    var request: MockRequest
    var form: JoeForm

    /// Virtual milliseconds.
    var time: Int { request.time }
}

extension JoeServer {
    public var routes: [MockRoute] {
        [
            route("analysis/list") { try $0.analysisList($1) },
            route("analysis/info") { try $0.analysisInfo($1) },
            route("analysis/search") { try $0.analysisSearch($1) },
            route("analysis/delete") { try $0.analysisDelete($1) },
            route("analysis/download") { try $0.analysisDownload($1) },
            route("submission/new") { try $0.submissionNew($1) },
            route("submission/chunked-sample") { try $0.submissionChunk($1) },
            route("submission/info") { try $0.submissionInfo($1) },
            route("submission/list") { try $0.submissionList($1) },
            route("submission/delete") { try $0.submissionDelete($1) },
            route("server/online", evenOffline: true) { try $0.serverOnline($1) },
            route("server/info") { try $0.serverInfo($1) },
            route("server/systems") { try $0.serverSystems($1) },
            route("server/lia_countries") { try $0.serverCountries($1) },
            route("server/languages_and_locales") { try $0.serverLocales($1) },
            route("account/info") { try $0.accountInfo($1) },
        ]
    }

    private func route(
        _ call: String, evenOffline: Bool = false, _ handle: @escaping @Sendable (JoeServer, Call) throws -> MockResponse
    ) -> MockRoute {
        MockRoute("POST", "/api/v2/\(call)") { request in
            do {
                let form = try JoeForm(request)
                guard try form.required("apikey") == self.options.apiKey else { throw JoeError(.invalidAPIKey) }
                if self.options.maintenance, !evenOffline { throw JoeError(.offline) }
                return try handle(self, Call(request: request, form: form))
            } catch let error as JoeError {
                return error.response
            }
        }
    }

    static func data(_ value: JSONValue, effect: String? = nil) -> MockResponse {
        MockResponse.json(["data": value], effect: effect)
    }
}
