// `spoolctl verify BUNDLE`: is it whole, and by whom? Without a spool, and where there is none, without a configuration.

import Spool

struct BundleVerification {
    let settings: SettingsOptions
    let isJSON: Bool

    /// Shows what is wrong and odd about each; the worst is the end.
    func run(_ names: [String]) async throws {
        let settings = try configured()
        let limits = settings.map(TransferSetup.limits) ?? TransferLimits()
        let policy = try settings.flatMap { try TransferSetup.signatures($0) }
        let (isQuiet, showing) = (self.settings.quiet, self)
        try await Transferring.run("verifying", quiet: isQuiet) { watch in
            var isBad = false
            for location in try BundleNames.locations(names, watch) {
                let (bag, signer, findings) = try await Self.look(location, limits, policy, watch)
                try showing.show(location, bag, signer, findings)
                if !findings.errors.isEmpty { isBad = true }
            }
            if isBad { throw EndStatus.badData }
        }
    }

    /// The configuration's, if there is one: a bundle may be looked at anywhere.
    private func configured() throws -> Settings? {
        if settings.config == nil {
            let environment = Surroundings.current.environment
            do { _ = try ConfigurationFile.locate(explicit: nil, environment: environment) } catch { return nil }
        }
        return try settings.load(.withoutSecrets)
    }

    private static func look(
        _ location: BundleLocation, _ limits: TransferLimits, _ policy: SignaturePolicy?, _ watch: TransferWatch
    ) async throws -> (CheckedBag?, signer: String?, BagFindings) {
        let bag: CheckedBag
        do {
            bag = try await BlockingPool.shared.run { CheckedBag(try BagReader(limits, watch: watch).read(location)) }
        } catch let error as TransferError where error.code == .refused {
            return (nil, nil, BagFindings(errors: [error]))
        }
        var findings = bag.findings
        guard let policy else {
            findings.add(
                warning: bag.signature == nil
                    ? "the bundle is not signed"
                    : "the signature was not checked: no transfer.allowed_signers is configured here")
            return (bag, nil, findings)
        }
        guard bag.record != nil else { return (bag, nil, findings) }
        do {
            return (bag, try await policy.check(bag), findings)
        } catch let error as TransferError where error.code == .refused {
            findings.add(error: error)
            return (bag, nil, findings)
        }
    }

    private func show(_ location: BundleLocation, _ bag: CheckedBag?, _ signer: String?, _ findings: BagFindings) throws
    {
        let out = Surroundings.current.out
        for (kind, messages) in [("warning", findings.warnings), ("error", findings.errors.map(\.message))] {
            for message in messages {
                try isJSON
                    ? out.line(
                        .object([
                            .init("kind", kind), .init("bundle", location.description), .init("message", message),
                        ]))
                    : out.line(Visible("\(kind): \(message)").description)
            }
        }
        let isGood = findings.errors.isEmpty
        let record = bag?.record
        guard !isJSON else {
            return try out.line(
                .object([
                    .init("kind", "bundle"), .init("bundle", location.description), .init("valid", isGood),
                    .init("spool", record?.stream.spool), .init("destination", record?.stream.destination),
                    .init("number", record?.number), .init("created", record?.created),
                    .init("entries", bag?.contents.payload.files), .init("bytes", bag?.contents.payload.bytes),
                    .init("digest", bag?.digest), .init("signer", signer),
                    .init("warnings", findings.warnings.count), .init("errors", findings.errors.count),
                ]))
        }
        var text = "\(location): \(isGood ? "good" : "not good, nothing of it would be imported")"
        if let bag, let record {
            text +=
                ": number \(record.number) of \(record.stream), \(Amounts.count(bag.contents.payload.files, "entry", "entries"))"
                + ", \(Amounts.size(bag.contents.payload.bytes))" + (signer.map { ", signed by \($0)" } ?? "")
        }
        try out.line(Visible(text).description)
    }
}
