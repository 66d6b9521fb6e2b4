// No secret is ever seen: not in the spool, the journal, the logs at their most talkative, an error, the configuration that
// is shown, the command line, or what a debugger prints of a value; not even when a server sends it back to us.

import Logging
import MockJoe
import MockKit
import MockTruStar
import Spool
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct SecretTests {
    private static let joeKey = "Joe/Key+with \"odd\" &=%é characters:7f3a"
    private static let key = "TruStar-key-9c41"
    private static let secret = "TruStar/secret+with \\ ü & 51d0"

    private static let secrets = [
        "joe.api_key": joeKey, "trustar.api_secret": secret, "key and secret": "\(key):\(secret)",
    ]

    /// Servers that send back what they were sent, in all its forms, before they answer properly.
    private static func echoes() throws -> FaultPlan {
        func quoted(_ secrets: String...) -> String {
            secrets.flatMap(SecretHunt.forms).joined(separator: " ").replacing("\\", with: "\\\\")
                .replacing("\"", with: "\\\"")
        }
        // Each knows its own.
        let (first, second) = (quoted(joeKey), quoted(key, secret, "\(key):\(secret)"))
        func fault(_ status: Int, _ body: String, _ mock: String, _ after: Int) -> MockKit.JSONValue {
            [
                "fault": "status", "status": .integer(status), "body": .string(body), "mock": .string(mock),
                "after": .integer(after), "first": 1, "contentType": "application/json",
            ]
        }
        let joe = #"{"errors": [{"code": 3, "message": "no: \#(first)"}]}"#
        let truStar = #"{"status": 400, "error": "Bad Request", "message": "no: \#(second)"}"#
        return try FaultPlan([
            fault(400, joe, "joe", 2), fault(400, joe, "joe", 5), fault(500, joe, "joe", 8),
            fault(400, truStar, "trustar", 1), fault(500, truStar, "trustar", 3), fault(418, second, "trustar", 6),
        ])
    }

    private func withServers(
        faults: FaultPlan?, _ body: (Program, SecretHunt, TruStarServer) async throws -> Void
    ) async throws {
        var (joeOptions, trustarOptions, options) = (JoeOptions(), TruStarOptions(), MockServerOptions())
        (joeOptions.analyses, joeOptions.apiKey) = (8, Self.joeKey)
        (trustarOptions.key, trustarOptions.secret) = (Self.key, Self.secret)
        (options.faults, options.companions) = (faults, ["joe", "trustar"])
        var second = options
        second.clock = VirtualClock()
        let joe = try JoeServer(joeOptions, clock: options.clock)
        let trustar = TruStarServer(trustarOptions)
        let servers = (try MockServer(joe, options: options), try MockServer(trustar, options: second))
        try await withTemporaryFolder { folder in
            try await withMocks(servers.0, servers.1) { urls in
                try Self.write(folder, urls)
                try await body(Program(in: folder), SecretHunt(Self.secrets), trustar)
            }
        }
    }

    /// Secrets in files of their own, and the log as talkative as it can be.
    private static func write(_ folder: FilePath, _ urls: [String]) throws {
        for (name, text) in ["joe.key": joeKey, "trustar.key": key, "trustar.secret": secret] {
            try WholeFile.replace(folder.appending(name), with: Array(text.utf8))
            try Kernel.setMode(folder.appending(name), 0o600)
        }
        let text = Scene.configuration(urls, timeout: "30s")
            .replacing("api_key: \(String(repeating: "mock", count: 16))", with: "api_key_file: joe.key")
            .replacing("api_key: mock-key", with: "api_key_file: trustar.key")
            .replacing("api_secret: mock-secret", with: "api_secret_file: trustar.secret")
        let log = "\nlog:\n  level: trace\n  format: json\n"
        try WholeFile.replace(folder.appending("config.yaml"), with: Array((text + log).utf8))
    }

    private static let files: Set = ["joe.key", "trustar.key", "trustar.secret"]

    @Test func `a run with everything logged leaves no secret behind, whatever the servers send back`() async throws {
        try await withServers(faults: Self.echoes()) { (program, hunt, trustar) async throws in
            func check(_ arguments: [String]) async throws {
                let result = try await program(arguments)
                hunt.expectNone(result.output, "stdout of \(arguments)")
                hunt.expectNone(result.errors, "stderr of \(arguments)")
            }
            for _ in 0..<3 {
                for stage in ["fetch", "map", "submit"] { try await check([stage, "--once"]) }
            }
            try await check(["run", "--once", "--json"])
            #expect(!trustar.reports.isEmpty)
            for verb in [
                ["config", "show"], ["config", "show", "--json"], ["config", "check"], ["doctor"],
                ["doctor", "--json"],
                ["status"], ["status", "--json"], ["list", "--long", "--json"], ["verify"], ["submit", "--dry-run"],
                ["requeue", "--all"], ["prune", "--older-than", "1d"], ["why", "752112"], ["show", "752112"],
            ] { try await check(verb) }
            #expect(try hunt.expectNone(below: program.folder, except: Self.files) > 20)
            // The token is a secret as long as it lives.
            if let token = try trustar.dump()["token"]?["value"]?.string {
                try SecretHunt(["token": token]).expectNone(below: program.folder, except: Self.files)
            }
        }
    }

    @Test func `the hunter finds what is there`() throws {
        let hunt = SecretHunt(Self.secrets)
        for form in SecretHunt.forms(Self.joeKey) {
            #expect(hunt.found(in: Array("x\(form)y".utf8)) == ["joe.api_key"], "\(form)")
        }
        let basic = BasicAuthentication.encode(user: Self.key, password: Self.secret)
        #expect(hunt.found(in: [0xff, 0] + Array(basic.utf8)).contains("key and secret"))
        #expect(hunt.found(in: Array("TruStar-key".utf8)).isEmpty)
    }

    @Test func `a running program shows no secret on its command line`() async throws {
        try await withServers(faults: nil) { (program, hunt, _) async throws in
            let result = try await run(
                .path(program.path), arguments: ["run"], environment: Program.environment,
                workingDirectory: program.folder, input: .none, output: .discarded, error: .sequence
            ) { execution in
                for try await line in execution.standardError.strings() where line.contains("pass") { break }
                let line = try WholeFile.read(FilePath("/proc/\(execution.processIdentifier.value)/cmdline"))
                try execution.send(signal: .terminate)
                return line ?? []
            }
            #expect(String(decoding: result.closureResult, as: UTF8.self).contains("run"))
            #expect(hunt.found(in: result.closureResult).isEmpty)
        }
    }

    @Test func `what prints, describes, dumps or mirrors a value gets no secret`() async throws {
        try await withServers(faults: nil) { (program, hunt, _) async throws in
            let text = String(
                decoding: try WholeFile.read(program.folder.appending("config.yaml")) ?? [], as: UTF8.self)
            let proxy = "  proxy: http://127.0.0.1:1\n  proxy_user: u\n  proxy_password_file: trustar.secret\n"
            let (settings, _) = try SettingsLoader.load(
                text: text.replacing("joe:\n", with: "joe:\n\(proxy)"), folder: program.folder)
            let now: Now = { Timestamp(nanoseconds: 0) }
            let spool = try Connector.openSpool(settings, program: "test", now: now)
            let connector = try Connector(settings, spool: spool, logger: Logger(label: "test"))
            let options = settings.joe.connection.options(silence: .seconds(1), connections: 1)
            let transport = try AsyncHTTPClientTransport(options)
            let trustar = try connector.truStarClient()
            _ = try await trustar.enclaves()
            let values: [Any] = [
                settings, settings.joe, settings.described(), connector, options, transport, trustar,
                try connector.joeClient(), try connector.submitStage(), try connector.fetchStage(),
                Secret(Self.secret), Credential(Self.secret), Redactor([Self.secret]),
                [Self.key: Credential(Self.secret)], Optional(Secret(Self.joeKey)) as Any,
            ]
            for value in values {
                var dumped = ""
                dump(value, to: &dumped)
                let kind = "\(type(of: value))"
                for text in [String(describing: value), String(reflecting: value), dumped, Self.mirrored(value, 6)] {
                    hunt.expectNone(text, kind)
                }
            }
            await transport.shutdown()
            await connector.shutdown()
        }
    }

    /// Labels and values of all children, as a debugger would open them.
    private static func mirrored(_ value: Any, _ depth: Int) -> String {
        guard depth > 0 else { return "\(value)" }
        return Mirror(reflecting: value).children.map { "\($0.label ?? "")=\(mirrored($0.value, depth - 1))" }
            .joined(separator: ";") + "\(value)"
    }
}
