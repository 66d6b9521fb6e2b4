// One bundle, from its entries' claim to their move (`Exporter` says in which order, and why).

import Crypto
import Synchronization
import SystemPackage

struct Packing: Sendable {
    let exporter: Exporter
    let log: StreamLog
    let target: ExportTarget
    /// There will be no other.
    let isOnly: Bool

    private var spool: SpoolStore { exporter.spool }
    private var pool: BlockingPool { exporter.pool }
    private var watch: TransferWatch { exporter.watch }
    /// Who dies in between moves some entries of which the journal says nothing; it is a record, not the truth.
    private static let movedTogether = 500

    /// Writers travel between the pool's threads; never contended.
    private final class WriterBox: Sendable {
        private let writer: Mutex<BagWriter>
        init(_ writer: BagWriter) { self.writer = Mutex(writer) }
        func add(_ load: [HeldEntry]) throws {
            try writer.withLock { writer in
                for entry in load {
                    if let digest = entry.copied { writer.note(entry.ref, entry.reader, digest: digest) }
                }
                try writer.add(load.filter { $0.copied == nil }.map { ($0.ref, $0.reader) })
            }
        }
        func close() throws -> [UInt8] { try writer.withLock { try $0.close() } }
        func sign(_ signature: [UInt8]) throws { try writer.withLock { try $0.sign(signature) } }
    }

    /// nil: none of them was to be had.
    func run(_ picked: [ListedEntry], of basket: BasketBox) async throws -> ExportedBundle? {
        let (sent, path, opening) = try await pool.run { try open(picked) }
        do {
            let load = try await pool.run { try Self.inOrder(basket.claim(picked, taking(opening))) }
            guard !load.isEmpty else {
                opening.abandon()
                return nil
            }
            let total = load.reduce(0) { $0 + $1.size }
            watch.expect(bytes: opening.takesEntriesFirst ? total - picked.reduce(0) { $0 + $1.size } : total)
            return try await pack(load, after: sent, opening, path)
        } catch {
            opening.abandon()
            throw error
        }
    }

    private func open(_ picked: [ListedEntry]) throws -> (SentNumbers, FilePath?, ExportTarget.Opening) {
        let total = picked.reduce(0) { $0 + $1.size }
        if let disk = target.disk {
            let free = try FileSystem(of: disk).available
            guard total + picked.count * ClaimBasket.overhead < free else {
                throw TransferError(
                    .noRoom,
                    "\(disk) has \(free) bytes free; the bundle needs \(total) and some more:"
                        + " make room, or split it with --volume-size")
            }
        }
        let sent = SentNumbers(try log.events())
        guard sent.last < TransferRecord.lastNumber else {
            throw TransferError.refused(
                "the numbers of \(log.stream) are used up: its log in \(log.folder) tells of \(sent.last); export to another destination"
            )
        }
        let number = sent.last + 1
        let path = target.path(log.stream, number, isOnly: isOnly)
        do {
            let opening = try target.open(path)
            if opening.takesEntriesFirst { watch.expect(bytes: total) }
            return (sent, path, opening)
        } catch let error as TransferError where error.code == .exists && target.namesByNumber(isOnly: isOnly) {
            // Of another time (a log that was restored?): its number is never used, and the next export goes on behind it.
            try log.note([StreamEvent(number, .void, at: spool.now())])
            throw error
        }
    }

    /// Checks an entry; where the bundle is a folder, copies it in the same reading.
    private func taking(_ opening: ExportTarget.Opening) -> ClaimBasket.Taking {
        let watch = watch
        return { claim, entry, window in
            try watch.check()
            let reader = try claim.reader()
            guard Envelope.size + reader.count == entry.size else { return nil }
            switch opening {
            case .folder(let sink):
                if window.isEmpty { window = BagReader.window }
                let digest = try BagWriter.copy(claim.ref, reader, to: sink, &window, watch, checks: true)
                return HeldEntry(claim: claim, reader: reader, copied: digest)
            case .archive:
                try reader.verify()
                return HeldEntry(claim: claim, reader: reader, copied: nil)
            }
        }
    }

