// The file that says whose signatures count, in ssh-keygen's own form: `<principals> [options] <key type> <key>`. Read once,
// so that what was looked at is what is used.

package import SystemPackage

package struct AllowedSigners: Sendable, Equatable {
    package let bytes: [UInt8]
    /// Where they were read, for people.
    package let path: FilePath

    private static let limit = 1 << 20

    /// Principals with wildcards are refused: `*` would let any of these keys sign for anybody.
    package init(_ path: FilePath) throws {
        guard let bytes = try WholeFile.read(path, limit: Self.limit) else {
            throw TransferError(.configuration, "\(path): there is no such file (transfer.allowed_signers)")
        }
        try self.init(bytes, of: path)
    }

    package init(_ bytes: [UInt8], of path: FilePath) throws(TransferError) {
        self.bytes = bytes
        self.path = path
        let lines = String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let text = line.drop { $0 == " " || $0 == "\t" }
            guard !text.isEmpty, !text.hasPrefix("#") else { continue }
            // In quotes, principals may hold blanks.
            let isQuoted = text.hasPrefix("\"")
            let principals = (isQuoted ? text.dropFirst() : text).prefix {
                isQuoted ? $0 != "\"" : $0 != " " && $0 != "\t"
            }
            if principals.contains(where: { "*?!".contains($0) }) {
                throw TransferError(
                    .configuration,
                    "\(path):\(index + 1): the principals '\(principals)' have a wildcard; name each signer in full")
            }
        }
    }
}

/// How bundles are checked here: whose signatures count for which spool.
package struct SignaturePolicy: Sendable {
    private let allowed: AllowedSigners
    /// Spool id → identity.
    private let identities: [String: String]
    private let program: KeyProgram

    package init(_ allowed: AllowedSigners, identities: [String: String], program: KeyProgram) {
        self.allowed = allowed
        self.identities = identities
        self.program = program
    }

    /// What its answers depend on.
    var basis: String {
        let pairs = identities.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return (pairs + [String(decoding: allowed.bytes, as: UTF8.self)]).joined(separator: "\n")
    }

    /// Who signed; throws if it is not who should have.
    package func check(_ bag: CheckedBag) async throws -> String {
        guard let record = bag.record else { throw TransferError.refused("transfer.json: is missing") }
        guard let identity = identities[record.stream.spool] else {
            throw TransferError.refused(
                "no signer is configured for the spool \(record.stream.spool);"
                    + " add '\(record.stream.spool)=IDENTITY' to transfer.signers")
        }
        guard let signature = bag.signature else {
            throw TransferError.refused(
                "the bundle is not signed (it has no \(TagFile.signature.rawValue)); transfer.allowed_signers asks for it"
            )
        }
        _ = try await program.verify(
            bag.tagManifest, signature: signature, by: identity, allowed: allowed, as: .bundle)
        return identity
    }

    /// The same for a receipt: by who is named for its destination, else for the spool that it says it is from.
    func check(_ received: ReceivedReceipt) async throws -> String {
        let receipt = received.receipt
        guard let identity = identities[receipt.stream.destination] ?? identities[receipt.issuer] else {
            throw TransferError.refused(
                "no signer is configured for receipts from '\(receipt.stream.destination)' (the spool \(receipt.issuer));"
                    + " add '\(receipt.stream.destination)=IDENTITY' to transfer.signers")
        }
        guard let signature = received.signature else {
            throw TransferError.refused("the receipt is not signed; transfer.allowed_signers asks for it")
        }
        _ = try await program.verify(
            received.signed, signature: signature, by: identity, allowed: allowed, as: .receipt)
        return identity
    }
}
