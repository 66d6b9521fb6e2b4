// One entry of a bundle on its way through: its digest as the manifest has it, its envelope, the digest of its payload, and a
// copy of it where somebody wants one.

/// What one entry of a bundle turned out to be.
struct ScannedEntry: Sendable {
    /// SHA-256 of the file, envelope and all.
    let digest: String
    let result: Result<ReadEntry, TransferError>
}

/// One entry's bytes on their way through.
struct EntryScan {
    private let ref: EntryRef
    private let size: Int
    private let keeper: (any EntryKeeper)?
    private var digests = EntryDigests(payload: true)
    private var head: [UInt8] = []
    private var envelope: Envelope?
    private var copy: EntryCopy?
    private var failure: TransferError?

    init(_ ref: EntryRef, size: Int, _ keeper: (any EntryKeeper)?) {
        self.ref = ref
        self.size = size
        self.keeper = keeper
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws {
        digests.update(bytes)
        var rest = bytes
        if head.count < Envelope.size {
            let count = min(Envelope.size - head.count, rest.count)
            head += rest[..<count]
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            if head.count == Envelope.size { try begin() }
        }
        guard !rest.isEmpty, failure == nil else { return }
        try copy?.write(rest)
    }

    private mutating func begin() throws {
        do throws(StoreError) {
            let envelope = try Envelope(decoding: head)
            guard envelope.id == ref.id.description, envelope.kind == ref.queue.kind else {
                fail("its envelope is that of the \(envelope.kind.rawValue) '\(envelope.id)'")
                return
            }
            guard envelope.bytes == size - Envelope.size else {
                fail("has \(size - Envelope.size) bytes of payload; its envelope says \(envelope.bytes)")
                return
            }
            self.envelope = envelope
        } catch {
            fail(error.message)
            return
        }
        guard let envelope else { return }
        copy = try keeper?.keep(ref, envelope)
        try copy?.write(head)
    }

    private mutating func fail(_ reason: String) {
        failure = failure ?? .refused("\(BagPath.entry(ref).description): \(reason)")
    }

    /// The file's digest, and the entry if it is whole.
    mutating func finish() -> ScannedEntry {
        let (digest, payload) = digests.finalize()
        guard let envelope, failure == nil else {
            if head.count < Envelope.size {
                fail("has \(head.count) bytes; an entry's envelope alone has \(Envelope.size)")
            }
            return ScannedEntry(digest: digest, result: .failure(failure ?? .refused("\(ref): no entry")))
        }
        guard payload == envelope.sha256 else {
            fail("the payload is not what its envelope says: the SHA-256 does not match")
            return ScannedEntry(digest: digest, result: .failure(failure ?? .refused("\(ref): damaged")))
        }
        return ScannedEntry(
            digest: digest,
            result: .success(ReadEntry(envelope: envelope, digest: digest, size: size, copy: copy)))
    }
}
