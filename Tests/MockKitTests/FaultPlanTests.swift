// Plans: which requests are hit, and what is said about a plan that cannot be read.

import MockKit
import Testing

@Suite struct FaultPlanTests {
    /// The statuses of a row of requests under rules.
    private func statuses(_ rules: JSONValue, _ paths: [String], seed: UInt64 = 1) async throws -> [Int] {
        try await withToy(faults: rules) {
            $0.seed = seed
        } body: { _, wire in
            var statuses: [Int] = []
            for path in paths { statuses.append(try await wire.send("POST", path).status ?? 0) }
            return statuses
        }
    }

    private let six = ["/things/a", "/things/b", "/things/a", "/things/b", "/things/a", "/things/b"]

    @Test func `first, after, every and times count the requests that a rule looks at`() async throws {
        let first = try await statuses([["fault": "unavailable", "first": 2]], six)
        #expect(first == [503, 503, 200, 200, 200, 200])
        let after = try await statuses([["fault": "unavailable", "after": 4]], six)
        #expect(after == [200, 200, 200, 200, 503, 503])
        let every = try await statuses([["fault": "unavailable", "every": 3]], six)
        #expect(every == [200, 200, 503, 200, 200, 503])
        let times = try await statuses([["fault": "unavailable", "every": 2, "times": 2]], six)
        #expect(times == [200, 503, 200, 503, 200, 200])
        let both = try await statuses([["fault": "unavailable", "after": 1, "first": 2]], six)
        #expect(both == [200, 503, 503, 200, 200, 200])
    }

    @Test func `per key counts each key by itself, and key chooses one`() async throws {
        let each = try await statuses([["fault": "unavailable", "first": 1, "per": "key"]], six)
        #expect(each == [503, 503, 200, 200, 200, 200])
        let one = try await statuses([["fault": "unavailable", "key": "b", "first": 2]], six)
        #expect(one == [200, 503, 200, 503, 200, 200])
    }

    @Test func `routes are chosen by pattern, with or without a method`() async throws {
        let wrongMethod = try await statuses([["fault": "unavailable", "route": "GET *"]], ["/things/a"])
        #expect(wrongMethod == [200])
        let template = try await statuses([["fault": "unavailable", "route": "POST /things/{id}"]], ["/things/a"])
        #expect(template == [503])
        let path = try await statuses([["fault": "unavailable", "route": "/things/b*"]], ["/things/a", "/things/bc"])
        #expect(path == [200, 503])
    }

    @Test func `chance is the same for the same seed and another for another`() async throws {
        let rules: JSONValue = [["fault": "unavailable", "probability": 0.5]]
        let paths = Array(repeating: "/things/a", count: 40)
        let once = try await statuses(rules, paths, seed: 7)
        let again = try await statuses(rules, paths, seed: 7)
        let other = try await statuses(rules, paths, seed: 8)
        #expect(once == again)
        #expect(once != other)
        #expect((8...32).contains(once.count { $0 == 503 }))
    }

    @Test func `from and until bound a rule on the virtual clock`() async throws {
        let rules: JSONValue = [["fault": "unavailable", "from": "10s", "until": "1m"]]
        let seen = try await withToy(faults: rules) {
            $0.clock = VirtualClock(frozenAt: 1_000_000)
        } body: {
            server, wire in
            var statuses: [Int] = []
            for _ in 0..<4 {
                statuses.append(try await wire.send("POST", "/things/a").status ?? 0)
                server.clock.advance(milliseconds: 20_000)
            }
            return statuses
        }
        #expect(seen == [200, 503, 503, 200])
    }

    @Test func `modifiers add up with the first main fault that fires`() async throws {
        let rules: JSONValue = [
            ["fault": "latency", "milliseconds": 1], ["fault": "unavailable", "first": 1], ["fault": "bad-gateway"],
        ]
        let names = try await withToy(faults: rules) { server, wire in
            _ = try await wire.get("/time")
            _ = try await wire.get("/time")
            return server.journal.entries.map(\.faults)
        }
        #expect(names == [["latency", "unavailable"], ["latency", "bad-gateway"]])
    }

