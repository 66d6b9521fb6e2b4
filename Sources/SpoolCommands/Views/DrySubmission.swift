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
        var table = Table([.left("REF"), .left("WOULD"), .left("EXTERNAL ID"), .right("BODY"), .left("TAGS"), .left("TITLE")])
        var tally = Tally(surroundings.talk)
        for entry in try due(surroundings.now()) {
            try tally.attempt {
                let view = EntryView(place: entry.place, reader: try EntryView.reader(entry.place, spool), spool: spool)
                let report = try view.report()
                let action = entry.place.state == .ready ? "create" : "look up, then update or create"
                let externalID = externalID(entry.ref.id)
                if isJSON {
                    try surroundings.out.line(
                        .object([
                            .init("ref", entry.ref.description), .init("would", action), .init("externalId", externalID),
                            .init("enclave", settings.trustar.enclaveID), .init("report", .object(report.members)),
                        ]))
                } else {
                    table.add([
                        entry.ref.description, action, externalID, Amounts.size(report.body.utf8.count),
                        report.tags.joined(separator: ", "), report.title,
                    ])
                }
            }
        }
        for line in table.lines(surroundings.out.style) { try surroundings.out.line(line) }
        try tally.end()
    }

    private func due(_ now: Timestamp) throws -> [ListedEntry] {
        try spool.list(.outbox, .ready).entries + spool.list(.outbox, .deferred).entries.filter { spool.isDue($0, at: now) }
    }

    private func externalID(_ id: EntryID) -> String {
        let encoding = ExternalIDEncoding(rawValue: settings.trustar.externalID.rawValue) ?? .base64
        return encoding.encode(webid: id.webid, enclave: settings.trustar.enclaveID ?? "")
    }
}
