// Which webids were taken already, and which skipped and why: one line each, appended and synced.
//
// A line is `<webid> taken <time> <digest>` or `<webid> skipped <time> <class>`; the last line about a webid counts. A set
// and no high-water mark, since an analysis that was still running at the last poll finishes late. A torn line counts as
// none: its analysis is then found in the spool, or taken again. A ledger that is gone is rebuilt (`Rebuild`).

import Synchronization
import SystemPackage

/// What the ledger knows of one webid.
package enum LedgerEntry: Sendable, Equatable {
    /// SHA-256 of what was taken; nil if unknown.
    case taken(digest: String?)
    /// Why: `encrypted`, `deleted`, `filtered`, `unfinished`, …
    case skipped(String)
}

/// The ledger of one source, held by the one process that fetches from it.
package final class Ledger: Sendable {
    package let source: String
    private let path: FilePath
    private let lockFile: OpenFile
    private let now: Now
    private let known: Mutex<[String: LedgerEntry]>
    /// When it was written anew after a loss; nil if never.
    private let rebuilt: Timestamp?

    /// Others may fetch from now on, although somebody may still refer to this.
    package func release() {
        // A lock that is not let go of goes with the file.
        try? lockFile.unlock()
    }

    /// Takes the lock (`.locked` if another process fetches from this source) and reads all lines.
    init(_ spool: SpoolStore, source: String) throws(StoreError) {
        precondition(EntryID.isSource(source), "a source is checked when it is configured")
        self.source = source
        path = spool.layout.ledger(source)
        now = spool.now
        _ = try spool.rebuildIfLost(source, settle: .zero)
        let path = path
        let (file, isFree) = try store { () throws(FileError) in
            let file = try OpenFile.record(path, .append)
            guard try file.tryLock() else { return (file, false) }
            return (file, try file.isAt())
        }
        guard isFree else {
            throw StoreError(
                .locked, "another process fetches from '\(source)' on this spool; try again when it is done")
        }
        lockFile = file
        // Whoever made the file may have died before its name was durable.
        try store { () throws(FileError) in try Kernel.syncDirectory(spool.layout.ledgers) }
        try spool.markLedger(source)
        known = Mutex(try spool.ledgerEntries(source))
        rebuilt = try spool.rebuiltTime(source)
    }

    /// Every webid that has a line.
    package var entries: [String: LedgerEntry] { known.withLock { $0 } }

    package subscript(webid: String) -> LedgerEntry? { known.withLock { $0[webid] } }

    /// Whether an analysis of this time (nil: unknown) may have been taken before, and its report sent: there is a line, or
    /// it is older than a loss of the ledger. A day more is allowed for clocks that differ.
    package func mayHaveTaken(_ webid: String, at time: Timestamp?) -> Bool {
        if case .taken = self[webid] { return true }
        guard let rebuilt else { return false }
        return time.map { $0 < rebuilt + .seconds(86_400) } ?? true
    }

    /// Appends a line and syncs it.
    package func note(_ webid: String, _ entry: LedgerEntry) throws(StoreError) {
        try store { () throws(FileError) in
            try WholeFile.append(Self.line(webid, entry, now()), to: path, synced: true)
        }
        known.withLock { $0[webid] = entry }
    }

    static func line(_ webid: String, _ entry: LedgerEntry, _ time: Timestamp) -> String {
        precondition(EntryID.isWebid(webid), "webids are checked when they arrive")
        return switch entry {
        case .taken(let digest): "\(webid) taken \(time.rfc3339) \(digest ?? unknown)"
        case .skipped(let reason): "\(webid) skipped \(time.rfc3339) \(isReason(reason) ? reason : "other")"
        }
    }

    private static let unknown = "-"

    /// One word, so that what is torn or strange is told from what was written.
    private static func isReason(_ text: String) -> Bool { EntryID.isWebid(text) }

    /// nil for whatever `line` did not write.
    static func parse(_ line: String) -> (String, LedgerEntry)? {
        let fields = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 4, EntryID.isWebid(fields[0]), Timestamp(rfc3339: fields[2]) != nil else { return nil }
        switch fields[1] {
        case "taken" where Envelope.isDigest(fields[3]): return (fields[0], .taken(digest: fields[3]))
        case "taken" where fields[3] == unknown: return (fields[0], .taken(digest: nil))
        case "skipped" where isReason(fields[3]): return (fields[0], .skipped(fields[3]))
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
    package func noteTaken(_ id: EntryID, digest: String?) throws(StoreError) {
        _ = try rebuildIfLost(id.source, settle: .zero)
        try store { () throws(FileError) in
            try WholeFile.append(
                Ledger.line(id.webid, .taken(digest: digest), now()), to: layout.ledger(id.source), synced: true)
            // The file may be new, and whoever made it may have died before its name was durable.
            try Kernel.syncDirectory(layout.ledgers)
        }
        try markLedger(id.source)
    }

    /// The same for many at once: one sync for each source.
    package func noteTaken(_ taken: [(id: EntryID, digest: String?)]) throws(StoreError) {
        for (source, entries) in Dictionary(grouping: taken, by: \.id.source).sorted(by: { $0.key < $1.key }) {
            _ = try rebuildIfLost(source, settle: .zero)
            let lines = entries.map { Ledger.line($0.id.webid, .taken(digest: $0.digest), now()) }
            try store { () throws(FileError) in
                try WholeFile.append(lines.joined(separator: "\n"), to: layout.ledger(source), synced: true)
                try Kernel.syncDirectory(layout.ledgers)
            }
            try markLedger(source)
        }
    }

    /// Whether the ledger of `source` was lost once: then an analysis without a line may have been taken all the same.
    package func hasLostLedger(_ source: String) throws(StoreError) -> Bool { try rebuiltTime(source) != nil }

    /// Writes the line for an entry that is in the inbox without one (a crash between its birth and its line; `add`); false
    /// if there is no such entry. First makes sure that the entry outlives its line. `.damaged` if what has its name is no
    /// file: that is no analysis, so no line says that it was taken.
    package func adopt(_ id: EntryID, into ledger: Ledger) throws(StoreError) -> Bool {
        guard let place = try makeDurable(EntryRef(.inbox, id)) else { return false }
        let path = layout.entry(place)
        if let status = try store({ () throws(FileError) in try Kernel.status(path) }), status.kind != .regular {
            throw StoreError(.damaged, "\(path) is a \(status.kind.words) in the place of an entry; move it away")
        }
        try ledger.note(id.webid, .taken(digest: try digest(of: place)))
        return true
    }

    /// What the ledger says of an entry: the digest of the analysis, which is the parent of a report. nil for what is damaged:
    /// such an entry is known as well, its digest is not.
    func digest(of place: EntryPlace) throws(StoreError) -> String? {
        do throws(StoreError) {
            let envelope = try reader(place).envelope
            return place.ref.queue.isInbox ? envelope.sha256 : envelope.parent
        } catch  where error.code == .damaged || error.code == .format || error.code == .missing {
            return nil
        }
    }

    /// What the ledger says of one analysis, without its lock.
    package func ledgerEntry(_ id: EntryID) throws(StoreError) -> LedgerEntry? {
        var found: LedgerEntry?
        try eachLine(of: id.source, containing: Array("\(id.webid) ".utf8)) { webid, entry in
            if webid == id.webid { found = entry }
        }
        return found
    }

    /// Everything that the ledger says, without its lock; nothing if there is none.
    package func ledgerEntries(_ source: String) throws(StoreError) -> [String: LedgerEntry] {
        var entries: [String: LedgerEntry] = [:]
        try eachLine(of: source, containing: []) { entries[$0] = $1 }
        return entries
    }

    private func eachLine(of source: String, containing needle: [UInt8], _ body: (String, LedgerEntry) -> Void)
        throws(StoreError)
    {
        do throws(FileError) {
            try LineReader(layout.ledger(source)).forEach(containing: needle) { line in
                if let (webid, entry) = Ledger.parse(line) { body(webid, entry) }
            }
        } catch  where error.isMissing {
            // No ledger yet: it says nothing.
        } catch {
            throw StoreError(error)
        }
    }
}
