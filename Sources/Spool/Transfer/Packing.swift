// One bundle, from its number to its entries' move (`Exporter` says in which order, and why).

import Crypto
import Synchronization
import SystemPackage

struct Packing: Sendable {
    let exporter: Exporter
    let log: StreamLog
    let load: [HeldEntry]

    private var spool: SpoolStore { exporter.spool }
    /// Who dies in between moves some entries of which the journal says nothing; it is a record, not the truth.
    private static let movedTogether = 500

    /// Writers travel between the pool's threads; never contended.
    private final class WriterBox: Sendable {
        private let writer: Mutex<BagWriter>
        init(_ writer: BagWriter) { self.writer = Mutex(writer) }
        func add(_ entries: [HeldEntry]) throws {
            try writer.withLock { try $0.add(entries.map { ($0.ref, $0.reader) }) }
        }
        func close() throws -> [UInt8] { try writer.withLock { try $0.close() } }
        func sign(_ signature: [UInt8]) throws { try writer.withLock { try $0.sign(signature) } }
    }

    func run(to target: ExportTarget, isOnly: Bool) async throws -> ExportedBundle {
        var number: Int?
        do {
            let written = try await exporter.pool.run { try begin(target) }
            number = written.record.number
            return try await write(written, to: target, isOnly: isOnly)
        } catch {
            // What cannot be put back stays in `active`, where recovery finds it; a number without a line is void all the same.
            for entry in load {
                try? entry.claim.putBack()
                entry.claim.release()
            }
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
    private func begin(_ target: ExportTarget) throws -> WrittenRecord {
        let total = load.reduce(0) { $0 + $1.size }
        if let disk = target.disk {
            let free = try FileSystem(of: disk).available
            guard load.reduce(0, { $0 + $1.cost }) < free else {
                throw TransferError(
                    .noRoom,
                    "\(disk) has \(free) bytes free; the bundle needs \(total) and some more:"
                        + " make room, or split it with --volume-size")
            }
        }
        exporter.watch.expect(bytes: total)
        let sent = SentNumbers(try log.events())
        guard sent.last < TransferRecord.lastNumber else {
            throw TransferError.refused(
                "the numbers of \(log.stream) are used up: its log in \(log.folder) tells of \(sent.last); export to another destination"
            )
        }
        let written = WrittenRecord(
            TransferRecord(
                stream: log.stream, number: sent.last + 1, created: spool.now().rfc3339, program: spool.program,
                items: load.map { TransferItem($0.ref, $0.reader.envelope, from: $0.claim.origin) },
                history: sent.history, void: sent.voidRanges))
        try log.keep(written)
        try log.note([StreamEvent(written.record.number, .begun, at: spool.now(), digest: written.digest)])
        return written
    }

    private func write(_ written: WrittenRecord, to target: ExportTarget, isOnly: Bool) async throws -> ExportedBundle {
        let (pool, record) = (exporter.pool, written.record)
        let path = target.path(of: record, isOnly: isOnly)
        let sink = try await pool.run { try target.sink(record, path) }
        let digest: String
        do {
            let writer = WriterBox(try await pool.run { try BagWriter(written, sink, exporter.watch) })
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
            sink.abandon()
            throw error
        }
        // It has its name: cancelled or not, it counts.
        try await pool.finish { try complete(record, digest) }
        return ExportedBundle(
            stream: record.stream, number: record.number, path: path, entries: load.map(\.ref),
            bytes: load.reduce(0) { $0 + $1.size }, digest: digest, isSigned: exporter.options.sign != nil)
    }

    private func complete(_ record: TransferRecord, _ digest: String) throws {
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

extension TransferRecord {
    var paddedNumber: String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// What a bundle is called where nobody says otherwise, and the folder in its archive: `cloud-6f0c2a1b-000042`.
    package var bundleName: String { "\(stream.destination)-\(stream.spool.prefix(8))-\(paddedNumber)" }
}
