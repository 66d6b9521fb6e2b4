// Entries into bundles. In this order, so that a crash at any point loses nothing and claims nothing:
//
// 1. the stream is held; entries are picked by size, claimed and checked, and where the bundle is a folder, which is nothing to
//    anybody until it has its name, copied at once;
// 2. claims are synced, and the number is burnt: `<number>.json` with ids and digests, then the line `begun`, both synced;
// 3. the rest of the bundle is written, it is signed, synced, and gets its name (a stream: has taken the last byte);
// 4. the line `complete` with the bundle's digest, synced;
// 5. the entries move to `exported`, synced.
//
// Who dies before 4 leaves entries in `active` that recovery puts into `deferred`, a partial folder that the next export sweeps, and
// from 2 on a number that the next bundle lists as void; before 5, entries that go into a later bundle once more, where the receiver
// knows them already.

import Synchronization
package import SystemPackage

package struct ExportOptions: Sendable {
    package var destination: String
    /// Bounds of one bundle.
    package var limits = TransferLimits()
    /// Split into bundles of at most this size; nil: one bundle, and what does not fit stays.
    package var volumeSize: Int?
    /// Signs a tag manifest.
    package var sign: (@Sendable ([UInt8]) async throws -> [UInt8])?
    /// How long the other side of the outbox may take to show what it accepted.
    package var settle = Duration.seconds(60)

    package init(destination: String) {
        self.destination = destination
    }
}

/// A bundle that was made.
package struct ExportedBundle: Sendable, Equatable {
    package let stream: TransferStream
    package let number: Int
    /// nil: the stream.
    package let path: FilePath?
    package let entries: [EntryRef]
    package let bytes: Int
    package let digest: String
    package let isSigned: Bool
}

/// What an export did.
package struct ExportReport: Sendable {
    package var bundles: [ExportedBundle] = []
    package var refused: [(ref: EntryRef, reason: String)] = []

    package init() {}
}

package struct Exporter: Sendable {
    let spool: SpoolStore
    let options: ExportOptions
    let watch: TransferWatch
    let pool: BlockingPool

    package init(
        _ spool: SpoolStore, _ options: ExportOptions, watch: TransferWatch = TransferWatch(),
        pool: BlockingPool = .shared
    ) {
        self.spool = spool
        self.options = options
        self.watch = watch
        self.pool = pool
    }

    /// Bundles until nothing is left that is due (with `volumeSize`), or one. `made` is told of each as soon as it is complete.
    package func export(
        _ selection: ExportSelection, to target: ExportTarget,
        made: @escaping @Sendable (ExportedBundle) throws -> Void = { _ in }
    ) async throws -> ExportReport {
        guard let stream = TransferStream(spool: spool.id, destination: options.destination) else {
            throw TransferError(
                .configuration,
                "'\(options.destination)' is no destination; give 1 to 32 of a-z, 0-9 and hyphens, none at its ends")
        }
        let (spool, settle) = (spool, options.settle)
        let log = try await pool.run {
            try spool.makeFolders()
            let log = try StreamLog.outgoing(spool, stream).locked()
            try Self.voidOpenNumbers(log, spool)
            if let disk = target.disk { PartialName.sweep(disk) }
            if case .queue(let queue) = selection {
                _ = try spool.recover(queue, settle: queue.isInbox ? .zero : settle)
            }
            return log
        }
        do {
            let basket = BasketBox(try await pool.run { try ClaimBasket(spool, selection) })
            let report = try await bundles(basket, log, target, made)
            try await pool.finish { log.release() }
            return report
        } catch {
            log.release()
            throw error
        }
    }

    /// Whoever began them is gone: we hold the stream. So is whoever wrote a record and no line about it, or the line was lost.
    private static func voidOpenNumbers(_ log: StreamLog, _ spool: SpoolStore) throws {
        let events = try log.events()
        let open = SentNumbers(events).open.union(try log.unheard(events)).sorted()
        try log.note(open.map { StreamEvent($0, .void, at: spool.now()) })
    }

    private func bundles(
        _ basket: BasketBox, _ log: StreamLog, _ target: ExportTarget,
        _ made: @escaping @Sendable (ExportedBundle) throws -> Void
    ) async throws -> ExportReport {
        var report = ExportReport()
        let options = options
        let entries = min(options.limits.entries, OpenFileLimit.entries)
        let bytes = min(options.volumeSize ?? .max, options.limits.bytes) - Self.fixedCost
        repeat {
            let picked = try await pool.run { try basket.pick(entries: entries, bytes: bytes) }
            guard !picked.isEmpty else { break }
            let packing = Packing(exporter: self, log: log, target: target, isOnly: options.volumeSize == nil)
            guard let bundle = try await packing.run(picked, of: basket) else { continue }
            report.bundles.append(bundle)
            try made(bundle)
        } while options.volumeSize != nil || report.bundles.isEmpty
        report.refused = basket.end()
        return report
    }

    /// Tag files besides what grows with the entries, history included.
    private static let fixedCost = 32 << 10
}

/// A basket that travels between the pool's threads; never contended.
final class BasketBox: Sendable {
    private let basket: Mutex<ClaimBasket>

    init(_ basket: ClaimBasket) { self.basket = Mutex(basket) }

    func pick(entries: Int, bytes: Int) throws -> [ListedEntry] {
        try basket.withLock { try $0.pick(entries: entries, bytes: bytes) }
    }

    func claim(_ picked: [ListedEntry], _ take: ClaimBasket.Taking) throws -> [HeldEntry] {
        try basket.withLock { try $0.claim(picked, take) }
    }

    /// What could not go, and why.
    func end() -> [(ref: EntryRef, reason: String)] {
        basket.withLock { basket in
            basket.end()
            return basket.refused
        }
    }
}
