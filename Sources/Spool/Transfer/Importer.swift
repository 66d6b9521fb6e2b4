// A bundle into the spool. Everything is verified before anything is committed; then all of it is committed, or after a crash the
// rest when it is repeated, since what is here already is counted and skipped. Last comes the line in the stream's log: a
// bundle that has one has arrived as a whole.

import Crypto
import Synchronization
import SystemPackage

package struct ImportOptions: Sendable {
    package var limits = TransferLimits()
    /// By which destinations this spool is addressed; empty: any.
    package var names: Set<String> = []
    /// Sources that this spool fetches itself.
    package var ownSources: Set<String> = []
    /// nil: signatures are not asked for.
    package var signatures: SignaturePolicy?
    /// Bytes that must stay free on the spool's disk.
    package var minimumFree = 0
    /// How long the outbox's other side may take to show what it accepted.
    package var settle = Duration.seconds(60)
    /// Verify and compare, and change nothing.
    package var isDry = false

    package init() {}

    /// What a refusal depends on besides the bundle, in a word: with another one, the same bundle may be welcome.
    func basis(_ program: String) -> String {
        let parts = [
            program, names.sorted().joined(separator: ","), ownSources.sorted().joined(separator: ","),
            "\(limits.bytes) \(limits.entries)", signatures?.basis ?? "",
        ]
        return String(Envelope.hex(SHA256.hash(data: Array(parts.joined(separator: "\n").utf8))).prefix(16))
    }
}

/// What became of a bundle.
package struct ImportedBundle: Sendable {
    package let stream: TransferStream
    package let number: Int
    package let digest: String
    /// Who signed; nil: not checked.
    package let signer: String?
    /// New here (with `isDry`: would be).
    package internal(set) var imported: [EntryRef] = []
    /// Were here before.
    package internal(set) var known: [EntryRef] = []
    package internal(set) var warnings: [String] = []
}