    /// By name. What is moved about while sorting is small.
    private static func inOrder(_ load: [HeldEntry]) -> [HeldEntry] {
        load.indices.map { (load[$0].ref, $0) }.sorted { $0.0 < $1.0 }.map { load[$0.1] }
    }

    private func pack(
        _ load: [HeldEntry], after sent: SentNumbers, _ opening: ExportTarget.Opening, _ path: FilePath?
    ) async throws -> ExportedBundle {
        var number: Int?
        do {
            let written = try await pool.run { try begin(load, after: sent) }
            number = written.record.number
            return try await write(load, written, opening, path)
        } catch {
            // A number without a line is void all the same.
            load.map(\.claim).putBack()
            if let number, (try? isComplete(number)) == false {
                try? log.note([StreamEvent(number, .void, at: spool.now())])
            }
            throw error
        }
    }

    private func isComplete(_ number: Int) throws -> Bool {
        SentNumbers(try log.events()).complete.contains { $0.number == number }
    }

    /// Burns a number.
    private func begin(_ load: [HeldEntry], after sent: SentNumbers) throws -> WrittenRecord {
        let written = WrittenRecord(
            TransferRecord(
                stream: log.stream, number: sent.last + 1, created: spool.now().rfc3339, program: spool.program,
                items: load.map { TransferItem($0.ref, $0.reader.envelope, from: $0.claim.origin) },
                history: sent.history, void: sent.voidRanges))
        try log.keep(written)
        try log.note([StreamEvent(written.record.number, .begun, at: spool.now(), digest: written.digest)])
        return written
    }

    private func write(
        _ load: [HeldEntry], _ written: WrittenRecord, _ opening: ExportTarget.Opening, _ path: FilePath?
    ) async throws -> ExportedBundle {
        let record = written.record
        let sink = try await pool.run { try opening.sink(record) }
        let digest: String
        do {
            let watch = watch
            let writer = WriterBox(try await pool.run { try BagWriter(written, sink, watch) })
            let tags = try await pool.run {
                try writer.add(load)
                return try writer.close()
            }
            if let sign = exporter.options.sign {
                let signature = try await sign(tags)
                try await pool.run { try writer.sign(signature) }
            }
            try await pool.run { try sink.finish() }
            digest = Envelope.hex(SHA256.hash(data: tags))
        } catch {
            // A folder is abandoned once more by whoever opened it, which does no harm.
            sink.abandon()
            throw error
        }
        // It has its name: cancelled or not, it counts.
        try await pool.finish { try complete(record, load, digest) }
        return ExportedBundle(
            stream: record.stream, number: record.number, path: path, entries: load.map(\.ref),
            bytes: load.reduce(0) { $0 + $1.size }, digest: digest, isSigned: exporter.options.sign != nil)
    }

    private func complete(_ record: TransferRecord, _ load: [HeldEntry], _ digest: String) throws {
        try log.note([StreamEvent(record.number, .complete, at: spool.now(), digest: digest)])
        log.noteEntries(record)
        var rest = load[...]
        while !rest.isEmpty {
            try move(Array(rest.prefix(Self.movedTogether)), record)
            rest = rest.dropFirst(Self.movedTogether)
        }
        for queue in Set(load.map(\.ref.queue)).sorted() { try spool.syncExported(queue) }
    }

    /// What cannot be moved does not keep the others from it, nor from the journal.
    private func move(_ entries: [HeldEntry], _ record: TransferRecord) throws(StoreError) {
        let detail = "\(record.stream)/\(record.number)"
        let spool = spool
        let moved = Lanes.map(entries.count, least: 32) { number in
            let entry = entries[number]
            return Result { () throws(StoreError) in
                try entry.claim.exported()
                return spool.line(
                    JournalEvent(
                        "exported", stage: "export", ref: entry.ref, detail: detail,
                        digest: entry.reader.envelope.sha256))
            }
        }
        spool.note(moved.compactMap { if case .success(let line) = $0 { line } else { nil } })
        for result in moved { _ = try result.get() }
    }
}
