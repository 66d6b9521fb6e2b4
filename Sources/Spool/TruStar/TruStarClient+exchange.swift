// One call with a token. An expired or invalid token is a 400 with fixed words here, not a 401; it is renewed once per
// call and never in a loop: a token that is refused a moment after it was issued is the server's trouble, and waits.

import NIOCore
import NIOHTTP1

extension TruStarClient {
    func call(_ what: String, _ path: String, query: String? = nil, about subject: OutcomeTable.Subject) -> Call {
        Call(what, endpoints.api.appending(path, query: query), about: subject, keys: Self.keys, redactor: redactor)
    }

    /// The answer, whatever its status, after at most one renewal of the token.
    func exchange(
        _ kind: CallKind, _ method: HTTPRequest.Method, _ call: Call, body: ByteBuffer? = nil, limit: Int? = nil
    ) async throws(Fault) -> SmallAnswer {
        let token = try await tokens.token()
        let answer = try await attempt(kind, method, call, body: body, limit: limit, token: token)
        guard TruStarError(in: answer.body)?.meansToken(status: answer.status) == true else { return answer }
        let fresh = try await tokens.token(insteadOf: token)
        let second = try await attempt(kind, method, call, body: body, limit: limit, token: fresh)
        guard TruStarError(in: second.body)?.meansToken(status: second.status) == true else { return second }
        await tokens.forget(fresh)
        let why = "TruSTAR refuses a token that it has just issued"
        let fault = Fault(.unauthorized, .stageWaits, "\(call.what) at \(call.endpoint): \(why)", status: second.status)
        throw traced(fault, second)
    }

    private func attempt(
        _ kind: CallKind, _ method: HTTPRequest.Method, _ call: Call, body: ByteBuffer?, limit: Int?, token: Credential
    ) async throws(Fault) -> SmallAnswer {
        try await pace?(kind)
        var headers: HTTPHeaders = [
            "Authorization": "Bearer \(token.reveal())", "Client-Type": identity.type,
            "Client-Version": identity.version, "User-Agent": identity.userAgent, "Accept": "*/*",
        ]
        if let metatag = identity.metatag { headers.add(name: "Client-Metatag", value: metatag) }
        if body != nil { headers.add(name: "Content-Type", value: "application/json") }
        let request = HTTPRequest(method, call.endpoint, headers: headers, body: body, timeout: limits.callTimeout)
        var answer = try await transport.exchange(request, limit: limit ?? limits.answerBytes, for: call)
        if answer.status == 401 { await tokens.forget(token) }
        // Servers quote tokens when they refuse them; what becomes a message must not have it.
        if !answer.isSuccess { answer.body = ByteBuffer(string: answer.text.hiding(token.reveal())) }
        return answer
    }

    /// Any status but a success becomes a fault.
    func check(_ answer: SmallAnswer, for call: Call) throws(Fault) {
        guard !answer.isSuccess else { return }
        throw TruStarError.fault(answer, for: call)
    }

    func traced(_ fault: Fault, _ answer: SmallAnswer) -> Fault {
        var fault = fault
        fault.traceID = answer.traceID
        return fault
    }

    func misunderstood(_ answer: SmallAnswer, for call: Call, _ detail: String) -> Fault {
        traced(call.fault(answer.isHTML ? .html : .malformed, status: answer.status, detail: detail), answer)
    }

    func decoded<Value: Decodable>(_ answer: SmallAnswer, for call: Call) throws(Fault) -> Value {
        if answer.isHTML { throw misunderstood(answer, for: call, "") }
        do {
            return try WireJSON.decode(Value.self, from: answer.body)
        } catch {
            let problem: OutcomeTable.BodyProblem = error.isSyntax ? .notJSON : .malformed
            throw traced(call.fault(problem, status: answer.status, detail: error.reason), answer)
        }
    }

    func encoded(_ value: some Encodable, for call: Call) throws(Fault) -> ByteBuffer {
        do {
            return try WireJSON.encode(value)
        } catch {
            throw Fault(.local, .entryFailed, "\(call.what): it cannot be written as JSON")
        }
    }
}

extension SmallAnswer {
    /// TruSTAR's name for this exchange, for their support.
    var traceID: String? {
        headers.first(name: "Trace-Id").map { RemoteText.clean($0, limit: 100) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
