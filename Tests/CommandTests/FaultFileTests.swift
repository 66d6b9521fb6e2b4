import Glibc
import MockKit
import Spool
import SystemPackage
import Testing

@testable import SpoolCommands

/// Fault plans as users write them: YAML or JSON, and what they are told about a wrong one.
struct FaultFileTests {
    private static let yaml = """
        # The first submission of each report is accepted, and its answer lost.
        seed: 7
        rules:
          - fault: reset-after
            route: POST /api/1.3/reports
            per: key
            first: 1
          - {fault: rate-limited, mock: trustar, waitTime: 4243, every: 10}
          - fault: status
            status: 418
            body: "7"
            headers: {X-Teapot: "short, and stout"}
            key: 752112
            probability: 0.25
            until: 5m
        """

    private static let json = """
        {"seed": 7, "rules": [
        \t{"fault": "reset-after", "route": "POST /api/1.3/reports", "per": "key", "first": 1},
        \t{"fault": "rate-limited", "mock": "trustar", "waitTime": 4243, "every": 10},
        \t{"fault": "status", "status": 418, "body": "7", "headers": {"X-Teapot": "short, and stout"},
        \t "key": "752112", "probability": 0.25, "until": "5m"}]}
        """

    @Test func `a plan is the same in YAML and in JSON`() async throws {
        try await Bench.with { bench in
            let yaml = try FaultFile.read(bench.write("plan.yaml", Self.yaml).string)
            let json = try FaultFile.read(bench.write("plan.json", Self.json).string)
            #expect(yaml == json)
            #expect(yaml == (try FaultPlan(json: Array(Self.json.utf8))), "as the admin routes read it")
            #expect(yaml.seed == 7 && yaml.rules.count == 3 && yaml.rules.last?.until == 300)
        }
    }

    @Test func `a bare list is a list of rules`() async throws {
        try await Bench.with { bench in
            let plan = try FaultFile.read(
                bench.write("plan.yaml", "- fault: hang\n- fault: latency\n  milliseconds: 5\n").string)
            #expect(plan.rules.map(\.fault.name) == [.hang, .latency])
        }
    }

    @Test(arguments: [
        ("rules:\n  - fault: no-such-fault\n", ["2:12: unknown fault 'no-such-fault'; one of latency"]),
        (
            "seed: -1\nrules:\n  - fault: hang\n    frist: 1\n  - fault: hang\n    per: route\n",
            [
                "1:7: 'seed' must be a whole number from 0", "4:5: unknown key 'frist' for fault 'hang'",
                "6:10: 'per' must be 'key' or 'rule'",
            ]
        ),
        ("- fault: latency\n", ["1:10: fault 'latency' needs 'milliseconds'"]),
        ("- fault: status\n  status: 418\n  body: 7\n", ["3:9: 'body' must be a text"]),
        ("- first: 2\n", ["1:3: 'fault' is missing"]),
        ("rule: []\n", ["1:1: unknown key 'rule' in the fault plan; one of rules, seed"]),
        ("rules:\n  hang: 1\n", ["2:3: 'rules' must be a list"]),
        ("hang\n", ["1:1: a fault plan is an object with 'rules'"]),
        ("- fault: hang\n  fault: latency\n", ["2:3: duplicate key 'fault'; first given in line 1"]),
        ("rules: [{fault: hang}\n", ["a ',' or ']' is missing"]),
        ("- &a {fault: hang}\n- *a\n", ["anchors are not read here", "aliases are not read here"]),
        ("- fault: vendor-error\n  code: nonsense\n", ["2:9: 'joe' has no error 'nonsense'; one of 1, 2"]),
        ("- fault: hang\n  mock: jo\n", ["2:9: no mock 'jo' here; one of joe, trustar"]),
        ("", ["1:1: the file is empty"]),
    ])
    func `a wrong plan is refused with each mistake in its line`(text: String, wanted: [String]) async throws {
        try await Bench.with { bench in
            let path = try bench.write("plan.yaml", text).string
            let run = await Run(["mock", "--joe-port", "0", "--trustar-port", "0", "--faults", path])
            #expect(run.status == .configuration)
            let lines = run.talk.split(separator: "\n")
            #expect(lines.count == wanted.count, "\(run.talk)")
            for (line, part) in zip(lines, wanted) {
                #expect(line.hasPrefix("\(path):") && line.contains(part), "\(line)")
            }
        }
    }

    @Test func `a plan that is not there is missing, and wrong words are a usage error`() async {
        #expect(await Run(["mock", "--faults", "/nowhere/plan"]).status == .missing)
        #expect(await Run(["mock", "--port", "1"]).status == .usage)
        #expect(await Run(["mock", "--duplicate-ids", "maybe"]).status == .usage)
    }

    @Test func `port 0 without a name gives each of both a free port`() async throws {
        let mock = try Talking(["mock", "--port", "0", "--json"], listeningTo: .out)
        let urls = try Spool.JSONValue(parsing: Array(try await mock.heard { _ in true }.utf8))
        let ports = ["joe", "trustar"].compactMap { urls[$0]?["url"]?.stringValue?.split(separator: ":").last }
        #expect(Set(ports).count == 2)
        #expect(try await mock.ended(by: SIGTERM) == 0)
    }
}
