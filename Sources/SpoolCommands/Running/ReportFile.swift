// A report file on its way into the inbox: named, copied, checked, committed, and only then written into the ledger.

import Glibc
import Spool
import SystemPackage

struct ReportFile {
    /// As the user wrote it.
    private let name: String
    private let file: OpenFile
    private let size: Int
    private static let piece = 256 << 10

    init(_ name: String) throws {
        self.name = name
        // The user's own links are followed; what lies behind must be a file.
        guard let resolved = realpath(name, nil) else {
            throw FileError(.open, FilePath(name), Errno(rawValue: errno))
        }
        defer { free(resolved) }
        file = try OpenFile(FilePath(platformString: resolved), .read)
        let status = try file.status()
        guard status.kind == .regular else { throw CommandFailure(.badData, "\(name) is no regular file") }
        size = status.size
    }

    /// What the entry will be called, and a remark if that was a guess.
    func id(webid: String?, source: String) throws -> (EntryID, remark: String?) {
        if let text = webid ?? Self.digits(in: name), let id = EntryID(source: source, webid: text) { return (id, nil) }
        if let text = try analysisID(), let id = EntryID(source: source, webid: text) {
            return (
                id,
                "no webid in the file's name; the analysis id \(text) stands in for it (--webid gives the right one)"
            )
        }
        throw CommandFailure(
            .usage, "\(name): no webid in the file's name and no analysis id in the report; give --webid")
    }

    /// The longest run of digits in the name, without folder and suffix; nil if there is none, or two of that length.
    static func digits(in name: String) -> String? {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        let stem = last.lastIndex(of: ".").map { $0 == last.startIndex ? last : String(last[..<$0]) } ?? last
        let runs = stem.split { !("0"..."9").contains($0) }.map(String.init)
        let longest = runs.map(\.count).max() ?? 0
        let candidates = Set(runs.filter { $0.count == longest })
        return candidates.count == 1 ? candidates.first : nil
    }

    private func analysisID() throws -> String? {
        let source = Source(count: size) { try file.read(at: $0, into: $1) }
        do throws(JSONError) {
            var scanner = JSONScanner(source)
            guard let slice = try scanner.outline(at: ["analysis", "generalinfo"])?["id"] else { return nil }
            return try JSONValue(source, slice: slice).scalarText
        } catch {
            throw CommandFailure(.badData, "\(name) is not valid JSON: \(error)")
        }
    }

    /// Makes the entry. An analysis that was taken before may be at TruSTAR already: it goes to `deferred`, due now, so
    /// that its report is looked up before it is sent.
    func add(to spool: SpoolStore, as id: EntryID) throws -> (EntryRef, EntryState, bytes: Int) {
        let ref = EntryRef(.inbox, id)
        if let place = try spool.places(of: ref).first {
            throw StoreError(
                .exists,
                "\(ref) is in '\(place.state.rawValue)' already; requeue or drop that one instead of adding \(name)")
        }
        let writer = try spool.writer(
            .inbox,
            Envelope(
                id: id, kind: .analysis, created: spool.now(), origin: "file:\(originName)", program: spool.program))
        try copy(to: writer)
        try check(writer)
        let isKnown =
            try spool.ledgerEntry(id).map(Self.isTaken) ?? spool.hasLostLedger(id.source)
            || !spool.places(of: id).isEmpty
        let envelope = try writer.commit(deferredUntil: isKnown ? spool.now() : nil)
        try spool.noteTaken(id, digest: envelope.sha256)
        spool.note(
            JournalEvent("added", ref: ref, detail: "from \(name), \(envelope.bytes) bytes", digest: envelope.sha256))
        return (ref, isKnown ? .deferred : .ready, envelope.bytes)
    }

    private var originName: String { name.split(separator: "/").last.map(String.init) ?? name }

    private static func isTaken(_ entry: LedgerEntry) -> Bool {
        switch entry {
        case .taken: true
        case .skipped: false
        }
    }

    private func copy(to writer: EntryWriter) throws {
        var window = [UInt8](repeating: 0, count: Self.piece)
        var offset = 0
        while true {
            let count = try window.withUnsafeMutableBytes { try file.read(at: offset, into: $0) }
            if count == 0 { return }
            try window.withUnsafeBytes { try writer.write(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            offset += count
        }
    }

    /// Maps what was written, to nowhere: what `map` would refuse is refused here.
    private func check(_ writer: EntryWriter) throws {
        let source = Source(count: writer.count) { try writer.read(at: $0, into: $1) }
        do throws(MappingError) {
            _ = try ReportMapper(MappingOptions()).map(source, context: AnalysisContext(webid: "0"))
        } catch {
            throw CommandFailure(.badData, "\(name) cannot be added: \(error)")
        }
    }

    /// Bytes by offset, wherever they are.
    private struct Source: ByteSource {
        let count: Int
        let fill: (Int, UnsafeMutableRawBufferPointer) throws -> Int

        func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
            guard offset >= 0, offset < count else { return 0 }
            let length = min(buffer.count, count - offset)
            return try fill(offset, UnsafeMutableRawBufferPointer(rebasing: buffer[..<length]))
        }
    }
}
