// The walk of `verify` over what is known of bundles: is each record what was written, is each line one of ours, is anything gone
// that another file tells of?
//
// Nothing here has a remedy: what a record or a line said is known nowhere else, and the stages go on without it (docs/SPOOL.md says
// what is lost then). A log that was cut off at the end of a line cannot be told from one that was never longer, unless a record
// beside it was.

import Crypto
import SystemPackage

extension SpoolStore {
    /// The whole spool, with what it knows of bundles; `payloads` and `progress` as in `verify`.
    package func verifyAll(payloads: Bool = true, progress: @escaping (Int) -> Void = { _ in }) throws(StoreError)
        -> VerifyReport
    {
        var walk = VerifyWalk(spool: self, payloads: payloads, progress: progress)
        try walk.run()
        try walk.checkTransfer()
        return walk.report
    }
}

extension VerifyWalk {
    mutating func checkTransfer() throws(StoreError) {
        let root = spool.layout.transfer
        for part in try ours(root, .directory, TransferFolder.names.contains) {
            let folder = root.appending(part)
            switch part {
            case "outgoing":
                for name in try ours(folder, .directory, TransferStream.isDestination) {
                    try checkSent(folder.appending(name), TransferStream(spool: spool.id, destination: name))
                }
            case "incoming":
                for sender in try ours(folder, .directory, EntryID.isWebid) {
                    let below = folder.appending(sender)
                    for name in try ours(below, .directory, TransferStream.isDestination) {
                        try checkArrived(below.appending(name))
                    }
                }
            case "arrived":
                for name in try ours(folder, .regular, { QueueName($0) != nil }) {
                    try checkLines(folder.appending(name)) { Arrivals.parse($0) != nil }
                }
            default:
                for name in try ours(folder, .regular, WatchMemory.isName) { try checkMemory(folder.appending(name)) }
            }
        }
    }

    /// Names of this kind that are ours; whatever else lies there is told.
    private mutating func ours(_ folder: FilePath, _ kind: FileStatus.Kind, _ isOurs: (String) -> Bool)
        throws(StoreError) -> [String]
    {
        var names: [String] = []
        for (name, status) in try contents(folder) {
            if status.kind == kind, isOurs(name) {
                names.append(name)
            } else {
                stranger(folder.appending(name), status)
            }
        }
        return names
    }

    private mutating func checkArrived(_ folder: FilePath) throws(StoreError) {
        for name in try ours(folder, .regular, { $0 == StreamLog.fileName }) {
            try checkLines(folder.appending(name)) { StreamEvent($0) != nil }
        }
    }

    // MARK: What was sent

    private mutating func checkSent(_ folder: FilePath, _ stream: TransferStream?) throws(StoreError) {
        let names = try ours(folder, .regular) {
            [StreamLog.fileName, StreamLog.countsName].contains($0) || StreamLog.number(fileName: $0) != nil
        }
        let log = folder.appending(StreamLog.fileName)
        var events: [StreamEvent] = []
        if names.contains(StreamLog.fileName) {
            try checkLines(log) { line in
                guard let event = StreamEvent(line) else { return false }
                events.append(event)
                return true
            }
        }
        if names.contains(StreamLog.countsName) {
            try checkLines(folder.appending(StreamLog.countsName)) { StreamLog.parseCount($0) != nil }
        }
        let records = Set(names.compactMap(StreamLog.number))
        let digests = Dictionary(
            events.filter { $0.kind == .begun }.map { ($0.number, $0.digest) }, uniquingKeysWith: { $1 })
        for number in records.sorted() {
            try checkRecord(folder.appending("\(number).json"), number, stream, digests[number] ?? nil)
        }
        checkCompleteness(log, folder, events, records)
    }

    /// What the log tells of is there, and the other way round.
    private mutating func checkCompleteness(
        _ log: FilePath, _ folder: FilePath, _ events: [StreamEvent], _ records: Set<Int>
    ) {
        for past in SentNumbers(events).complete where !records.contains(past.number) {
            let record = folder.appending("\(past.number).json")
            // Something else in its place: told already.
            guard (try? Kernel.status(record)) == nil else { continue }
            add(.damagedRecord, record, "is gone, which says what was in bundle \(past.number)")
        }
        // Of the last one there may be no line yet: whoever writes both may have died in between.
        let unheard = records.subtracting(events.map(\.number)).subtracting([records.max() ?? 0])
        if !unheard.isEmpty {
            add(.damagedRecord, log, "lacks the lines about \(NumberRanges(unheard)), whose records are here")
        }
    }

    private mutating func checkRecord(_ path: FilePath, _ number: Int, _ stream: TransferStream?, _ digest: String?)
        throws(StoreError)
    {
        guard let bytes = try bytes(path, limit: 256 << 20) else { return }
        do throws(TransferError) {
            let record = try TransferRecord(decoding: bytes)
            if record.number != number || record.stream != stream {
                add(.damagedRecord, path, "is the record of \(record.stream)/\(record.number)")
            } else if let digest, Envelope.hex(SHA256.hash(data: bytes)) != digest {
                add(.damagedRecord, path, "is not what was written: the log has another digest of it")
            }
        } catch {
            add(.damagedRecord, path, error.message)
        }
    }

    // MARK: Files

    /// nil if it is gone meanwhile or cannot be read, which is told.
    private mutating func bytes(_ path: FilePath, limit: Int) throws(StoreError) -> [UInt8]? {
        do throws(FileError) {
            return try WholeFile.read(path, limit: limit)
        } catch  where error.isMissing || error.isNoFolder {
            return nil
        } catch  where error.isDevice {
            add(.unreadable, path, error.reason)
            return nil
        } catch {
            throw StoreError(error)
        }
    }

    private mutating func checkMemory(_ path: FilePath) throws(StoreError) {
        guard let bytes = try bytes(path, limit: 64 << 20), WatchMemory.decode(bytes) == nil else { return }
        add(.damagedRecord, path, "is not what was written; import reads what lies in that folder once more")
    }

    /// Lines that `isOurs`; a last one without an end, or that was ended by the next writer, is what a crash leaves.
    private mutating func checkLines(_ path: FilePath, _ isOurs: (String) -> Bool) throws(StoreError) {
        var (strange, torn) = (0, 0)
        do throws(FileError) {
            try LineReader(path).forEach { line in
                if isOurs(line) { return }
                if line.hasSuffix(WholeFile.tornMark) { torn += 1 } else { strange += 1 }
            }
            switch try WholeFile.tail(path) {
            case .whole: break
            case .torn: torn += 1
            case .strange: strange += 1
            }
        } catch  where error.isMissing {
            return
        } catch  where error.isDevice || error.isNoFolder {
            return add(.unreadable, path, error.reason)
        } catch {
            throw StoreError(error)
        }
        if strange > 0 { add(.damagedRecord, path, "\(strange) lines are not what was written, and count as none") }
        if torn > 0 { add(.strangeLine, path, "\(torn) torn lines, which count as none") }
    }
}
