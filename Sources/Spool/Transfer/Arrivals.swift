// What came in bundles, by queue: one line per entry, appended and synced after the entry itself and before its ledger line. So
// an entry that came once is known for good, also when it has been worked on and pruned.

import SystemPackage

/// The digests of all that came, by id.
struct Arrivals {
    private let spool: SpoolStore
    private let queue: QueueName
    private(set) var known: [EntryID: String] = [:]

    init(_ spool: SpoolStore, _ queue: QueueName) throws {
        self.spool = spool
        self.queue = queue
        let path = spool.layout.arrivals(queue)
        let folder = path.removingLastComponent()
        guard try TransferFolder.isThere(folder, below: spool.layout.transfer), try Kernel.status(path) != nil else {
            return
        }
        try LineReader(path).forEach { line in
            // What is torn says nothing.
            if let (id, digest) = Self.parse(line) { known[id] = digest }
        }
    }

    mutating func note(_ entries: [(id: EntryID, digest: String)], from origin: String) throws(FileError) {
        let new = entries.filter { known[$0.id] != $0.digest }
        guard !new.isEmpty else { return }
        let path = spool.layout.arrivals(queue)
        try TransferFolder.make(path.removingLastComponent(), below: spool.layout.transfer)
        let time = spool.now().rfc3339
        let lines = new.map { Seal.line("\($0.id) \($0.digest) \(origin) \(time)") }
        try WholeFile.append(lines.joined(separator: "\n"), to: path, synced: true)
        for entry in new { known[entry.id] = entry.digest }
    }

    static func parse(_ line: String) -> (EntryID, String)? {
        guard let fields = Seal.fields(line, 4), let id = EntryID(fields[0]), Envelope.isDigest(fields[1]),
            Timestamp(rfc3339: fields[3]) != nil
        else { return nil }
        return (id, fields[1])
    }
}
