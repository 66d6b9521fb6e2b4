import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// Signatures by stock ssh-keygen: made, checked here, and checked by hand.
@Suite(.enabled(if: Tool.isThere("/usr/bin/ssh-keygen"), "ssh-keygen is not installed"))
struct SignatureTests {
    private static let identity = "ops@sandbox.example"

    /// A key pair and a file that allows it.
    private func makeKey(_ name: String, in folder: FilePath) async throws -> (key: FilePath, allowed: FilePath) {
        let key = folder.appending(name)
        let made = try await Tool.run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key.string])
        try #require(made.status == 0, "\(made.out)")
        let half = try #require(try WholeFile.read(folder.appending("\(name).pub")))
        let allowed = folder.appending("\(name).allowed")
        try OpenFile(allowed, .create).write(
            Array("# who may\n\(Self.identity) namespaces=\"spool-bundle\" ".utf8) + half)
        return (key, allowed)
    }

    private func signing(_ key: FilePath, agent: String? = nil) -> ExportOptions {
        var options = Crossing.standardExport
        options.sign = { try await KeyProgram(agent: agent).sign($0, key: key, as: .bundle) }
        return options
    }

    private func asking(_ allowed: FilePath, _ crossing: Crossing, identity: String = SignatureTests.identity) throws
        -> ImportOptions
    {
        var options = ImportOptions()
        options.signatures = SignaturePolicy(
            try AllowedSigners(allowed), identities: [crossing.there.id: identity], program: KeyProgram(agent: nil))
        return options
    }

    @Test func `a signed bundle is taken, and its signer named; by hand it verifies as well`() async throws {
        try await Crossing.with { crossing async throws in
            let (key, allowed) = try await makeKey("key", in: crossing.folder)
            try crossing.there.give("1", .outbox)
            let report = try await crossing.export(options: signing(key))
            let bundle = try #require(report.bundles.first)
            let path = try #require(bundle.path)
            #expect(bundle.isSigned)
            // As docs/AIRGAP.md shows it.
            let byHand = try await Tool.run(
                "/usr/bin/ssh-keygen",
                [
                    "-Y", "verify", "-f", allowed.string, "-I", Self.identity, "-n", "spool-bundle", "-s",
                    "tagmanifest-sha256.txt.sig",
                ], input: path.appending("tagmanifest-sha256.txt").string, in: path)
            #expect(byHand.status == 0 && byHand.out.hasPrefix("Good \"spool-bundle\" signature"), "\(byHand.out)")
            let result = try await crossing.take(.folder(path), options: asking(allowed, crossing))
            #expect(result.signer == Self.identity)
        }
    }

    @Test func `without a signature, or with a wrong one, nothing is taken`() async throws {
        try await Crossing.with { crossing async throws in
            let (key, allowed) = try await makeKey("key", in: crossing.folder)
            let (other, _) = try await makeKey("other", in: crossing.folder)
            let options = try asking(allowed, crossing)
            try crossing.there.give("1", .outbox)
            let unsigned = try await crossing.bundle()
            #expect(try await crossing.refusal(.folder(unsigned), options: options)?.contains("is not signed") == true)
            try crossing.there.give("2", .outbox)
            let foreign = try await crossing.bundle(options: signing(other))
            #expect(
                try await crossing.refusal(.folder(foreign), options: options)?.contains(
                    "not one of '\(Self.identity)'")
                    == true)
            try crossing.there.give("3", .outbox)
            let good = try await crossing.bundle(options: signing(key))
            let unknown = try asking(allowed, crossing, identity: "somebody@else.example")
            #expect(try await crossing.refusal(.folder(good), options: unknown) != nil)
            var nobody = options
            nobody.signatures = SignaturePolicy(
                try AllowedSigners(allowed), identities: [:], program: KeyProgram(agent: nil))
            #expect(try await crossing.refusal(.folder(good), options: nobody)?.contains("transfer.signers") == true)
            // Who signs for another spool does not sign for this one.
            var elsewhere = options
            elsewhere.signatures = SignaturePolicy(
                try AllowedSigners(allowed), identities: [crossing.here.id: Self.identity],
                program: KeyProgram(agent: nil))
            #expect(
                try await crossing.refusal(.folder(good), options: elsewhere)?.contains(
                    "no signer is configured for the spool \(crossing.there.id)") == true)
            #expect(try crossing.countHere() == 0)
            #expect(try await crossing.refusal(.folder(good), options: options) == nil)
        }
    }

    @Test func `a signature for another purpose, of another bundle, or damaged, is none`() async throws {
        try await Crossing.with { crossing async throws in
            let (key, allowed) = try await makeKey("key", in: crossing.folder)
            // Any namespace would be allowed by this file; the purpose still counts.
            let half = try #require(try WholeFile.read(crossing.folder.appending("key.pub")))
            let free = crossing.folder.appending("free")
            try OpenFile(free, .create).write(Array("\(Self.identity) ".utf8) + half)
            let options = try asking(free, crossing)
            var receipt = Crossing.standardExport
            receipt.sign = { try await KeyProgram(agent: nil).sign($0, key: key, as: .receipt) }
            try crossing.there.give("1", .outbox)
            let wrong = try await crossing.bundle(options: receipt)
            #expect(try await crossing.refusal(.folder(wrong), options: options) != nil)
            try crossing.there.give("2", .outbox)
            let first = try await crossing.bundle(options: signing(key))
            try crossing.there.give("3", .outbox)
            let second = try await crossing.bundle(options: signing(key))
            let name = "tagmanifest-sha256.txt.sig"
            let seal = try #require(try WholeFile.read(first.appending(name)))
            try WholeFile.replace(second.appending(name), with: seal)
            #expect(try await crossing.refusal(.folder(second), options: try asking(allowed, crossing)) != nil)
            try WholeFile.replace(first.appending(name), with: Array("nonsense".utf8))
            #expect(try await crossing.refusal(.folder(first), options: options) != nil)
            #expect(try crossing.countHere() == 0)
        }
    }

    @Test func `a key that cannot be used makes no bundle`() async throws {
        try await Crossing.with { crossing async throws in
            let (key, _) = try await makeKey("key", in: crossing.folder)
            let ref = try crossing.there.give("1", .outbox)
            let publicHalf = crossing.folder.appending("alone.pub")
            let half = try #require(try WholeFile.read(crossing.folder.appending("key.pub")))
            try OpenFile(publicHalf, .create).write(half)
            for (path, expected) in [
                (crossing.folder.appending("missing"), "there is no such key"),
                (publicHalf, "no agent is there"),
                (crossing.folder.appending("key.allowed"), "is a public key"),
            ] {
                do {
                    try await crossing.export(options: signing(path))
                    Issue.record("signed with \(path)")
                } catch let error as TransferError {
                    #expect(error.code == .key && error.message.contains(expected), "\(error)")
                }
            }
            #expect(try Folder.names(crossing.medium).isEmpty)
            #expect(try crossing.there.states(ref) == [.deferred])
            withExtendedLifetime(key) {}
        }
    }

    /// Of the moment: a date in a bundle is the word of whoever has the key.
    @Test(
        arguments: [
            ("valid-before=\"20200101Z\"", "key has expired"), ("valid-after=\"20991231Z\"", "key is not yet valid"),
            ("valid-after=\"20200101Z\",valid-before=\"20991231Z\"", nil),
        ] as [(String, String?)])
    func `a key counts in its time only`(times: String, expected: String?) async throws {
        try await Crossing.with { crossing async throws in
            let (key, _) = try await makeKey("key", in: crossing.folder)
            let half = try #require(try WholeFile.read(crossing.folder.appending("key.pub")))
            let timed = crossing.folder.appending("timed")
            try OpenFile(timed, .create).write(Array("\(Self.identity) \(times) ".utf8) + half)
            try crossing.there.give("1", .outbox)
            let bundle = try await crossing.bundle(options: signing(key))
            let refusal = try await crossing.refusal(.folder(bundle), options: asking(timed, crossing))
            #expect(refusal?.contains(expected.map { "\(timed):1: \($0)" } ?? "?") == (expected == nil ? nil : true))
            #expect(try crossing.countHere() == (expected == nil ? 1 : 0))
        }
    }

    /// Days for `ssh-keygen -V`; the certificate lies beside the key, as ssh-keygen puts it.
    @Test(
        arguments: [
            ("20190101:20200101", "Certificate invalid: expired"),
            ("20980101:20990101", "Certificate invalid: not yet valid"),
            ("20190101:20990101", nil),
        ] as [(String, String?)])
    func `a key with a certificate signs, and counts in the certificate's time only`(days: String, expected: String?)
        async throws
    {
        try await Crossing.with { crossing async throws in
            _ = try await makeKey("key", in: crossing.folder)
            _ = try await makeKey("authority", in: crossing.folder)
            let certified = try await Tool.run(
                "/usr/bin/ssh-keygen",
                ["-q", "-s", "authority", "-I", "test", "-n", Self.identity, "-V", days, "key.pub"],
                in: crossing.folder)
            try #require(certified.status == 0, "\(certified.out)")
            let half = try #require(try WholeFile.read(crossing.folder.appending("authority.pub")))
            let allowed = crossing.folder.appending("authorities")
            try OpenFile(allowed, .create).write(Array("\(Self.identity) cert-authority ".utf8) + half)
            try crossing.there.give("1", .outbox)
            let bundle = try await crossing.bundle(options: signing(crossing.folder.appending("key-cert.pub")))
            let refusal = try await crossing.refusal(.folder(bundle), options: asking(allowed, crossing))
            #expect(refusal?.contains(expected ?? "?") == (expected == nil ? nil : true), "\(refusal ?? "taken")")
            #expect(try crossing.countHere() == (expected == nil ? 1 : 0))
        }
    }

    @Test func `a public key signs with the private one beside it`() async throws {
        try await Crossing.with { crossing async throws in
            let (_, allowed) = try await makeKey("key", in: crossing.folder)
            try crossing.there.give("1", .outbox)
            let bundle = try await crossing.bundle(options: signing(crossing.folder.appending("key.pub")))
            #expect(try await crossing.refusal(.folder(bundle), options: asking(allowed, crossing)) == nil)
        }
    }

    /// What surrounds us is nobody's business: only the agent's socket goes along, and only for keys that an agent has.
    @Test func `the program is called with an empty environment`() async throws {
        try await Crossing.with { crossing async throws in
            let (key, _) = try await makeKey("key", in: crossing.folder)
            let half = crossing.folder.appending("alone.pub")
            try OpenFile(half, .create).write(
                try #require(try WholeFile.read(crossing.folder.appending("key.pub"))))
            let program = crossing.folder.appending("spy")
            try OpenFile(program, .create).write(
                Array("#!/bin/sh\ntr '\\0' '\\n' < /proc/self/environ >&2\npwd >&2\nexit 1\n".utf8))
            try Kernel.setMode(program, 0o700)
            func seen(_ key: FilePath, agent: String?) async throws -> String {
                do {
                    _ = try await KeyProgram(program, agent: agent).sign([1], key: key, as: .bundle)
                    return "signed"
                } catch let error as TransferError {
                    return error.message.split(separator: ": ").last.map(String.init) ?? ""
                }
            }
            // `PWD` and the like are the shell's own.
            #expect(try await !seen(key, agent: "/run/agent").contains("PATH=/"))
            #expect(try await !seen(key, agent: "/run/agent").contains("SSH_AUTH_SOCK"))
            #expect(try await seen(half, agent: "/run/agent").contains("SSH_AUTH_SOCK=/run/agent"))
            #expect(try await seen(half, agent: "/run/agent").hasSuffix("/"))
        }
    }

    /// A key that waits for a finger, say, and nobody comes.
    @Test func `told to stop while the program waits, it is no failure of the key`() async throws {
        try await Crossing.with { crossing async throws in
            let (key, _) = try await makeKey("key", in: crossing.folder)
            let program = crossing.folder.appending("waits")
            let started = crossing.folder.appending("started")
            try OpenFile(program, .create).write(Array("#!/bin/sh\n: > \(started)\nexec sleep 60\n".utf8))
            try Kernel.setMode(program, 0o700)
            let task = Task {
                _ = try await KeyProgram(program, agent: nil).sign([1], key: key, as: .bundle)
            }
            while try Kernel.status(started) == nil { await Task.yield() }
            task.cancel()
            do {
                try await task.value
                Issue.record("signed")
            } catch let error as TransferError {
                #expect(error.code == .interrupted, "\(error)")
            }
        }
    }

    @Test func `a key that only an agent has signs as well`() async throws {
        try #require(Tool.isThere("/usr/bin/ssh-agent"))
        try await Crossing.with { crossing async throws in
            let (key, allowed) = try await makeKey("key", in: crossing.folder)
            let socket = crossing.folder.appending("agent")
            let started = try await Tool.run("/usr/bin/ssh-agent", ["-a", socket.string])
            let id = started.out.firstRange(of: "SSH_AGENT_PID=").map {
                String(started.out[$0.upperBound...].prefix { $0.isNumber })
            }
            let pid = try #require(id)
            let added = try await Tool.run(
                "/usr/bin/ssh-add", ["-q", key.string], environment: ["SSH_AUTH_SOCK=\(socket)"])
            #expect(added.status == 0, "\(added.out)")
            try Kernel.unlink(key)
            try crossing.there.give("1", .outbox)
            do {
                let options = signing(crossing.folder.appending("key.pub"), agent: socket.string)
                let bundle = try await crossing.bundle(options: options)
                #expect(try await crossing.refusal(.folder(bundle), options: asking(allowed, crossing)) == nil)
            } catch {
                Issue.record(error)
            }
            _ = try await Tool.run("/bin/kill", [pid])
        }
    }

    /// The standard library's default for it would end the whole test process, were there a pipe.
    @Test func `a program that ends without reading its input is an answer like any other`() async throws {
        try await Crossing.with { crossing async throws in
            let (key, _) = try await makeKey("key", in: crossing.folder)
            let large = [UInt8](repeating: 1, count: 1 << 20)
            await #expect(throws: TransferError.self) {
                try await KeyProgram("/bin/false", agent: nil).sign(large, key: key, as: .bundle)
            }
            await #expect(throws: TransferError.self) {
                try await KeyProgram("/nowhere/ssh-keygen", agent: nil).sign(large, key: key, as: .bundle)
            }
        }
    }

    @Test(arguments: [
        "* ssh-ed25519 AAAA", "*@sandbox.example ssh-ed25519 AAAA", "a,b?c ssh-ed25519 AAAA", "a,!b ssh-ed25519 AAAA",
        "\"a b*\" ssh-ed25519 AAAA", "  * ssh-ed25519 AAAA", "a ssh-ed25519 AAAA\n* ssh-ed25519 AAAA",
    ])
    func `a file that lets a key sign for anybody is refused`(text: String) {
        #expect(throws: TransferError.self) { try AllowedSigners(Array(text.utf8), of: "allowed_signers") }
    }

    @Test func `comments, options and several names are fine`() throws {
        let text = "# a*\n\na@b,c namespaces=\"spool-*\" ssh-ed25519 AAAA a comment*\n\"a b\" ssh-rsa AAAA\r\n"
        _ = try AllowedSigners(Array(text.utf8), of: "allowed_signers")
    }
}
