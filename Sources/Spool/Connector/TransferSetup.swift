// From the configuration to exports and imports.

package enum TransferSetup {
    /// `agent`: the socket of the user's ssh-agent.
    package static func export(
        _ settings: Settings, to destination: String?, volumeSize: Int?, agent: String?
    ) -> ExportOptions {
        let transfer = settings.transfer
        var options = ExportOptions(destination: destination ?? transfer.destination)
        options.limits = limits(settings)
        options.volumeSize = volumeSize
        options.settle = settings.trustar.settle
        if let key = transfer.signingKey {
            let program = KeyProgram(transfer.sshKeygen, agent: agent)
            options.sign = { try await program.sign($0, key: key, as: .bundle) }
        }
        return options
    }

    package static func `import`(_ settings: Settings, _ spool: SpoolStore, isDry: Bool) throws -> ImportOptions {
        var options = ImportOptions()
        options.limits = limits(settings)
        options.names = Set(settings.transfer.names)
        // A cron line may fetch although `run` does not.
        let fetches =
            settings.run.stages.contains(.fetch) || spool.stageRecord(StageName.fetch.rawValue).lastPass != nil
        options.ownSources = fetches ? [settings.joe.source] : []
        options.signatures = try signatures(settings)
        options.minimumFree = try settings.spool.minFree.map { Int(clamping: $0) } ?? spool.defaultMinimumFree()
        options.settle = settings.trustar.settle
        options.isDry = isDry
        return options
    }

    /// nil: receipts are not signed.
    package static func receiptSigner(_ settings: Settings, agent: String?)
        -> (@Sendable ([UInt8]) async throws -> [UInt8])?
    {
        let transfer = settings.transfer
        return transfer.signingKey.map { key in
            let program = KeyProgram(transfer.sshKeygen, agent: agent)
            return { try await program.sign($0, key: key, as: .receipt) }
        }
    }

    /// nil if signatures are not asked for.
    package static func signatures(_ settings: Settings) throws -> SignaturePolicy? {
        let transfer = settings.transfer
        return try transfer.allowedSigners.map {
            SignaturePolicy(
                try AllowedSigners($0), identities: transfer.signers,
                program: KeyProgram(transfer.sshKeygen, agent: nil))
        }
    }

    package static func limits(_ settings: Settings) -> TransferLimits {
        TransferLimits(
            bytes: Int(clamping: settings.transfer.maxBundleBytes), entries: settings.transfer.maxEntries)
    }
}
