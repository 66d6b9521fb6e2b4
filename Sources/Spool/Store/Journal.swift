// What happened: one JSON object per line and event, appended in one write, by month. A record, never the truth; without
// room for it work goes on. `spoolctl why` reads it back.

import FoundationEssentials
import SystemPackage

package struct JournalEvent: Sendable, Equatable, Decodable {
    package var time: String
    /// `fetched`, `skipped`, `mapped`, `submitted`, `updated`, `deferred`, `failed`, `recovered`, `requeued`, …
    package var event: String
    package var stage: String?
    /// `inbox/joe-752112`, or the id alone for what never became an entry.
    package var ref: String?
    package var id: String?
    package var code: String?
    package var detail: String?
    package var traceID: String?
    /// Payload's SHA-256.
    package var digest: String?

    package init(
        _ event: String, stage: String? = nil, ref: EntryRef? = nil, id: EntryID? = nil, code: String? = nil,
        detail: String? = nil, traceID: String? = nil, digest: String? = nil
    ) {
        time = ""
        self.event = event
        self.stage = stage
        self.ref = ref?.description
        self.id = (id ?? ref?.id)?.description
        self.code = code
        self.detail = detail?.bounded(to: 2000)
        self.traceID = traceID
        self.digest = digest
    }
}

extension SpoolStore {
    /// Appends an event with the time of now.
    package func note(_ event: JournalEvent) { note([line(event)]) }

    /// An event as the journal has it, with the time of now.
    func line(_ event: JournalEvent) -> String {
        var writer = JSONWriter()
        writer.object {
            if let code = event.code { $0.member("code", code) }
            if let detail = event.detail { $0.member("detail", detail) }
            if let digest = event.digest { $0.member("digest", digest) }
            $0.member("event", event.event)
            if let id = event.id { $0.member("id", id) }
            if let ref = event.ref { $0.member("ref", ref) }
            if let stage = event.stage { $0.member("stage", stage) }
            $0.member("time", now().rfc3339)
            if let traceID = event.traceID { $0.member("traceID", traceID) }
        }
        return writer.text
    }

    /// Appends lines in one write.
    func note(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        // A record only: if it cannot be written, the work it tells of is no less done.
        try? WholeFile.append(lines.joined(separator: "\n"), to: layout.journal(now().utcDay), synced: false)
    }

    /// All events about one analysis, oldest first; torn or strange lines are passed over.
    package func history(of id: EntryID) throws(StoreError) -> [JournalEvent] {
        let name = id.description
        let needle = Array("\"id\":\"\(name)\"".utf8)
        var events: [JournalEvent] = []
        for (_, path) in try months() {
            do throws(FileError) {
                try LineReader(path).forEach(containing: needle) { line in
                    // A torn line is no event.
                    guard let event = try? JSONDecoder().decode(JournalEvent.self, from: Data(line.utf8)) else {
                        return
                    }
                    if event.id == name { events.append(event) }
                }
            } catch  where error.isMissing {
                // Its time was up just now.
            } catch {
                throw StoreError(error)
            }
        }
        return events
    }

    /// The journal's files, oldest first, each with the first day of its month; strangers are passed over.
    func months() throws(StoreError) -> [(first: UTCDay, path: FilePath)] {
        do throws(FileError) {
            return try Folder.contents(layout.journal, where: { Self.month($0) != nil })
                .filter { $0.status.kind == .regular }
                .compactMap { file in Self.month(file.name).map { ($0, layout.journal.appending(file.name)) } }
                .sorted { $0.first < $1.first }
        } catch  where error.isMissing {
            return []
        } catch {
            throw StoreError(error)
        }
    }

    /// Reads `2026-11.jsonl`.
    static func month(_ name: String) -> UTCDay? {
        guard name.hasSuffix(monthSuffix) else { return nil }
        return UTCDay(String(name.dropLast(monthSuffix.count)) + "-01")
    }

    private static let monthSuffix = ".jsonl"
}
