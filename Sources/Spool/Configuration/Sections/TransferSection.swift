// `transfer:` how bundles are addressed, signed, and bounded.

package import SystemPackage

extension Settings {
    package struct Transfer: Sendable, Equatable {
        /// What exports are addressed to unless the command says otherwise.
        package var destination: String
        /// What this spool is addressed by; empty: anything is taken.
        package var names: [String]
        /// The queue that is exported unless the command says otherwise.
        package var queue: TransferQueue
        /// Absolute; nil: bundles are not signed.
        package var signingKey: FilePath?
        /// Absolute; nil: signatures are not asked for.
        package var allowedSigners: FilePath?
        /// Spool id → identity.
        package var signers: [String: String]
        package var maxBundleBytes: Int64
        package var maxEntries: Int
        /// ssh-keygen, absolute.
        package var sshKeygen: FilePath
    }

    package enum TransferQueue: String, Sendable, Equatable, CaseIterable {
        case inbox, outbox
    }
}

extension Settings.Transfer {
    enum Keys {
        static let destination = SettingKey(
            "transfer.destination", .destination, standard: "peer",
            "The name of the other side, which bundles are addressed to and numbered for.")
        static let names = ListKey(
            "transfer.names", .destination, note: "any",
            "By which names this spool is addressed; a bundle for anybody else is refused.")
        static let queue = SettingKey(
            "transfer.queue", ValueKind<Settings.TransferQueue>.choice, standard: "outbox",
            "The queue that `export` takes from: reports, or analyses as they were fetched.")
        static let signingKey = SettingKey(
            optional: "transfer.signing_key", .path,
            "Key that bundles are signed with: a private key's file, or the public key's if an agent holds the other half."
        )
        static let allowedSigners = SettingKey(
            optional: "transfer.allowed_signers", .path,
            "Whose signatures count, in the form of `ssh-keygen -Y`. If given, a bundle without a good one is refused.")
        static let signers = ListKey(
            "transfer.signers", .signer, note: "none",
            "Who signs for which spool: `<spool id>=<identity>`, the identity as in `allowed_signers`.")
        static let maxBundleBytes = SettingKey(
            "transfer.max_bundle_bytes", .size(1_000_000...(1 << 50)), standard: "64GiB",
            "A bundle with more payload is neither made nor taken.")
        static let maxEntries = SettingKey(
            "transfer.max_entries", .integer(1...1_000_000), standard: "10000",
            "A bundle with more entries is neither made nor taken.")
        static let sshKeygen = SettingKey(
            "transfer.ssh_keygen", .path, standard: "/usr/bin/ssh-keygen", "The program that signs and verifies.")
    }

    static let schema = [
        SectionFacts(
            path: "transfer", summary: "Bundles for the air gap (docs/AIRGAP.md).",
            keys: [
                Keys.destination.facts, Keys.names.facts, Keys.queue.facts, Keys.signingKey.facts,
                Keys.allowedSigners.facts, Keys.signers.facts, Keys.maxBundleBytes.facts, Keys.maxEntries.facts,
                Keys.sshKeygen.facts,
            ])
    ]

    init(_ decoder: inout SettingsDecoder) {
        destination = decoder.value(Keys.destination)
        names = decoder.list(Keys.names)
        queue = decoder.value(Keys.queue)
        signingKey = decoder.path(Keys.signingKey)
        allowedSigners = decoder.path(Keys.allowedSigners)
        let pairs = decoder.list(Keys.signers)
        signers = Dictionary(pairs.map { ($0.spool, $0.identity) }, uniquingKeysWith: { first, _ in first })
        maxBundleBytes = decoder.value(Keys.maxBundleBytes)
        maxEntries = decoder.value(Keys.maxEntries)
        sshKeygen = decoder.path(Keys.sshKeygen)
        if signers.count < pairs.count {
            decoder.reject(
                Keys.signers.facts, nil, "names one spool twice", at: decoder.mark(of: Keys.signers.facts.path))
        }
        if allowedSigners != nil, signers.isEmpty, decoder.isSound(Keys.signers.facts.path) {
            decoder.warn(
                "'allowed_signers' in 'transfer' is given, but 'signers' names nobody: every bundle is refused",
                about: Keys.allowedSigners.facts.path)
        }
    }
}

/// One item of `transfer.signers`.
struct SignerPair: Sendable, Equatable {
    let spool: String
    let identity: String
}

extension ValueKind where Value == String {
    /// The name of a bundle's destination.
    static var destination: ValueKind {
        text("1 to 32 of `a`-`z`, `0`-`9`, `-`").checked(as: "1 to 32 of `a`-`z`, `0`-`9`, `-`") { name in
            let isFine =
                (1...32).contains(name.utf8.count) && !name.hasPrefix("-") && !name.hasSuffix("-")
                && name.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 || $0 == 0x2D }
            return isFine ? nil : "must be 1 to 32 of a-z, 0-9 and hyphens, none at its ends"
        }
    }
}

extension ValueKind where Value == SignerPair {
    static var signer: ValueKind {
        ValueKind(
            name: "`<spool id>=<identity>`",
            parse: { (text: String) throws(ValueFault) -> SignerPair in
                let text = try ValueKind<String>.text(atMost: 512).parse(text)
                guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                    throw ValueFault("is not <spool id>=<identity>")
                }
                let identity = String(text[text.index(after: equals)...])
                guard !identity.isEmpty, !identity.contains(where: { "*?!, \"".contains($0) }) else {
                    throw ValueFault("has no identity, or one with wildcards, commas or blanks")
                }
                return SignerPair(spool: String(text[..<equals]), identity: identity)
            },
            show: { .text("\($0.spool)=\($0.identity)") })
    }
}
