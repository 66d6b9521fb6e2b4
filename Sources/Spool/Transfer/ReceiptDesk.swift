// A receipt at the sender: checked as a whole first, then what it names moves from `exported` to `done`.
//
// Nothing is moved if anything about the receipt is not as it should be: its signature (required as soon as
// `transfer.allowed_signers` is set), its stream, a number that was never completed here, a digest that is not ours. The
// moves are synced before the line `receipted` is written; who dies before that finds the rest to do when it is repeated, and a
// receipt that was accepted before changes nothing.

/// What a receipt did.
package struct AcceptedReceipt: Sendable {
    package let receipt: Receipt
    /// Who signed; nil: not checked.
    package let signer: String?
    /// Numbers that this receipt is the first for.
    package internal(set) var numbers: [Int] = []
    package internal(set) var moved: [EntryRef] = []
    /// Receipted, but somebody has put them elsewhere since.
    package internal(set) var elsewhere: [(ref: EntryRef, end: ReceiptedEntry)] = []
    /// How the stream stands now.
    package internal(set) var status: SentStatus
}

package struct ReceiptDesk: Sendable {
    private let spool: SpoolStore
    private let signatures: SignaturePolicy?
    private let pool: BlockingPool

    /// `signatures` nil: they are not asked for.
    package init(_ spool: SpoolStore, signatures: SignaturePolicy?, pool: BlockingPool = .shared) {
        self.spool = spool
        self.signatures = signatures
        self.pool = pool
    }

    package func accept(_ text: [UInt8]) async throws -> AcceptedReceipt {
        let received = try ReceivedReceipt(text)
        let signer = try await signatures?.check(received)
        return try await pool.run { try settle(received.receipt, signer) }
    }

    private func settle(_ receipt: Receipt, _ signer: String?) throws -> AcceptedReceipt {
        let stream = receipt.stream
        guard stream.spool == spool.id else {
            throw TransferError.refused(
                "the receipt is for bundles of the spool \(stream.spool); this one is \(spool.id)")
        }
        guard try spool.outgoingStreams().contains(stream) else {
            throw TransferError.refused(
                "the receipt is for '\(stream.destination)', where nothing was ever sent from here")
        }
        let log = try StreamLog.outgoing(spool, stream).locked()
        let events = try log.events()
        try compare(receipt, SentNumbers(events))
        let known = Set(events.filter { $0.kind == .receipted }.map(\.number))
        var result = AcceptedReceipt(receipt: receipt, signer: signer, status: SentStatus(stream, events))
        let fresh = receipt.bundles.filter { !known.contains($0.number) }
        // Looked for first: nothing moves if one of them is lost or damaged.
        for bundle in fresh {
            guard try log.read(bundle.number) != nil else {
                throw TransferError(
                    .missing, "\(log.record(bundle.number)) is gone, which says what was in bundle \(bundle.number)")
            }
        }
        for bundle in fresh { try settle(bundle, log, &result) }
        result.status = SentStatus(stream, try log.events())
        return result
    }

    private func compare(_ receipt: Receipt, _ sent: SentNumbers) throws(TransferError) {
        let ours = Dictionary(sent.complete.map { ($0.number, $0.digest) }, uniquingKeysWith: { first, _ in first })
        for bundle in receipt.bundles {
            guard let digest = ours[bundle.number] else {
                throw .refused(
                    "the receipt names number \(bundle.number), which was never completed here"
                        + " (was this spool restored from a backup?)")
            }
            guard digest == bundle.digest else {
                throw .refused(
                    "the receipt's digest of number \(bundle.number) is \(bundle.digest.prefix(12))…, ours is"
                        + " \(digest.prefix(12))…: not the bundle that was sent")
            }
        }
    }

    private func settle(_ bundle: TransferRecord.Past, _ log: StreamLog, _ result: inout AcceptedReceipt) throws {
        let items = try log.read(bundle.number)?.items ?? []
        let entries = items.compactMap { item in item.ref.map { (ref: $0, digest: item.digest) } }
        let ends = try spool.receipted(entries)
        let origin = "\(log.stream)/\(bundle.number)"
        for (ref, digest) in entries {
            switch ends[ref] {
            case .moved:
                result.moved.append(ref)
                spool.note(JournalEvent("receipted", ref: ref, detail: origin, digest: digest))
            case .settled, nil: break
            case .elsewhere, .another, .damaged: result.elsewhere.append((ref, ends[ref] ?? .another))
            }
        }
        try log.note([StreamEvent(bundle.number, .receipted, at: spool.now(), digest: bundle.digest)])
        result.numbers.append(bundle.number)
    }
}
