// Tokens and limits: who may call, and how often.
//
// A token lives ten minutes on the virtual clock; asking again meanwhile gives the same one back. Expired and unknown
// tokens are 400, with fixed texts; 401 is for wrong credentials and for none at all.

import HTTPTypes
import MockKit
import Synchronization

extension TruStarServer {
    var tokenRoutes: [MockRoute] {
        [MockRoute("POST", "/oauth/token") { [self] in try issueToken($0) }]
    }

    /// Whether a call counts towards the daily quota.
    enum Cost { case counted, exempt }

    /// A call of the API: authorized, within the limits.
    func call(
        _ method: String, _ path: String, _ cost: Cost = .counted,
        _ handler: @escaping @Sendable (MockRequest) throws -> MockResponse
    ) -> MockRoute {
        MockRoute(method, "/api/1.3" + path) { [self] request in
            if let refused = try admit(request, cost) { return refused }
            return try handler(request)
        }
    }

    private func issueToken(_ request: MockRequest) throws -> MockResponse {
        let grant = request.query["grant_type"] ?? request.form["grant_type"]
        guard Self.credentials(request) == "\(options.key):\(options.secret)" else {
            throw RefusalError(.wrongCredentials)
        }
        guard let grant else { return oauth("Missing grant type") }
        guard grant == "client_credentials" else {
            return oauth("Unsupported grant type: \(grant)", error: "unsupported_grant_type")
        }
        let (token, remaining) = state.withLock { state -> (String, Int) in
            state.tokenRequests += 1
            state.revision += 1
            if let token = state.token, request.time >= token.issued, request.time < token.issued + options.tokenLife {
                let remaining = token.issued + options.tokenLife - request.time
                if state.earlyTokens.count < 10_000 {
                    state.earlyTokens.append(.init(number: request.number, remaining: remaining))
                }
                return (token.value, remaining)
            }
            state.retireToken()
            let value = state.newID(seed: options.seed, "token")
            state.token = TruStarState.Token(value: value, issued: request.time)
            return (value, options.tokenLife)
        }
        return .json([
            "access_token": .string(token), "token_type": "bearer",
            "expires_in": .integer(max(0, remaining - 1) / 1000),
            "scope": "read",
        ])
    }

    /// `key:secret` of Basic authorization.
    private static func credentials(_ request: MockRequest) -> String? {
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix("basic ") else { return nil }
        return base64Decoded(header.dropFirst(6)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Nil when the request may pass.
    private func admit(_ request: MockRequest, _ cost: Cost) throws -> MockResponse? {
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix("bearer ") else {
            return oauth("Full authentication is required to access this resource", error: "unauthorized", status: 401)
        }
        let given = header.dropFirst(7).trimmingBlanks()
        let queryBytes = request.query.items.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 2 }
        let verdict = state.withLock { state -> Refusal? in
            if let code = tokenProblem(given, at: request.time, in: state) { return .vendor(code: code.rawValue) }
            if let wait = state.waitForMinute(at: request.time, limit: options.callsPerMinute) {
                return .rateLimited(waitTime: wait)
            }
            guard cost == .counted else { return nil }
            let wait = state.waitForDay(
                at: request.time, limit: options.enforcesDailyQuota ? options.dailyQuota : nil)
            return wait.map { .rateLimited(waitTime: $0) }
        }
        if let verdict { throw RefusalError(verdict) }
        if queryBytes > 8192 { throw RefusalError(.vendor(code: VendorError.queryTooLong.rawValue)) }
        return nil
    }

    private func tokenProblem(_ given: String, at time: Int, in state: TruStarState) -> VendorError? {
        if let token = state.token, token.value == given {
            return time < token.issued + options.tokenLife ? nil : .expiredToken
        }
        return state.retired.contains(given) ? .expiredToken : .invalidToken
    }
}

extension TruStarState {
    mutating func retireToken() {
        guard let old = token else { return }
        token = nil
        retired.append(old.value)
        if retired.count > 100 { retired.removeFirst() }
        revision += 1
    }

    /// Counts a call; milliseconds to wait when the minute is full.
    mutating func waitForMinute(at time: Int, limit: Int?) -> Int? {
        guard let limit else { return nil }
        recentCalls.removeAll { $0 <= time - 60_000 || $0 > time }
        if recentCalls.count >= max(1, limit) { return max(1, (recentCalls.first ?? time) + 60_000 - time) }
        recentCalls.append(time)
        return nil
    }

    /// Counts a call towards the day that ends at 00:00 UTC; milliseconds to wait when it is used up.
    mutating func waitForDay(at time: Int, limit: Int?) -> Int? {
        let day = time / 86_400_000
        if day != quotaDay {
            quotaDay = day
            quotaUsed = 0
        }
        if let limit, quotaUsed >= limit { return (day + 1) * 86_400_000 - time }
        quotaUsed += 1
        return nil
    }
}

/// Base64 with or without its padding; nil when it is none.
func base64Decoded(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text.utf8 where byte != UInt8(ascii: "=") && byte != UInt8(ascii: " ") {
        let value: UInt8
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
        default: return nil
        }
        bits = (bits & 0x3ffff) << 6 | UInt32(value)
        count += 6
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
    }
    return bytes
}
