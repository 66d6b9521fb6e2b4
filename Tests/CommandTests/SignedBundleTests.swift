import Spool
import SystemPackage
import TestSupport
import Testing

@testable import SpoolCommands

/// Signatures as a configuration asks for them: bundles one way, receipts the other.
@Suite(.enabled(if: Tool.isThere("/usr/bin/ssh-keygen"), "ssh-keygen is not installed"))
struct SignedBundleTests {
    private static let identity = "ops@sandbox.example"

    /// A key in the exporting side's folder; its public half.
    private func key(_ sides: Sides) async throws -> (path: FilePath, half: String) {
        let path = sides.there.folder.appending("key")
        let made = try await Tool.run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path.string])
        try #require(made.status == 0, "\(made.out)")
        let half = try #require(try WholeFile.read(sides.there.folder.appending("key.pub")))
        return (path, String(decoding: half, as: UTF8.self))
    }

    /// A configuration that asks for signatures by the one key.
    private func asking(_ bench: Bench, _ sides: Sides, _ options: String, _ half: String, for name: String) throws
        -> String
    {
        let allowed = try bench.write("allowed", "\(Self.identity) \(options) \(half)")
        return try sides.config(
            bench,
            """
            run: {stages: [map]}
            transfer:
              signing_key: \(sides.there.folder.appending("key"))
              allowed_signers: \(allowed)
              signers: ["\(name)=\(Self.identity)"]

            """)
    }

    private func run(_ arguments: String..., config: String, input: String = "") async -> Run {
        await Run(arguments + ["--config", config], input: input)
    }

    @Test func `as soon as signers are named, what is not signed ends with 65`() async throws {
        try await Sides.with { sides in
            let (_, half) = try await key(sides)
            try sides.there.report("1")
            let bundle = sides.medium.appending("b.tar").string
            #expect(await run("export", bundle, config: try sides.config(sides.there)).status == .success)
            let here = try asking(sides.here, sides, "", half, for: sides.there.spool.id)
            for verb in ["import", "verify"] {
                let run = await run(verb, bundle, config: here)
                #expect(run.status == .badData && (run.talk + run.out).contains("is not signed"), "\(run.talk)")
            }
            #expect(try sides.here.spool.list(.outbox, .ready).entries.isEmpty)
        }
    }

    @Test(arguments: [
        ("valid-before=\"20200101Z\"", "has expired"), ("valid-after=\"20991231Z\"", "is not yet valid"),
    ])
    func `a key out of its time ends with 65 and says so, for bundles and receipts`(options: String, expected: String)
        async throws
    {
        try await Sides.with { sides in
            let (_, half) = try await key(sides)
            try sides.there.report("1")
            let bundle = sides.medium.appending("b.tar").string
            let within = "valid-after=\"20200101Z\",valid-before=\"20991231Z\""
            let there = try asking(sides.there, sides, within, half, for: "peer")
            #expect(await run("export", bundle, config: there).status == .success)
            let out = try asking(sides.here, sides, options, half, for: sides.there.spool.id)
            for verb in ["import", "verify"] {
                let run = await run(verb, bundle, config: out)
                #expect(run.status == .badData)
                // With the line of the file that the configuration names.
                let said = run.talk + run.out
                #expect(said.contains("\(sides.here.folder)/allowed:1: key \(expected)"), "\(said)")
            }
            #expect(try sides.here.spool.list(.outbox, .ready).entries.isEmpty)
            let inTime = try asking(sides.here, sides, within, half, for: sides.there.spool.id)
            let verified = await run("verify", bundle, config: inTime)
            #expect(verified.out.hasSuffix(", signed by \(Self.identity)\n"), "\(verified.out)")
            #expect(await run("import", bundle, config: inTime).status == .success)

            let receipt = await run("transfer", "receipt", config: inTime)
            #expect(receipt.status == .success && receipt.talk.contains(", signed"), "\(receipt.talk)")
            let late = try asking(sides.there, sides, options, half, for: "peer")
            let refused = await run("transfer", "accept", "-", config: late, input: receipt.out)
            #expect(refused.status == .badData && refused.talk.contains("key \(expected)"), "\(refused.talk)")
            #expect(try sides.there.spool.list(.outbox, .exported).entries.count == 1)
            let again = try asking(sides.there, sides, within, half, for: "peer")
            let accepted = await run("transfer", "accept", "-", config: again, input: receipt.out)
            #expect(accepted.status == .success && accepted.out.contains("signed by \(Self.identity)"))
        }
    }

    @Test func `a bundle is looked at without a spool and without a configuration`() async throws {
        try await Sides.with { sides in
            let (_, half) = try await key(sides)
            try sides.there.report("1")
            let bundle = sides.medium.appending("b").string
            let there = try asking(sides.there, sides, "", half, for: "peer")
            #expect(await run("export", bundle, config: there).status == .success)
            let good = await Run(["verify", bundle])
            #expect(good.status == .success, "\(good.talk)")
            #expect(good.outLines.first?.hasPrefix("warning: the signature was not checked") == true)
            try Kernel.unlink(FilePath(bundle).appending("bag-info.txt"))
            let bad = await Run(["verify", bundle])
            #expect(bad.status == .badData && bad.outLines.contains { $0.hasPrefix("error: bag-info.txt: ") })
        }
    }
}
