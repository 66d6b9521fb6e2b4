// What is known of one analysis: the journal's events, the ledger's line, where its entries are, what was tried with them.

import Spool

struct AnalysisHistory {
    private let id: EntryID
    private let events: [JournalEvent]
    private let ledger: LedgerEntry?
    private let entries: [EntryRow]

    init(_ id: EntryID, _ spool: SpoolStore) throws {
        self.id = id
        events = try spool.history(of: id)
        ledger = try spool.ledgerEntry(id)
        entries = try spool.places(of: id).compactMap { place in
            // It may move on while we look; then its next place is found the next time.
            guard let status = try Kernel.status(spool.layout.entry(place)) else { return nil }
            return EntryRow(place, status, spool)
        }
    }

    var json: JSONText {
        let now = Surroundings.current.now()
        return .object([
            .init("id", id.description), .init("source", id.source), .init("webid", id.webid),
            .init("ledger", ledgerJSON), .init("entries", .array(entries.map { $0.json(now) })),
            .init("events", .array(events.map(Self.json))),
        ])
    }

    private var ledgerJSON: JSONText? {
        switch ledger {
        case .taken(let digest): .object([.init("state", "taken"), .init("digest", digest)])
        case .skipped(let reason): .object([.init("state", "skipped"), .init("class", reason)])
        case nil: nil
        }
    }

    private static func json(_ event: JournalEvent) -> JSONText {
        .object([
            .init("time", event.time), .init("event", event.event), .init("stage", event.stage),
            .init("ref", event.ref),
            .init("code", event.code), .init("detail", event.detail), .init("traceID", event.traceID),
            .init("digest", event.digest),
        ])
    }

    func lines(_ style: OutputStyle, _ now: Timestamp) -> [String] {
        [style.bold(Visible("\(id)").description)] + [ledgerLine] + entryLines(now) + [""] + eventLines(style)
    }

    private var ledgerLine: String {
        switch ledger {
        case .taken: "ledger: taken"
        case .skipped(let reason):
            Visible("ledger: skipped (\(reason)); 'spoolctl fetch \(id.webid)' takes it all the same").description
        case nil: "ledger: no line; the next 'spoolctl fetch' takes it if Joe Sandbox lists it"
        }
    }

    private func entryLines(_ now: Timestamp) -> [String] {
        if entries.isEmpty { return ["now:    in no queue"] }
        return entries.map { row in
            let place = row.place
            let when =
                place.state == .deferred
                ? "due \(Amounts.distance(row.modified, from: now))"
                : "since \(Amounts.time(row.modified)), \(Amounts.span(now.since(row.modified)))"
            let trouble = (row.damage ?? row.tries?.summary).map { ": \($0)" } ?? ""
            return Visible("now:    \(place.ref) is in '\(place.state.rawValue)' (\(when))\(trouble)").description
        }
    }

    private func eventLines(_ style: OutputStyle) -> [String] {
        var table = Table([.left("TIME"), .left("STAGE"), .left("EVENT"), .left("ENTRY"), .left("DETAIL")])
        for event in events {
            let time = Timestamp(rfc3339: event.time).map(Amounts.time) ?? event.time
            var detail = [event.code, event.detail].compactMap(\.self).joined(separator: ": ")
            if let traceID = event.traceID { detail += " [Trace-Id \(traceID)]" }
            table.add([time, event.stage ?? "", event.event, event.ref ?? "", detail])
        }
        return table.isEmpty ? ["no events in the journal"] : table.lines(style)
    }
}
