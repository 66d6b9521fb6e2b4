// What can be asked about the service itself and this account: for checks before the first report and for clear words
// after a refusal, since TruSTAR's own 403 explains nothing.

import NIOHTTP1

extension TruStarClient {
    /// The enclaves that this account sees, and what it may do in each.
    package func enclaves() async throws(Fault) -> Traced<[Enclave]> {
        try await list("enclaves", "list of enclaves", kind: .other)
    }

    /// How much of the daily quotas is used.
    package func requestQuotas() async throws(Fault) -> Traced<[RequestQuota]> {
        try await list("request-quotas", "request quotas", kind: .other)
    }

    /// Whether the API answers and accepts the token: `pong`.
    package func ping() async throws(Fault) -> Traced<String> { try await word("ping") }

    /// The version of the API, e.g. `1.3`.
    package func version() async throws(Fault) -> Traced<String> { try await word("version") }

    private func list<Item: Decodable>(
        _ path: String, _ what: String, kind: CallKind
    ) async throws(Fault) -> Traced<[Item]> {
        let call = call(what, path, about: .service)
        let answer = try await exchange(kind, .get, call)
        try check(answer, for: call)
        return Traced(try decoded(answer, for: call), traceID: answer.traceID)
    }

    private func word(_ path: String) async throws(Fault) -> Traced<String> {
        let call = call(path, path, about: .service)
        let answer = try await exchange(.other, .get, call)
        try check(answer, for: call)
        let word = redactor.clean(answer.text, limit: 40)
        guard !word.isEmpty, !answer.isHTML else { throw misunderstood(answer, for: call, "no word") }
        return Traced(word, traceID: answer.traceID)
    }
}
