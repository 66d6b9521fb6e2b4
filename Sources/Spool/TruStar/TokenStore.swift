// The access token of one account: asked for when it is needed, kept until shortly before it ends, and asked for once
// however many calls wait for it.
//
// TruSTAR hands out the same token again while it lives, so that a token just received may have seconds left; what
// counts is `expires_in`. The margin is a minute, but never more than a quarter of what is left, so that near the end
// there are a few renewals and not one per call.

import NIOCore
import NIOHTTP1

actor TokenStore {
    private struct Token {
        var value: Credential
        var goodUntil: ContinuousClock.Instant
    }

    private typealias Waiter = CheckedContinuation<Result<Token, Fault>, Never>

    private let transport: any HTTPTransport
    private let endpoint: Endpoint
    private let basic: Credential
    private let userAgent: String
    private let timeout: Duration
    private let pace: Pace?
    private let redactor: Redactor
    private let now: @Sendable () -> ContinuousClock.Instant

    private var current: Token?
    /// The renewal that is under way, by number: one that was given up may still report.
    private var renewal: (number: Int, task: Task<Void, Never>)?
    private var lastNumber = 0
    private var waiting: [Int: Waiter] = [:]

    init(
        transport: any HTTPTransport, endpoint: Endpoint, basic: Credential, userAgent: String, timeout: Duration,
        pace: Pace?, redactor: Redactor, now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.transport = transport
        self.endpoint = endpoint
        self.basic = basic
        self.userAgent = userAgent
        self.timeout = timeout
        self.pace = pace
        self.redactor = redactor
        self.now = now
    }

    /// A token that should still be good; not `refused`, unless the server insists on it.
    func token(insteadOf refused: Credential? = nil) async throws(Fault) -> Credential {
        if let refused { forget(refused) }
        if let current, now() < current.goodUntil { return current.value }
        return try await renewed().value
    }

    /// Drops a token that the server did not accept, if it is still the one in use.
    func forget(_ refused: Credential) {
        if current?.value.reveal() == refused.reveal() { current = nil }
    }

    /// Waits for the renewal that is under way, or for a new one. Who is cancelled stops waiting; the others go on.
    private func renewed() async throws(Fault) -> Token {
        let waiter = number()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: Waiter) in
                guard !Task.isCancelled else {
                    continuation.resume(returning: .failure(Self.cancelled))
                    return
                }
                waiting[waiter] = continuation
                if renewal == nil { startRenewal() }
            }
        } onCancel: {
            // The handler cannot wait, so that the news goes its own way.
            Task { await self.giveUp(waiter) }
        }
        return try result.get()
    }

    private func startRenewal() {
        let number = number()
        // Unstructured on purpose: many callers share it, and it must not end because one of them is cancelled.
        let task = Task {
            let result: Result<Token, Fault>
            do throws(Fault) {
                result = .success(try await request())
            } catch {
                result = .failure(error)
            }
            finish(number, result)
        }
        renewal = (number, task)
    }

    private func finish(_ number: Int, _ result: Result<Token, Fault>) {
        guard renewal?.number == number else { return }
        renewal = nil
        if case .success(let token) = result { current = token }
        let waiters = waiting
        waiting = [:]
        for waiter in waiters.values { waiter.resume(returning: result) }
    }

    private func giveUp(_ waiter: Int) {
        waiting.removeValue(forKey: waiter)?.resume(returning: .failure(Self.cancelled))
        guard waiting.isEmpty, let renewal else { return }
        renewal.task.cancel()
        self.renewal = nil
    }

    private func number() -> Int {
        lastNumber += 1
        return lastNumber
    }

    private static let cancelled = Fault(.cancelled, .stageWaits, "request for a token: stopped before the answer came")

    private func request() async throws(Fault) -> Token {
        try await pace?(.token)
        var keys = TruStarClient.keys
        keys.url = "trustar.auth_url"
        let call = Call("request for a token", endpoint, about: .service, keys: keys, redactor: redactor)
        let headers: HTTPHeaders = [
            "Authorization": "Basic \(basic.reveal())", "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": userAgent, "Accept": "*/*",
        ]
        let asked = now()
        let body = ByteBuffer(string: "grant_type=client_credentials")
        let request = HTTPRequest(.post, endpoint, headers: headers, body: body, timeout: timeout)
        let answer = try await transport.exchange(request, limit: 65_536, for: call)
        guard answer.isSuccess else { throw refusal(answer, for: call) }
        if answer.isHTML { throw call.fault(.html, status: answer.status) }
        do {
            let token = try WireJSON.decode(TruStarToken.self, from: answer.body)
            return Token(value: Credential(token.value), goodUntil: asked + Self.useful(token.life))
        } catch {
            throw call.fault(error.isSyntax ? .notJSON : .malformed, status: answer.status, detail: error.reason)
        }
    }

    /// Some servers say 400 for wrong credentials; for this call there is nothing else that could be wrong.
    private func refusal(_ answer: SmallAnswer, for call: Call) -> Fault {
        let isAboutCredentials = [400, 401, 403].contains(answer.status) && !answer.isHTML
        return TruStarError.fault(answer, reason: isAboutCredentials ? .credentials : nil, for: call)
    }

    /// How long to use a token that lives that long.
    static func useful(_ life: Duration) -> Duration {
        max(.zero, life - min(.seconds(60), life / 4))
    }
}
