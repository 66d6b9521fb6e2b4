import Spool
import SystemPackage
import Testing

@testable import SpoolCommands

struct ConfigTests {
    /// A configuration that is right.
    static func text(extra: String = "") -> String {
        """
        spool:
          path: spool
        joe:
          base_url: http://127.0.0.1:1
          api_key: very-secret-joe
        trustar:
          api_url: http://127.0.0.1:1/api/1.3
          auth_url: http://127.0.0.1:1/oauth/token
          api_key: very-secret-key
          api_secret: very-secret-secret
          enclave_id: 7a33144f-aef3-442b-87d4-dbf70d8afdb0
        \(extra)
        """
    }

    @Test func `a right configuration is one line`() async throws {
        try await Bench.with { bench in
            let path = try bench.write("c.yaml", Self.text())
            let run = await Run(["config", "check", "--config", path.string])
            #expect(run.status == .success)
            #expect(run.out == "\(path): ok\n")
            #expect(await Run(["--config", path.string, "config", "check"]).status == .success)
            #expect(await Run(["config", "check"], environment: ["SPOOLCTL_CONFIG": path.string]).status == .success)
        }
    }

    @Test func `three mistakes are three lines with their positions`() async throws {
        try await Bench.with { bench in
            let path = try bench.write(
                "c.yaml", Self.text(extra: "run:\n  pol: 1s\nlog:\n  level: loud\nretry:\n  minimum: soon"))
            let run = await Run(["config", "check", "--config", path.string])
            #expect(run.status == .configuration)
            #expect(run.outLines.count == 3)
            #expect(run.outLines.allSatisfy { $0.hasPrefix("\(path):1") })
            #expect(run.out.contains("did you mean 'poll'?"))
            let json = await Run(["config", "check", "--json", "--config", path.string])
            #expect(json.out.contains(#"{"kind":"error","file":"\#(path)","line":13,"column":3,"message":"#))
            #expect(json.status == .configuration)
        }
    }

    @Test func `every other verb tells them on standard error`() async throws {
        try await Bench.with { bench in
            let path = try bench.write("c.yaml", "spol: {}\n")
            let run = await Run(["list", "--config", path.string])
            #expect(run.status == .configuration)
            #expect(run.out.isEmpty)
            #expect(run.talk.contains("\(path):1:1: unknown key 'spol'; did you mean 'spool'?"))
        }
    }

    @Test func `show has every key, where it comes from, and no secret`() async throws {
        try await Bench.with { bench in
            let path = try bench.write("c.yaml", Self.text())
            for extra in [[], ["--json"]] {
                let run = await Run(["config", "show", "--config", path.string] + extra)
                #expect(run.status == .success)
                #expect(run.out.contains("joe.interval") && run.out.contains("15m") && run.out.contains("default"))
                #expect(run.out.contains("\(path):5") && run.out.contains("<redacted>"))
                #expect(!run.out.contains("very-secret") && !run.talk.contains("very-secret"))
            }
        }
    }

    @Test func `the file that is used is named on standard error, unless quiet`() async throws {
        try await Bench.with { bench in
            let path = try bench.write("c.yaml", Self.text())
            let run = await Run(["list", "--config", path.string])
            #expect(run.status == .success)
            #expect(run.talk == "spoolctl: configuration: \(path)\n")
            #expect(await Run(["list", "-q", "--config", path.string]).talk.isEmpty)
        }
    }

    @Test func `a file that is not there is a configuration error`() async {
        let run = await Run(["list", "--config", "/nowhere/c.yaml"])
        #expect(run.status == .configuration)
        #expect(run.talk.contains("/nowhere/c.yaml"))
    }

    @Test func `init makes a spool once`() async throws {
        let folder = try Bench.temporaryFolder()
        let path = folder.appending("a").appending("spool").string
        let made = await Run(["init", path])
        #expect(made.status == .success)
        #expect(made.out.contains("made spool") && made.out.contains(path))
        let again = await Run(["init", path])
        #expect(again.status == .cannotCreate)
        #expect(again.talk.contains("is a spool already"))
        #expect(await Run(["status", "--spool", path]).status == .success)
        let json = await Run(["init", "--json", folder.appending("b").string])
        #expect(json.out.hasPrefix(#"{"path":"\#(folder)/b","id":""#) && json.out.hasSuffix(#"","format":1}"# + "\n"))
        try Bench.remove(folder)
    }

    @Test func `init takes the configuration's path, and other verbs want that it was made`() async throws {
        let folder = try Bench.temporaryFolder()
        let config = folder.appending("c.yaml")
        try WholeFile.replace(config, with: Array(Self.text().utf8))
        #expect(await Run(["list", "--config", config.string]).status == .missing)
        #expect(await Run(["init", "--config", config.string]).out.contains("\(folder)/spool"))
        #expect(await Run(["list", "--config", config.string]).status == .success)
        try Bench.remove(folder)
    }
}
