// The admin routes, below `/__admin`. They are there only when asked for, answer only callers on this machine, are
// never journaled and never hit by faults.

import HTTPTypes
import NIOCore

extension MockServer {
    static let adminPrefix = "/__admin"

    /// Answers an admin request; nil when the path is none.
    func administer(_ request: MockRequest, from remote: SocketAddress?) -> MockResponse? {
        guard options.admin else { return nil }
        guard request.path == Self.adminPrefix || request.path.hasPrefix(Self.adminPrefix + "/") else { return nil }
        guard remote.map(isLoopback) ?? true else {
            return .json(["error": "the admin routes answer on this machine only"], status: 403)
        }
        do {
            return try administer(request)
        } catch {
            return .json(["error": .string(String(describing: error))], status: 400)
        }
    }

    private func administer(_ request: MockRequest) throws -> MockResponse {
        switch (request.method, request.path.dropFirst(Self.adminPrefix.count)) {
        case ("GET", ""), ("GET", "/"), ("GET", "/health"): .json(health)
        case ("GET", "/requests"): try listing(request.query)
        case ("DELETE", "/requests"): cleared()
        case ("GET", "/verify"): try verified(request.query.list("assert").map(JSONValue.string))
        case ("POST", "/verify"): try verified(document(of: request)["assertions"]?.array ?? [])
        case ("GET", "/state"): .json(try mock.dump())
        case ("PUT", "/state"): try loaded(document(of: request))
        case ("POST", "/reset"): try wasReset()
        case ("GET", "/clock"): .json(clockState)
        case ("POST", "/clock"): try moved(document(of: request))
        case ("GET", "/faults"): .json(faultState)
        case ("PUT", "/faults"): try installed(document(of: request))
        case ("DELETE", "/faults"): try installed(["rules": []])
        default: unknown(request)
        }
    }

    private func unknown(_ request: MockRequest) -> MockResponse {
        let calls = [
            "GET health", "GET|DELETE requests", "GET|POST verify", "GET|PUT state", "POST reset", "GET|POST clock",
            "GET|PUT|DELETE faults",
        ]
        let names = calls.joined(separator: ", ")
        return .json(
            ["error": .string("no admin call \(request.method) \(request.path); one of \(names)")], status: 404)
    }

    private func document(of request: MockRequest) throws -> JSONValue {
        if request.body.readableBytes == 0 { return [:] }
        guard let document = request.json else { throw MockError("not a JSON document") }
        return document
    }

    private var health: JSONValue {
        [
            "mock": .string(mock.name), "status": "ready", "requests": .integer(journal.last),
            "time": .integer(clock.now), "frozen": .bool(clock.isFrozen), "seed": .string(String(options.seed)),
        ]
    }

    private func listing(_ query: QueryItems) throws -> MockResponse {
        let names = ["route", "method", "key", "status", "fault", "effect", "since", "limit", "time"]
        if let unknown = query.items.first(where: { !names.contains($0.name) }) {
            throw MockError("unknown filter '\(unknown.name)'; one of \(names.joined(separator: ", "))")
        }
        let numbers = try ["status", "since", "limit"].map { name -> Int? in
            guard let text = query[name] else { return nil }
            guard let number = Int(text), number >= 0 else {
                throw MockError("'\(name)' must be a whole number from 0")
            }
            return number
        }
        let filter = JournalFilter(
            route: query["route"], method: query["method"], key: query["key"], status: numbers[0],
            fault: query["fault"], effect: query["effect"], since: numbers[1] ?? 0)
        let found = journal.entries.filter(filter.matches)
        let shown = found.prefix(numbers[2] ?? found.count).map { $0.json(withTime: query.flag("time") ?? false) }
        return .json([
            "requests": .array(shown), "matching": .integer(found.count), "dropped": .integer(journal.dropped),
        ])
    }

    private func cleared() -> MockResponse {
        journal.clear()
        waits.clear()
        return .json(["requests": 0])
    }

    private func verified(_ values: [JSONValue]) throws -> MockResponse {
        let known = assertionKinds
        let assertions = values.isEmpty ? nil : try values.map { try Assertion($0, known: known) }
        let verification = try verify(assertions)
        return .json(verification.json, status: verification.passed ? 200 : 409)
    }

    private func loaded(_ state: JSONValue) throws -> MockResponse {
        try mock.load(state)
        return .json(["loaded": true])
    }

    private func wasReset() throws -> MockResponse {
        mock.reset()
        clock.reset()
        journal.clear()
        waits.clear()
        try install(options.faults ?? FaultPlan())
        return .json(["reset": true])
    }

    private var clockState: JSONValue { ["time": .integer(clock.now), "frozen": .bool(clock.isFrozen)] }

    /// `{"freeze": true | ms}`, `{"advance": ms | "10m"}`, `{"resume": true}`; in this order when combined.
    private func moved(_ document: JSONValue) throws -> MockResponse {
        let names = ["freeze", "advance", "resume"]
        if let unknown = (document.object ?? [:]).keys.sorted().first(where: { !names.contains($0) }) {
            throw MockError("unknown key '\(unknown)'; one of \(names.joined(separator: ", "))")
        }
        let step = try document["advance"].map(milliseconds)
        switch document["freeze"] {
        case nil, .bool(false): break
        case .bool(true): clock.freeze()
        case .some(let value):
            guard let time = value.integer else { throw MockError("'freeze' must be true or milliseconds since 1970") }
            clock.freeze(at: time)
        }
        if let step { clock.advance(milliseconds: step) }
        if document["resume"]?.bool == true { clock.resume() }
        return .json(clockState)
    }

    private func milliseconds(_ value: JSONValue) throws -> Int {
        if let number = value.integer { return number }
        let units: [(String, Int)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        if let text = value.string {
            for (unit, factor) in units where text.hasSuffix(unit) {
                if let number = Int(text.dropLast(unit.count)), abs(number) < 1_000_000 { return number * factor }
            }
        }
        throw MockError("'advance' must be milliseconds, or a text such as \"90s\", \"10m\", \"1d\"")
    }

    private var faultState: JSONValue {
        .array(
            faults.hits.map { rule, count in
                [
                    "fault": .string(rule.fault.name.rawValue), "route": rule.route.map(JSONValue.string) ?? .null,
                    "key": rule.key.map(JSONValue.string) ?? .null, "hits": .integer(count),
                ]
            })
    }

    private func installed(_ document: JSONValue) throws -> MockResponse {
        try install(FaultPlan(document))
        return .json(["rules": .integer(faults.hits.count)])
    }

    private func isLoopback(_ address: SocketAddress) -> Bool {
        guard let text = address.ipAddress else { return true }  // a Unix socket
        return text.hasPrefix("127.") || text == "::1" || text.hasPrefix("::ffff:127.")
    }
}
