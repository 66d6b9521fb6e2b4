// One bundle once more: the same number, the same entries byte for byte, the same digest. For when it was lost on its way.
//
// It is made from its record and from the entries themselves, wherever they are now (`exported`, or `done` after a receipt). If
// one of them is gone there is no such bundle any more, and what is gone is named. Nothing in the spool changes.

import Crypto

package struct Repetition: Sendable {
    private let spool: SpoolStore
    private let options: ExportOptions
    private let watch: TransferWatch
    private let pool: BlockingPool
    /// Of missing entries, so many are named.
    private static let named = 20

    package init(
        _ spool: SpoolStore, _ options: ExportOptions, watch: TransferWatch = TransferWatch(),
        pool: BlockingPool = .shared
    ) {
        self.spool = spool
        self.options = options
        self.watch = watch
        self.pool = pool
    }

    package func run(_ number: Int, to target: ExportTarget) async throws -> ExportedBundle {
        let (record, digest) = try await pool.run { try find(number) }
        let readers = try await pool.run { try self.readers(of: record) }
        let path = target.path(record.stream, number, isOnly: true)
        let size = readers.reduce(0) { $0 + Envelope.size + $1.reader.count }
        let sink = try await pool.run {
            if let disk = target.disk {
                PartialName.sweep(disk)
                let free = try FileSystem(of: disk).available
                guard size < free else {
                    throw TransferError(
                        .noRoom, "\(disk) has \(free) bytes free; the bundle needs \(size) and some more")
                }
            }
            return try target.open(path).sink(record)
        }
        do {
            let tags = try await pool.run { try pack(record, readers, sink, size) }
            guard Envelope.hex(SHA256.hash(data: tags.bytes)) == digest else {
                throw TransferError.refused(
                    "number \(number) cannot be repeated: its entries are the same, but this program would write other tag"
                        + " files; use the spoolctl \(record.program) that made it")
            }
            if let sign = options.sign {
                let signature = try await sign(tags.bytes)
                try await pool.run {
                    var writer = tags.writer
                    try writer.sign(signature)
                }
            }
            try await pool.run { try sink.finish() }
        } catch {
            sink.abandon()
            throw error
        }
        return ExportedBundle(
            stream: record.stream, number: number, path: path, entries: readers.map(\.ref), bytes: size, digest: digest,
            isSigned: options.sign != nil)
    }

    private func pack(
        _ record: TransferRecord, _ readers: [(ref: EntryRef, reader: EntryReader)], _ sink: any BagSink, _ size: Int
    ) throws -> (writer: BagWriter, bytes: [UInt8]) {
        watch.expect(bytes: size)
        var writer = try BagWriter(WrittenRecord(record), sink, watch)
        try writer.add(readers)
        let tags = try writer.close()
        return (writer, tags)
    }

    private func find(_ number: Int) throws -> (TransferRecord, String) {
        guard let stream = TransferStream(spool: spool.id, destination: options.destination) else {
            throw TransferError(.configuration, "'\(options.destination)' is no destination")
        }
        let log = StreamLog.outgoing(spool, stream)
        let sent = SentNumbers(try log.events())
        guard let past = sent.complete.first(where: { $0.number == number }) else {
            let why =
                sent.void.contains(number)
                ? "was begun and never completed; its entries went on in later bundles"
                : sent.open.contains(number)
                    ? "is being made at this moment, or was given up"
                    : "was never used; the last one is \(sent.last)"
            throw TransferError(.missing, "no bundle \(number) for '\(stream.destination)': the number \(why)")
        }
        guard let record = try log.read(number) else {
            throw TransferError(.missing, "\(log.record(number)) is gone, which says what was in bundle \(number)")
        }
        return (record, past.digest)
    }

    /// Each opened and its payload compared; all that are missing are named at once.
    private func readers(of record: TransferRecord) throws -> [(ref: EntryRef, reader: EntryReader)] {
        guard record.items.count <= OpenFileLimit.entries else {
            throw TransferError(
                .noRoom, "\(record.items.count) files would have to be open at a time; raise the limit (ulimit -n)")
        }
        var found: [(ref: EntryRef, reader: EntryReader)] = []
        var missing: [String] = []
        for item in record.items {
            try watch.check()
            guard let ref = item.ref else { continue }
            if let reader = try reader(ref, item.digest) {
                found.append((ref, reader))
            } else {
                missing.append("\(ref)")
            }
        }
        guard missing.isEmpty else {
            let more = missing.count > Self.named ? " and \(missing.count - Self.named) more" : ""
            throw TransferError(
                .missing,
                "number \(record.number) cannot be repeated: these entries are not here any more, or not as they were:"
                    + " \(missing.prefix(Self.named).joined(separator: ", "))\(more)")
        }
        return found
    }

    private func reader(_ ref: EntryRef, _ digest: String) throws(StoreError) -> EntryReader? {
        for place in try spool.places(of: ref) {
            do throws(StoreError) {
                let reader = try spool.reader(place)
                guard reader.envelope.sha256 == digest else { continue }
                try reader.verify()
                return reader
            } catch  where error.code == .damaged || error.code == .format || error.code == .missing {
                // Perhaps another one is whole.
                continue
            }
        }
        return nil
    }
}
