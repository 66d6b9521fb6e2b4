// Joe Sandbox's web API v2, as much of it as a pipeline needs. Always POST, a form as the body, the key in the form;
// answers are `{"data": …}`, errors `{"errors": [{code, message}]}` with a status of 400 and more (vendor notes, Joe
// Sandbox, wire format). Reports are the exception: they come raw, see JoeClient+download.swift.
//
// Every call here only reads, so that repeating one is always safe.

import NIOCore
import NIOHTTP1

/// A Joe Sandbox server as a source of analyses.
package struct JoeClient: AnalysisSource {
    package struct Limits: Sendable {
        /// For calls with small answers (Specification, Technical Details: 30 seconds).
        package var callTimeout: Duration
        /// For a whole report; silence is bounded by the transport's idle time-out.
        package var downloadTimeout: Duration
        /// The largest report, after inflating.
        package var reportBytes: Int
        package var answerBytes: Int
        /// A server that does not know paging sends all webids at once.
        package var listBytes: Int

        package init(
            callTimeout: Duration = .seconds(30), downloadTimeout: Duration = .seconds(900),
            reportBytes: Int = 512 * 1_048_576, answerBytes: Int = 4 * 1_048_576, listBytes: Int = 64 * 1_048_576
        ) {
            self.callTimeout = callTimeout
            self.downloadTimeout = downloadTimeout
            self.reportBytes = reportBytes
            self.answerBytes = answerBytes
            self.listBytes = listBytes
        }
    }

    static let keys = Call.Keys(
        service: "Joe Sandbox", url: "joe.base_url", secret: "joe.api_key", ca: "joe.ca_file", proxy: "joe.proxy"
    )

    let transport: any HTTPTransport
    let limits: Limits
    private let apiURL: Endpoint
    private let apiKey: Credential
    private let userAgent: String
    private let redactor: Redactor

    /// `apiURL` is the API's base, e.g. `https://jbxcloud.joesecurity.org/api`; `/v2/…` is appended.
    package init(
        transport: any HTTPTransport, apiURL: Endpoint, apiKey: String, userAgent: String, limits: Limits = Limits()
    ) {
        self.transport = transport
        self.apiURL = apiURL
        self.apiKey = Credential(apiKey)
        self.userAgent = userAgent
        self.limits = limits
        self.redactor = Redactor([apiKey])
    }

    package func analyses(after token: String?) async throws(Fault) -> AnalysisPage {
        let path = "v2/analysis/list"
        let call = call("list of analyses", path, about: .service)
        var fields = [("pagination", "1")]
        if let token { fields.append(("pagination_next", token)) }
        let answer = try await exchange(path, fields, limit: limits.listBytes, for: call)
        let list: JoeList = try data(of: answer, for: call)
        let next = list.next.flatMap { $0.isEmpty ? nil : $0 }
        guard next == nil || next != token else {
            throw call.fault(.malformed, status: answer.status, detail: "the next page is this page again")
        }
        guard list.items.isEmpty || list.items.contains(where: { $0.webid != nil }) else {
            throw call.fault(.malformed, status: answer.status, detail: "no item of the list has a webid")
        }
        return AnalysisPage(webids: list.items.compactMap(\.webid), next: next)
    }

    /// nil if Joe Sandbox does not know the analysis (any more).
    package func info(_ webid: String) async throws(Fault) -> AnalysisInfo? {
        let path = "v2/analysis/info"
        let call = call("info of analysis \(RemoteText.clean(webid, limit: 80))", path, about: .entry)
        let request = request(path, [("webid", webid)], timeout: limits.callTimeout)
        let answer = try await transport.exchange(request, limit: limits.answerBytes, for: call)
        if JoeError(in: answer.body)?.meansUnknownAnalysis == true { return nil }
        guard answer.isSuccess else { throw refusal(answer, for: call) }
        let envelope: JoeData<JoeInfo> = try data(of: answer, for: call)
        guard let info = envelope.data else { throw call.fault(.malformed, status: answer.status, detail: "no data") }
        if let other = info.webid, other != webid {
            let detail = "it is about analysis \(other)"
            throw call.fault(.malformed, status: answer.status, detail: detail)
        }
        return info.analysis(webid)
    }

    /// Whether the server says that it is in operation.
    package func serverOnline() async throws(Fault) -> Bool {
        let answer: JoeOnline = try await ask("v2/server/online", "state of the server")
        return answer.online
    }

    /// How many analyses wait at the server; nil if it does not say.
    package func serverQueue() async throws(Fault) -> Int? {
        let answer: JoeServer = try await ask("v2/server/info", "load of the server")
        return answer.queue
    }

    /// The account of this key (Joe Sandbox Cloud only).
    package func account() async throws(Fault) -> JoeAccount {
        try await ask("v2/account/info", "account of this key")
    }

    private func ask<Value: Decodable>(_ path: String, _ what: String) async throws(Fault) -> Value {
        let call = call(what, path, about: .service)
        let answer = try await exchange(path, [], limit: limits.answerBytes, for: call)
        let envelope: JoeData<Value> = try data(of: answer, for: call)
        guard let value = envelope.data else { throw call.fault(.malformed, status: answer.status, detail: "no data") }
        return value
    }
}

extension JoeClient {
    func call(_ what: String, _ path: String, about subject: OutcomeTable.Subject) -> Call {
        Call(what, apiURL.appending(path), about: subject, keys: Self.keys, redactor: redactor)
    }

    /// The form as Python's client encodes it, the key first.
    func request(_ path: String, _ fields: [(String, String)], timeout: Duration) -> HTTPRequest {
        let form = FormEncoding.encode([("apikey", apiKey.reveal())] + fields)
        let headers: HTTPHeaders = [
            "User-Agent": userAgent, "Accept": "*/*", "Content-Type": "application/x-www-form-urlencoded",
        ]
        return HTTPRequest(
            .post, apiURL.appending(path), headers: headers, body: ByteBuffer(string: form), timeout: timeout
        )
    }

    /// An answer with a status below 400; anything else is a fault.
    private func exchange(
        _ path: String, _ fields: [(String, String)], limit: Int, for call: Call
    ) async throws(Fault) -> SmallAnswer {
        let request = request(path, fields, timeout: limits.callTimeout)
        let answer = try await transport.exchange(request, limit: limit, for: call)
        guard answer.isSuccess else { throw refusal(answer, for: call) }
        return answer
    }

    /// The fault that an error envelope stands for; without one the status decides.
    func refusal(_ answer: SmallAnswer, for call: Call) -> Fault {
        let error = JoeError(in: answer.body)
        var fault = call.fault(answer, reason: error?.reason, said: error?.message)
        fault.vendorCode = error?.code
        return fault
    }

    private func data<Value: Decodable>(of answer: SmallAnswer, for call: Call) throws(Fault) -> Value {
        if answer.isHTML { throw call.fault(.html, status: answer.status) }
        switch AnswerStart(answer.body.readableBytesView) {
        case .empty: throw call.fault(.notJSON, status: answer.status, detail: "it is empty")
        case .json: break
        case .html, .zip, .other: throw call.fault(.notJSON, status: answer.status)
        }
        if JoeError(in: answer.body) != nil { throw refusal(answer, for: call) }
        do {
            return try WireJSON.decode(Value.self, from: answer.body)
        } catch {
            throw call.fault(error.isSyntax ? .notJSON : .malformed, status: answer.status, detail: error.reason)
        }
    }
}
