// `submit --dry-run`: what is due, and what would be done about it. Nothing is claimed, sent or moved.

import Spool

struct DrySubmission {
    private let spool: SpoolStore
    private let settings: Settings

    init(_ options: SettingsOptions) throws {
        settings = try options.load(.withoutSecrets)
        spool = try Connector.openSpool(settings, program: Version.current, now: Surroundings.current.now)
    }

    func show(isJSON: Bool) throws {
        let surroundings = Surroundings.current
        var rows: [[String]] = []
        var tally = Tally(surroundings.talk)
        for entry in try due(surroundings.now()) {
            try tally.attempt {
                let report = try report(entry.place)
                if isJSON {
                    try surroundings.out.line(json(entry.place, report))
                } else {
                    rows.append(cells(entry.place, report))
                }
            }
        }
        var table = Table([
            .left("REF"), .left("WOULD"), .left("EXTERNAL ID"), .right("BODY"), .left("TAGS"), .left("TITLE"),
        ])
        for row in rows { table.add(row) }
        for line in table.lines(surroundings.out.style) { try surroundings.out.line(line) }
        try tally.end()
    }

    private func report(_ place: EntryPlace) throws -> MappedReport {
        try EntryView(place: place, reader: try EntryView.reader(place, spool), spool: spool).report()
    }

    private func action(_ place: EntryPlace) -> String {
        place.state == .ready ? "create" : "look up, then update or create"
    }

    private func json(_ place: EntryPlace, _ report: MappedReport) -> JSONText {
        .object([
            .init("ref", place.ref.description), .init("would", action(place)),
            .init("externalId", externalID(place.ref.id)),
            .init("enclave", settings.trustar.enclaveID), .init("report", .object(report.members)),
        ])
    }

    private func cells(_ place: EntryPlace, _ report: MappedReport) -> [String] {
        [
            place.ref.description, action(place), externalID(place.ref.id), Amounts.size(report.body.utf8.count),
            report.tags.joined(separator: ", "), report.title,
        ]
    }

    private func due(_ now: Timestamp) throws -> [ListedEntry] {
        try spool.list(.outbox, .ready).entries
            + spool.list(.outbox, .deferred).entries.filter { spool.isDue($0, at: now) }
    }

    private func externalID(_ id: EntryID) -> String {
        let encoding = ExternalIDEncoding(rawValue: settings.trustar.externalID.rawValue) ?? .base64
        return encoding.encode(webid: id.webid, enclave: settings.trustar.enclaveID ?? "")
    }
}
