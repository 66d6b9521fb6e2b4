// TruSTAR's API 1.3 as the place that reports go to (vendor notes, TruSTAR, API 1.3).
//
// What surprises here: a new report's answer is its bare id as text; only a 404 means that a report is absent; tags
// cannot come with the report, so there is a second call; an update replaces everything, so every field is sent. The
// token and its renewal are in TruStarClient+exchange.swift and TokenStore.swift.

/// Where TruSTAR is.
package struct TruStarEndpoints: Sendable, Equatable {
    /// The API's base, e.g. `https://api.trustar.co/api/1.3`.
    package var api: Endpoint
    /// The whole URL of the token call, e.g. `https://api.trustar.co/oauth/token`.
    package var auth: Endpoint

    package init(api: Endpoint, auth: Endpoint) {
        self.api = api
        self.auth = auth
    }
}

/// What the client says it is (Specification, Technical Details: `PYTHON_SDK`, `trustash`).
package struct ClientIdentity: Sendable, Equatable {
    package var type: String
    package var version: String
    package var metatag: String?
    package var userAgent: String

    package init(type: String = "PYTHON_SDK", version: String, metatag: String? = "trustash", userAgent: String) {
        self.type = type
        self.version = version
        self.metatag = metatag
        self.userAgent = userAgent
    }
}

/// What kind of call is about to be made, for pacing: submissions do not count to the daily quota, look-ups do.
package enum CallKind: String, Sendable, Equatable, CaseIterable {
    case token, submission, lookup, tags, other
}

/// Waits until a call may be made, or says that it must not.
package typealias Pace = @Sendable (CallKind) async throws(Fault) -> Void

/// A TruSTAR account as a sink of reports.
package struct TruStarClient: ReportSink {
    package struct Limits: Sendable {
        package var callTimeout: Duration
        package var answerBytes: Int
        /// A report that is looked up comes with its body.
        package var reportBytes: Int

        package init(
            callTimeout: Duration = .seconds(30), answerBytes: Int = 4 * 1_048_576, reportBytes: Int = 32 * 1_048_576
        ) {
            self.callTimeout = callTimeout
            self.answerBytes = answerBytes
            self.reportBytes = reportBytes
        }
    }

    static let keys = Call.Keys(
        service: "TruSTAR", url: "trustar.api_url", secret: "trustar.api_key and trustar.api_secret",
        ca: "trustar.ca_file", proxy: "trustar.proxy"
    )

    let transport: any HTTPTransport
    let endpoints: TruStarEndpoints
    let identity: ClientIdentity
    let limits: Limits
    let pace: Pace?
    let tokens: TokenStore
    let redactor: Redactor

    /// `now` is the clock that tokens age by.
    package init(
        transport: any HTTPTransport, endpoints: TruStarEndpoints, key: String, secret: String,
        identity: ClientIdentity, limits: Limits = Limits(), pace: Pace? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        let basic = BasicAuthentication.encode(user: key, password: secret)
        let redactor = Redactor([key, secret, basic])
        self.transport = transport
        self.endpoints = endpoints
        self.identity = identity
        self.limits = limits
        self.pace = pace
        self.redactor = redactor
        self.tokens = TokenStore(
            transport: transport, endpoint: endpoints.auth, basic: Credential(basic), userAgent: identity.userAgent,
            timeout: limits.callTimeout, pace: pace, redactor: redactor, now: now
        )
    }

    package func create(_ report: OutgoingReport) async throws(Fault) -> Traced<String> {
        let call = call("submission of report \(shown(report.externalID))", "reports", about: .entry)
        let body = try encoded(TruStarSubmission(report), for: call)
        let answer = try await exchange(.submission, .post, call, body: body)
        if answer.status == 404 || answer.status == 405 {
            // The path has no id in it: it is the service that is not there, not the report.
            throw traced(call.fault(answer, reason: .unknownPath, said: TruStarError(in: answer.body)?.words), answer)
        }
        try checkWritten(answer, for: call)
        // What was accepted without a readable id may be there: deferred, to be looked up.
        guard let id = TruStarID(answer.text) else { throw misunderstood(answer, for: call, "no report id") }
        return Traced(id.text, traceID: answer.traceID)
    }

    package func find(externalID: String) async throws(Fault) -> Traced<RemoteReport?> {
        let path = "reports/\(try segment(externalID))"
        let call = call("look-up of report \(shown(externalID))", path, query: "idType=external", about: .entry)
        let answer = try await exchange(.lookup, .get, call, limit: limits.reportBytes)
        // A page that says 404 comes from somewhere else and says nothing about the report.
        if answer.status == 404, !answer.isHTML { return Traced(nil, traceID: answer.traceID) }
        try check(answer, for: call)
        let report: TruStarReport = try decoded(answer, for: call)
        return Traced(report.report, traceID: answer.traceID)
    }

    package func update(_ report: OutgoingReport) async throws(Fault) -> Traced<Void> {
        let path = "reports/\(try segment(report.externalID))"
        let call = call("update of report \(shown(report.externalID))", path, query: "idType=external", about: .entry)
        let body = try encoded(TruStarSubmission(report), for: call)
        let answer = try await exchange(.submission, .put, call, body: body)
        try checkWritten(answer, for: call)
        if answer.isHTML { throw misunderstood(answer, for: call, "") }
        return Traced((), traceID: answer.traceID)
    }

    package func tags(of id: String) async throws(Fault) -> Traced<[String]> {
        let path = "reports/\(try segment(id))/tags"
        let call = call("tags of report \(shown(id))", path, query: "idType=internal", about: .entry)
        let answer = try await exchange(.tags, .get, call)
        try check(answer, for: call)
        let tags: [TruStarTag] = try decoded(answer, for: call)
        return Traced(tags.compactMap(\.name), traceID: answer.traceID)
    }

    /// Without anything to add or remove there is no call, and no Trace-Id.
    package func alterTags(of id: String, add: [String], remove: [String]) async throws(Fault) -> Traced<Void> {
        guard !add.isEmpty || !remove.isEmpty else { return Traced((), traceID: nil) }
        let path = "reports/\(try segment(id))/alter-tags"
        let call = call("tagging of report \(shown(id))", path, query: "idType=internal", about: .entry)
        let body = try encoded(TruStarTagChange(add: add, remove: remove), for: call)
        let answer = try await exchange(.tags, .post, call, body: body)
        try check(answer, for: call)
        if answer.isHTML { throw misunderstood(answer, for: call, "") }
        return Traced((), traceID: answer.traceID)
    }

    /// TruSTAR's 403 is the same for every missing right; for a report it is nearly always the enclave's.
    private func checkWritten(_ answer: SmallAnswer, for call: Call) throws(Fault) {
        do {
            try check(answer, for: call)
        } catch {
            var fault = error
            if fault.code == .forbidden { fault.message += " May it write to the enclave in trustar.enclave_id?" }
            throw fault
        }
    }

    private func shown(_ id: String) -> String { RemoteText.clean(id, limit: 120) }

    /// An id as one segment of a path. One that would change the path is refused: `GET /reports/` is another call.
    private func segment(_ id: String) throws(Fault) -> String {
        guard !id.isEmpty, id != ".", id != ".." else {
            throw Fault(.local, .entryFailed, "\"\(id)\" cannot be the id of a report")
        }
        return PathEncoding.encode(id)
    }
}
