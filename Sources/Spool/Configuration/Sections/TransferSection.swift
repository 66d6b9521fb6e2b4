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
        /// Where the stage `export` puts bundles; absolute.
        package var outgoing: FilePath?
        package var outgoingForm: TransferForm
        package var every: Duration
        /// Where the stage `import` looks for bundles; absolute.
        package var incoming: FilePath?
        package var poll: Duration
        package var incompleteAfter: Duration
    }

    package enum TransferForm: String, Sendable, Equatable, CaseIterable {
        case tar, folder
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
            "Who signs for which spool: `<spool id>=<identity>`, the identity as in `allowed_signers`; and who signs the receipts of a destination: `<destination>=<identity>` (else whoever signs for the spool that they are from)."
        )
        static let maxBundleBytes = SettingKey(
            "transfer.max_bundle_bytes", .size(1_000_000...(1 << 50)), standard: "64GiB",
            "A bundle with more payload is neither made nor taken.")
        static let maxEntries = SettingKey(
            "transfer.max_entries", .integer(1...1_000_000), standard: "10000",
            "A bundle with more entries is neither made nor taken.")
        static let sshKeygen = SettingKey(
            "transfer.ssh_keygen", .path, standard: "/usr/bin/ssh-keygen", "The program that signs and verifies.")
        static let outgoing = SettingKey(
            optional: "transfer.outgoing", .path, "The folder that the stage `export` puts bundles into.")
        static let outgoingForm = SettingKey(
            "transfer.outgoing_form", ValueKind<Settings.TransferForm>.choice, standard: "tar",
            "What a bundle in `outgoing` is: a tar file, or a folder.")
        static let every = SettingKey(
            "transfer.every", .duration(.milliseconds(10)...DurationText.days(7)), standard: "5m",
            "How often the stage `export` packs what is there.")
        static let incoming = SettingKey(
            optional: "transfer.incoming", .path,
            "The folder that the stage `import` takes bundles from. Nothing in it is moved or removed.")
        static let poll = SettingKey(
            "transfer.poll", .duration(.milliseconds(10)...DurationText.days(1)), standard: "30s",
            "How often the stage `import` looks into `incoming`.")
        static let incompleteAfter = SettingKey(
            "transfer.incomplete_after", .duration(.milliseconds(10)...DurationText.days(365)), standard: "1h",
            "A bundle in `incoming` that is not complete and has not changed for so long is reported.")
    }

    static let schema = [
        SectionFacts(
            path: "transfer", summary: "Bundles for the air gap (docs/AIRGAP.md).",
            keys: [
                Keys.destination.facts, Keys.names.facts, Keys.queue.facts, Keys.signingKey.facts,
                Keys.allowedSigners.facts, Keys.signers.facts, Keys.maxBundleBytes.facts, Keys.maxEntries.facts,
                Keys.sshKeygen.facts, Keys.outgoing.facts, Keys.outgoingForm.facts, Keys.every.facts,
                Keys.incoming.facts, Keys.poll.facts, Keys.incompleteAfter.facts,
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
        outgoing = decoder.path(Keys.outgoing)
        outgoingForm = decoder.value(Keys.outgoingForm)
        every = decoder.value(Keys.every)
        incoming = decoder.path(Keys.incoming)
        poll = decoder.value(Keys.poll)
        incompleteAfter = decoder.value(Keys.incompleteAfter)
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

extension Settings.Transfer {
    /// What `run.stages` makes of this section.
    func warn(_ decoder: inout SettingsDecoder, about run: Settings.Run) {
        let rival: Settings.Stage = queue == .outbox ? .submit : .map
        if run.stages.contains(.export), run.stages.contains(rival), decoder.isSound("run.stages") {
            decoder.warn(
                "'export' and '\(rival.rawValue)' in 'run.stages' both take from the \(queue.rawValue): an entry goes the one"
                    + " way or the other, as it comes",
                about: "run.stages")
        }
        if let outgoing, outgoing == incoming {
            decoder.reject(
                Keys.incoming.facts, nil, "is the same folder as 'outgoing': what is sent would come back",
                at: decoder.mark(of: Keys.incoming.facts.path))
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