package struct Importer: Sendable {
    private let spool: SpoolStore
    private let options: ImportOptions
    private let watch: TransferWatch
    private let pool: BlockingPool

    package init(
        _ spool: SpoolStore, _ options: ImportOptions, watch: TransferWatch = TransferWatch(),
        pool: BlockingPool = .shared
    ) {
        self.spool = spool
        self.options = options
        self.watch = watch
        self.pool = pool
    }

    /// What its refusals depend on besides the bundles.
    var basis: String { options.basis(spool.program) }

    package func `import`(_ location: BundleLocation) async throws -> ImportedBundle {
        let (spool, options, watch) = (spool, options, watch)
        let (keeper, bag) = try await pool.run {
            try spool.makeFolders()
            // What an import that died has left in `tmp`.
            for queue in try spool.queues() {
                _ = try spool.recover(queue, settle: queue.isInbox ? .zero : options.settle)
            }
            let keeper = try ImportKeeper(spool, own: options.ownSources, isDry: options.isDry)
            let room = max(0, try spool.available() - options.minimumFree)
            let limits = TransferLimits(
                bytes: options.limits.bytes, entries: min(options.limits.entries, OpenFileLimit.entries))
            let reader = BagReader(limits, keeper: keeper, room: options.isDry ? .max : room, watch: watch)
            do {
                return (keeper, CheckedBag(try reader.read(location)))
            } catch {
                keeper.discard()
                throw error
            }
        }
        do {
            return try await take(bag, keeper)
        } catch {
            keeper.discard()
            throw error
        }
    }

    private func take(_ bag: CheckedBag, _ keeper: ImportKeeper) async throws -> ImportedBundle {
        let (record, digest) = try verify(bag)
        let signer = try await options.signatures?.check(bag)
        try watch.check()
        return try await pool.run {
            var result = ImportedBundle(
                stream: record.stream, number: record.number, digest: digest, signer: signer,
                warnings: bag.findings.warnings)
            try commit(bag, record, keeper, &result)
            return result
        }
    }

    private func verify(_ bag: CheckedBag) throws(TransferError) -> (TransferRecord, String) {
        if let error = bag.findings.error() { throw error }
        guard let record = bag.record, let digest = bag.digest else { throw .refused("transfer.json: is missing") }
        guard options.names.isEmpty || options.names.contains(record.stream.destination) else {
            throw .refused(
                "the bundle is for '\(record.stream.destination)'; this spool is"
                    + " '\(options.names.sorted().joined(separator: "', '"))' (transfer.names)")
        }
        return (record, digest)
    }

    private func commit(
        _ bag: CheckedBag, _ record: TransferRecord, _ keeper: ImportKeeper, _ result: inout ImportedBundle
    ) throws {
        let log = StreamLog.incoming(spool, record.stream)
        let held = options.isDry ? log : try log.locked()
        let past = try held.events()
        let fresh = Set(record.items.filter(\.isFresh).compactMap(\.ref))
        var due: [EntryRef: Timestamp] = [:]
        var copies: [EntryCopy] = []
        // Once more, now that the stream is held: another import may have brought them meanwhile.
        for (ref, entry) in bag.contents.entries.sorted(by: { $0.key < $1.key }) {
            switch try keeper.acquaintance(ref, entry.envelope) {
            case .known: result.known.append(ref)
            case .conflict(let reason): throw TransferError.refused("\(ref): \(reason)")
            case .new(let isFresh):
                result.imported.append(ref)
                if !isFresh || !fresh.contains(ref) {
                    due[ref] = spool.now() + (ref.queue.isInbox ? .zero : options.settle)
                }
                if let copy = entry.copy { copies.append(copy) }
            }
        }
        result.warnings += try Self.warnings(past, record, result.digest)
        guard !options.isDry else { return }
        guard copies.count == result.imported.count else {
            throw TransferError(
                .locked, "entries were removed from the spool while the bundle was read; import it again")
        }
        _ = try spool.commit(copies) { due[$0.ref] }
        let origin = "\(record.stream)/\(record.number)"
        try makeKnownDurable(result.known)
        try keeper.note(bag.contents.entries, from: origin)
        for copy in copies {
            spool.note(JournalEvent("imported", ref: copy.ref, detail: origin, digest: copy.envelope.sha256))
        }
        try held.note(Self.events(past, record, result.digest, at: spool.now()))
    }

    /// Whoever brought them may have died between the rename and the sync of the folders.
    private func makeKnownDurable(_ refs: [EntryRef]) throws {
        for queue in Set(refs.map(\.queue)).sorted() {
            for state in [EntryState.ready, .deferred] {
                try Kernel.syncDirectory(spool.layout.folder(queue, state))
            }
        }
    }

    /// One number, two bundles: the sender's spool was set back.
    private static func warnings(_ past: [StreamEvent], _ record: TransferRecord, _ digest: String) throws -> [String] {
        let others = past.filter { $0.number == record.number && ($0.digest ?? digest) != digest }
        return others.isEmpty
            ? []
            : [
                "the number \(record.number) of \(record.stream) is known with another digest: was the other spool"
                    + " restored from a backup?"
            ]
    }

    /// Of numbers that a bundle says are void, so many are noted.
    private static let mostVoid = 10_000

    /// What this bundle says of itself and of those before it, so far as the log does not know it.
    private static func events(_ past: [StreamEvent], _ record: TransferRecord, _ digest: String, at time: Timestamp)
        -> [StreamEvent]
    {
        struct Fact: Hashable {
            let number: Int
            let kind: StreamEvent.Kind
            let digest: String?
        }
        var known = Set(past.map { Fact(number: $0.number, kind: $0.kind, digest: $0.digest) })
        var events: [StreamEvent] = []
        func add(_ number: Int, _ kind: StreamEvent.Kind, _ digest: String?) {
            guard known.insert(Fact(number: number, kind: kind, digest: digest)).inserted else { return }
            events.append(StreamEvent(number, kind, at: time, digest: digest))
        }
        for bundle in record.history { add(bundle.number, .announced, bundle.digest) }
        // Bounded, whatever the other side says: the last ones.
        var left = mostVoid
        for range in record.void.reversed() where range.count == 2 && left > 0 {
            let numbers = (range[0]...range[1]).suffix(left)
            for number in numbers { add(number, .void, nil) }
            left -= numbers.count
        }
        add(record.number, .imported, digest)
        return events
    }
}