    @Test(arguments: [
        (#"{"rules":[{"fault":"explode"}]}"#, "unknown fault 'explode'; one of latency, clock-skew"),
        (#"{"rules":[{"status":503}]}"#, "rules[0]: 'fault' is missing"),
        (
            #"{"rules":[{"fault":"hang"},{"fault":"hang","frist":1}]}"#,
            "rules[1]: unknown key 'frist' for fault 'hang'; one of seconds, after"
        ),
        (#"{"rules":[{"fault":"status"}]}"#, "fault 'status' needs 'status', a whole number from 200 to 599"),
        (#"{"rules":[{"fault":"status","status":99}]}"#, "'status' must be a whole number from 200 to 599"),
        (#"{"rules":[{"fault":"hang","every":0}]}"#, "'every' must be 1 or more"),
        (#"{"rules":[{"fault":"hang","probability":2}]}"#, "'probability' must be a number from 0 to 1"),
        (#"{"rules":[{"fault":"hang","from":"soon"}]}"#, "'from' must be a duration"),
        (#"{"rules":[{"fault":"hang","per":"route"}]}"#, "'per' must be 'key' or 'rule'"),
        (#"{"rule":[]}"#, "unknown key 'rule' in the fault plan; one of rules, seed"),
        (#"{"rules":{}}"#, "'rules' must be a list"),
        ("7", "a fault plan is an object"),
        ("{", "the fault plan is not a JSON document"),
    ])
    func `a wrong plan is refused with what is wrong and what is allowed`(_ json: String, _ message: String) {
        let error = #expect(throws: FaultPlanError.self) { try FaultPlan(json: Array(json.utf8)) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func `all mistakes are said at once, each with its way from the top`() {
        let plan: JSONValue = [
            "sede": 1, "rules": [["fault": "hang"], ["fault": "hang", "frist": 1], ["fault": "hang", "every": 0]],
        ]
        let error = #expect(throws: FaultPlanError.self) { try FaultPlan(plan) }
        #expect(
            error?.problems.map(\.place) == [
                [.member("sede")], [.member("rules"), .item(1), .member("frist")],
                [.member("rules"), .item(2), .member("every")],
            ])
        #expect(error?.problems.map(\.isName) == [true, true, false])
        #expect(error?.description.hasSuffix("; rules[2]: 'every' must be 1 or more") == true)
    }

    @Test func `a rule that none of the mocks can carry out is a mistake, one for another mock is none`() throws {
        let mocks: [any Mock] = [ToyMock()]
        let good = try FaultPlan([["fault": "vendor-error", "code": 7], ["fault": "hang", "mock": "toy"]])
        try good.check(for: mocks)
        let wrong = try FaultPlan([
            ["fault": "vendor-error", "code": 9], ["fault": "hang", "mock": "other"], ["fault": "listing-changes"],
        ])
        let error = #expect(throws: FaultPlanError.self) { try wrong.check(for: mocks) }
        #expect(
            error?.description == "rules[0]: 'toy' has no error '9'; one of 7; rules[1]: no mock 'other' here; "
                + "one of toy; rules[2]: 'toy' does not carry out 'listing-changes'")
    }

    @Test func `a plan that a mock cannot carry out is refused when it is put in place`() throws {
        let server = try MockServer(ToyMock())
        let code = try FaultPlan([["fault": "vendor-error", "code": 9]])
        let error = #expect(throws: FaultPlanError.self) { try server.install(code) }
        #expect(error?.description == "rules[0]: 'toy' has no error '9'; one of 7")
        let listing = try FaultPlan([["fault": "listing-changes", "mock": "toy"]])
        #expect(throws: FaultPlanError.self) { try server.install(listing) }
        let stranger = try FaultPlan([["fault": "hang", "mock": "toi"]])
        #expect(throws: FaultPlanError.self) { try server.install(stranger) }
    }

    @Test func `a plan for several mocks holds rules of the others, and mistakes in one's own`() async throws {
        let rules: JSONValue = [
            ["fault": "bad-gateway", "mock": "other"], ["fault": "vendor-error", "code": 9],
            ["fault": "unavailable", "first": 1],
        ]
        let status = try await withToy(faults: rules) {
            $0.companions = ["other"]
        } body: { _, wire in
            try await wire.get("/time").status
        }
        #expect(status == 503)
        var options = MockServerOptions()
        options.companions = ["other"]
        options.faults = try FaultPlan([["fault": "vendor-error", "code": 9, "mock": "toy"]])
        #expect(throws: FaultPlanError.self) { try MockServer(ToyMock(), options: options) }
    }
}
