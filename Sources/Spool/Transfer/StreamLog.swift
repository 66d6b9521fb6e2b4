// What became of each number of a stream: one line per event, appended and synced, like a ledger. At the sender
// (`transfer/outgoing/<destination>/log`) and at the receiver (`transfer/incoming/<spool>/<destination>/log`) in one form:
//
//     <number> <event> <time> <digest or -> <seal>
//
// Sender: `begun` (the number is burnt; `<number>.json` beside it holds ids and digests), then `complete` or `void`, later
// `receipted`. Receiver: `imported`; and what later bundles tell of earlier ones: `announced`, `void`. A torn line counts as none,
// and so does one that is not what was written (`Seal`).

package import SystemPackage

/// One line.
package struct StreamEvent: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case begun, complete, void, receipted, imported, announced
    }

    package let number: Int
    package let kind: Kind
    package let time: Timestamp
    /// Of the bundle: SHA-256 of its tag manifest. Of `begun`: that of the record beside the log.
    package let digest: String?

    package init(_ number: Int, _ kind: Kind, at time: Timestamp, digest: String? = nil) {
        self.number = number
        self.kind = kind
        self.time = time
        self.digest = digest
    }

    var line: String { Seal.line("\(number) \(kind.rawValue) \(time.rfc3339) \(digest ?? "-")") }

    init?(_ line: String) {
        guard let fields = Seal.fields(line, 4), let number = Int(fields[0]),
            (1...TransferRecord.lastNumber).contains(number), let kind = Kind(rawValue: fields[1]),
            let time = Timestamp(rfc3339: fields[2]), fields[3] == "-" || Envelope.isDigest(fields[3])
        else { return nil }
        self.init(number, kind, at: time, digest: fields[3] == "-" ? nil : fields[3])
    }
}

/// A stream's log, and its lock: one process at a time writes to it.
package struct StreamLog: Sendable {
    package let stream: TransferStream
    package let folder: FilePath
    let spool: SpoolStore
    private let lock: OpenFile?

    static let fileName = "log"
    private var path: FilePath { folder.appending(Self.fileName) }

    /// To look at.
    package static func outgoing(_ spool: SpoolStore, _ stream: TransferStream) -> StreamLog {
        StreamLog(stream: stream, folder: spool.layout.outgoing(stream.destination), spool: spool, lock: nil)
    }

    package static func incoming(_ spool: SpoolStore, _ stream: TransferStream) -> StreamLog {
        StreamLog(
            stream: stream, folder: spool.layout.incoming(stream.spool).appending(stream.destination), spool: spool,
            lock: nil)
    }

    /// Others may write from now on, although somebody may still refer to this.
    package func release() {
        // A lock that is not let go of goes with the file.
        try? lock?.unlock()
    }

    /// To write to; made if need be. Held by another process: `.locked`.
    package func locked() throws -> StreamLog {
        try TransferFolder.make(folder, below: spool.layout.transfer)
        let file = try OpenFile.record(path, .append)
        guard try file.tryLock() else {
            throw TransferError(
                .locked, "another process works on the stream \(stream) of this spool; try again when it is done")
        }
        try Kernel.syncDirectory(folder)
        return StreamLog(stream: stream, folder: folder, spool: spool, lock: file)
    }

    package func events() throws -> [StreamEvent] {
        guard try TransferFolder.isThere(folder, below: spool.layout.transfer), try Kernel.status(path) != nil else {
            return []
        }
        var events: [StreamEvent] = []
        try LineReader(path).forEach { if let event = StreamEvent($0) { events.append(event) } }
        return events
    }

    package func note(_ events: [StreamEvent]) throws(FileError) {
        precondition(lock != nil, "only the holder of a stream writes to it")
        guard !events.isEmpty else { return }
        try WholeFile.append(events.map(\.line).joined(separator: "\n"), to: path, synced: true)
    }

    // MARK: Records

    /// The `transfer.json` of a bundle.
    package func record(_ number: Int) -> FilePath { folder.appending("\(number).json") }

    /// The number of the record that is called so.
    static func number(fileName: String) -> Int? {
        guard fileName.hasSuffix(".json"), let number = Int(fileName.dropLast(5)),
            (1...TransferRecord.lastNumber).contains(number), fileName == "\(number).json"
        else { return nil }
        return number
    }

    /// Numbers of records that the log tells nothing of, ascending: one that was used once is never used again, even if the log was
    /// lost. What is only called like a record counts where the next one would have to lie, and nowhere else.
    func unheard(_ events: [StreamEvent]) throws(FileError) -> [Int] {
        let heard = Set(events.map(\.number))
        var highest = heard.max() ?? 0
        var found: [Int] = []
        for number in Set(try Folder.names(folder).compactMap(Self.number)).subtracting(heard).sorted() {
            // What cannot be read is none.
            guard number <= highest + 1 || (try? read(number))?.number == number else { continue }
            found.append(number)
            highest = max(highest, number)
        }
        return found
    }

    func keep(_ written: WrittenRecord) throws(FileError) {
        try WholeFile.replace(
            record(written.record.number), with: written.bytes, in: spool.layout.stages, synced: true)
    }

    package func read(_ number: Int, limit: Int = 256 << 20) throws -> TransferRecord? {
        guard try TransferFolder.isThere(folder, below: spool.layout.transfer),
            let bytes = try WholeFile.read(record(number), limit: limit)
        else { return nil }
        do throws(TransferError) {
            return try TransferRecord(decoding: bytes)
        } catch {
            throw TransferError(error.code, "\(record(number)): \(error.message)")
        }
    }
}

/// What a sender's log says, summed up.
package struct SentNumbers: Sendable, Equatable {
    /// What later bundles tell of earlier ones: at most so many.
    package static let remembered = 50

    package private(set) var complete: [TransferRecord.Past] = []
    package private(set) var void: Set<Int> = []
    /// Begun, and neither completed nor given up: nobody works on it if we hold the stream.
    package private(set) var open: Set<Int> = []
    package private(set) var last = 0

    package init(_ events: [StreamEvent]) {
        var digests: [Int: String] = [:]
        for event in events {
            last = max(last, event.number)
            switch event.kind {
            case .begun: open.insert(event.number)
            case .complete:
                open.remove(event.number)
                void.remove(event.number)
                digests[event.number] = event.digest
            case .void:
                open.remove(event.number)
                void.insert(event.number)
            case .receipted, .imported, .announced: break
            }
        }
        complete = digests.sorted { $0.key < $1.key }.map { TransferRecord.Past(number: $0.key, digest: $0.value) }
    }

    package var history: [TransferRecord.Past] { Array(complete.suffix(Self.remembered)) }

    /// As first and last of each run, from where `history` begins (or from 1).
    package var voidRanges: [[Int]] {
        let first = history.first?.number ?? 1
        var ranges: [[Int]] = []
        for number in void.union(open).sorted() where number >= first || complete.count <= Self.remembered {
            if let last = ranges.indices.last, ranges[last][1] == number - 1 {
                ranges[last][1] = number
            } else {
                ranges.append([number, number])
            }
        }
        return ranges
    }
}

extension SpoolLayout {
    package func outgoing(_ destination: String) -> FilePath {
        transfer.appending("outgoing").appending(destination)
    }

    package func incoming(_ spool: String) -> FilePath { transfer.appending("incoming").appending(spool) }

    /// Every entry that came in a bundle, also when it is gone: `<id> <digest> <stream>/<number> <time>`.
    package func arrivals(_ queue: QueueName) -> FilePath {
        transfer.appending("arrived").appending(queue.description)
    }
}
