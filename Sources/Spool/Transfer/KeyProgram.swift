// Signatures, by stock `ssh-keygen -Y` as git makes them: any key that it takes (file, agent, hardware), and whoever wants to check
// one needs no tool of ours.
//
// The program is called by its absolute path and with an empty environment, but for the agent's socket when the key is one that
// only an agent has. Data goes in by standard input and comes out by standard output: with a file, an old signature beside it
// makes ssh-keygen ask, not sign, and end with 0.

import Subprocess
package import SystemPackage

/// `ssh-keygen`.
package struct KeyProgram: Sendable {
    /// What a signature is for; one for another purpose is none here.
    package enum Namespace: String, Sendable {
        case bundle = "spool-bundle"
        case receipt = "spool-receipt"
    }

    package static let standard: FilePath = "/usr/bin/ssh-keygen"
    private static let longestAnswer = 64 << 10

    private let program: FilePath
    private let agent: String?

    /// `agent`: the socket of the user's agent (`$SSH_AUTH_SOCK`).
    package init(_ program: FilePath = standard, agent: String?) {
        self.program = program
        self.agent = agent
    }

    /// The armoured signature of `bytes` by the key in a file: a private key, or a public one whose private one an agent has.
    package func sign(_ bytes: [UInt8], key: FilePath, as namespace: Namespace) async throws -> [UInt8] {
        guard let text = try WholeFile.read(key, limit: Self.longestAnswer) else {
            throw TransferError(.key, "\(key): there is no such key (transfer.signing_key)")
        }
        let isPublic = !String(decoding: text.prefix(512), as: UTF8.self).contains("PRIVATE KEY")
        if isPublic, agent == nil, try !Self.hasOtherHalf(key) {
            throw TransferError(.key, "\(key) is a public key, and no agent is there to sign with it (SSH_AUTH_SOCK)")
        }
        let (status, out, talk) = try await call(
            ["-Y", "sign", "-n", namespace.rawValue, "-f", key.string], bytes, withAgent: isPublic)
        guard status, out.starts(with: Array("-----BEGIN SSH SIGNATURE-----".utf8)) else {
            throw TransferError(.key, "\(program) did not sign with \(key): \(Self.oneLine(talk))")
        }
        return out
    }

    /// ssh-keygen finds the private key beside the public one, and beside its certificate, by these names.
    private static func hasOtherHalf(_ key: FilePath) throws(FileError) -> Bool {
        for suffix in ["-cert.pub", ".pub"] where key.string.hasSuffix(suffix) {
            return try Kernel.status(FilePath(String(key.string.dropLast(suffix.count)))) != nil
        }
        return false
    }

    /// Whether `signature` is by one of the keys that `allowed` gives to `identity`, now; says what ssh-keygen said of it.
    ///
    /// Now, and not when it says that it was made: whoever has an old key can write any date into what he signs.
    package func verify(
        _ bytes: [UInt8], signature: [UInt8], by identity: String, allowed: AllowedSigners, as namespace: Namespace
    ) async throws -> String {
        try await PrivateFolder.with { folder in
            let (signers, sealed) = (folder.appending("allowed_signers"), folder.appending("signature"))
            try OpenFile(signers, .create).write(allowed.bytes)
            try OpenFile(sealed, .create).write(signature)
            let (status, out, talk) = try await call(
                [
                    "-Y", "verify", "-f", signers.string, "-I", identity, "-n", namespace.rawValue, "-s", sealed.string,
                ], bytes, withAgent: false)
            let words = Self.oneLine(talk.isEmpty ? String(decoding: out, as: UTF8.self) : talk)
            // It names the line, of a file that nobody else has seen.
            let said = words.replacing(signers.string, with: allowed.path.string)
            guard status else {
                throw TransferError.refused("the signature is not one of '\(identity)': \(said)")
            }
            return said
        }
    }

    /// The data lies in a file of its own: into a pipe, it would meet nobody when the program ends without reading it.
    private func call(_ arguments: [String], _ input: [UInt8], withAgent: Bool) async throws -> (Bool, [UInt8], String)
    {
        var environment: [Environment.Key: String] = [:]
        if withAgent, let agent, let key = Environment.Key(rawValue: "SSH_AUTH_SOCK") { environment[key] = agent }
        return try await PrivateFolder.with { folder in
            let path = folder.appending("input")
            try OpenFile(path, .create).write(input)
            let data = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            do {
                let result = try await run(
                    .path(program), arguments: Arguments(arguments), environment: .custom(environment),
                    workingDirectory: "/", input: .fileDescriptor(data, closeAfterSpawningProcess: true),
                    output: .bytes(limit: Self.longestAnswer), error: .string(limit: Self.longestAnswer))
                // It ended because we did.
                guard !Task.isCancelled else {
                    throw TransferError(
                        .interrupted, "told to stop while \(program) was at work; nothing was left behind")
                }
                return (result.terminationStatus.isSuccess, result.standardOutput, result.standardError)
            } catch let error as SubprocessError {
                throw TransferError(.key, "\(program) cannot be run: \(error); install openssh-client")
            }
        }
    }

    private static func oneLine(_ text: String) -> String {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        return lines.isEmpty ? "it said nothing" : lines.joined(separator: "; ")
    }
}

/// A folder for moments, ours alone.
private enum PrivateFolder {
    static func with<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
        let folder = FilePath("/tmp/spoolctl-\(UInt64.random(in: 0 ... .max))")
        guard try Kernel.makeDirectory(folder) else { throw FileError(.mkdir, folder, .fileExists) }
        defer { PartialName.remove(folder) }
        return try await body(folder)
    }
}
