// Which webids were taken already, and which skipped and why: one line each, appended and synced.
//
// A line is `<webid> taken <time> <digest>` or `<webid> skipped <time> <class>`; the last line about a webid counts. A set
// and no high-water mark, since an analysis that was still running at the last poll finishes late. A torn line counts as
// none: its analysis is then found in the spool, or taken again.

import SystemPackage

/// What the ledger knows of one webid.
package enum LedgerEntry: Sendable, Equatable {
    /// SHA-256 of what was taken; nil if unknown.
    case taken(digest: String?)
    /// Why: `encrypted`, `deleted`, `filtered`, `unfinished`, …
    case skipped(String)
}

/// The ledger of one source, held by the one process that fetches from it.
package final class Ledger {
    package let source: String
    private let path: FilePath
    private let lockFile: OpenFile
    private let now: Now
    package private(set) var entries: [String: LedgerEntry] = [:]

    /// Takes the lock (`.locked` if another process fetches from this source) and reads all lines.
    init(_ spool: SpoolStore, source: String) throws(StoreError) {
        precondition(EntryID.isSource(source), "a source is checked when it is configured")
        self.source = source
        path = spool.layout.ledger(source)
        now = spool.now
        let path = path
        let (file, isFree) = try store { () throws(FileError) in
            let file = try OpenFile(path, .append)
            return (file, try file.tryLock())
        }
        guard isFree else {
            throw StoreError(
                .locked, "another process fetches from '\(source)' on this spool; try again when it is done")
        }
        lockFile = file
        var entries: [String: LedgerEntry] = [:]
        try store { () throws(FileError) in
            try LineReader(path).forEach { line in
                if let (webid, entry) = Self.parse(line) { entries[webid] = entry }
            }
        }
        self.entries = entries
    }

    package subscript(webid: String) -> LedgerEntry? { entries[webid] }

    /// Appends a line and syncs it.
    package func note(_ webid: String, _ entry: LedgerEntry) throws(StoreError) {
        try store { () throws(FileError) in
            try WholeFile.append(Self.line(webid, entry, now()), to: path, synced: true)
        }
        entries[webid] = entry
    }

    static func line(_ webid: String, _ entry: LedgerEntry, _ time: Timestamp) -> String {
        precondition(EntryID.isWebid(webid), "webids are checked when they arrive")
        return switch entry {
        case .taken(let digest): "\(webid) taken \(time.rfc3339) \(digest ?? "-")"
        case .skipped(let reason): "\(webid) skipped \(time.rfc3339) \(reason)"
        }
    }

    static func parse(_ line: String) -> (String, LedgerEntry)? {
        let fields = line.split(separator: " ", maxSplits: 3).map(String.init)
        guard fields.count == 4, EntryID.isWebid(fields[0]), Timestamp(rfc3339: fields[2]) != nil else { return nil }
        switch fields[1] {
        case "taken": return (fields[0], .taken(digest: Envelope.isDigest(fields[3]) ? fields[3] : nil))
        case "skipped": return (fields[0], .skipped(fields[3]))
        default: return nil
        }
    }
}

extension SpoolStore {
    /// Opens the ledger for fetching; one process at a time.
    package func ledger(_ source: String) throws(StoreError) -> Ledger {
        try Ledger(self, source: source)
    }

    /// Appends one line without holding the ledger: for `add` and `import`, beside a running fetch, which finds the entry
    /// in the spool before it asks for it.
    package func noteTaken(_ id: EntryID, digest: String) throws(StoreError) {
        try store { () throws(FileError) in
            try WholeFile.append(
                Ledger.line(id.webid, .taken(digest: digest), now()), to: layout.ledger(id.source), synced: true)
        }
    }

    /// What the ledger says of one analysis, without its lock.
    package func ledgerEntry(_ id: EntryID) throws(StoreError) -> LedgerEntry? {
        guard try store({ () throws(FileError) in try Kernel.status(layout.ledger(id.source)) }) != nil else {
            return nil
        }
        var found: LedgerEntry?
        try store { () throws(FileError) in
            try LineReader(layout.ledger(id.source)).forEach { line in
                guard line.hasPrefix(id.webid + " "), let (webid, entry) = Ledger.parse(line), webid == id.webid else {
                    return
                }
                found = entry
            }
        }
        return found
    }
}
