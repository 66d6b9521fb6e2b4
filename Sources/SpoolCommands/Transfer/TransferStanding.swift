// What `transfer status` shows: per stream how far it is, and what is missing.

import Spool

struct TransferStanding {
    private let sent: [(status: SentStatus, entries: [Int: Int])]
    private let arrived: [ArrivedStatus]
    private let watched: [WatchedBundle]
    private let now: Timestamp
    /// Of what can be named, so many lines for people.
    private static let shown = 20

    init(_ spool: SpoolStore, _ now: Timestamp) throws {
        sent = try spool.sentStatus().map { ($0, spool.sentEntries($0.stream, $0.complete)) }
        arrived = try spool.arrivedStatus()
        watched = spool.watchedBundles()
        self.now = now
    }

    /// Something has not arrived, or has arrived twice under one number, or nobody can say.
    var isIncomplete: Bool {
        sent.contains { !$0.status.missing.isEmpty || $0.status.trouble != nil }
            || arrived.contains { !$0.missing.isEmpty || !$0.twice.isEmpty || $0.trouble != nil }
    }

    /// Of the bag, as it stands in its `External-Identifier`.
    private static func identifier(_ stream: TransferStream, _ number: Int) -> String { "\(stream)/\(number)" }
}

extension TransferStanding {
    var json: [JSONText] { sent.map(Self.json) + arrived.map(Self.json) + watched.map(Self.json) }

    private static func json(_ sent: (status: SentStatus, entries: [Int: Int])) -> JSONText {
        let (status, entries) = sent
        return .object([
            .init("kind", "sent"), .init("spool", status.stream.spool), .init("destination", status.stream.destination),
            .init("last", status.last), .init("complete", status.complete.count),
            .init("entries", entries.values.reduce(0, +)), .init("void", json(status.void)),
            .init("receipted", json(status.receipted)),
            .init(
                "open",
                .array(
                    status.open.map {
                        .object([
                            .init("number", $0.number), .init("completed", $0.time.rfc3339),
                            .init("entries", entries[$0.number]),
                        ])
                    })),
            .init("oldestOpen", status.open.first?.time.rfc3339),
            .init("missing", .array(status.missing.map { named(status.stream, $0) })),
            .init("trouble", status.trouble),
        ])
    }

    private static func json(_ status: ArrivedStatus) -> JSONText {
        .object([
            .init("kind", "arrived"), .init("spool", status.stream.spool),
            .init("destination", status.stream.destination), .init("last", status.last),
            .init("imported", json(NumberRanges(status.imported.map(\.number)))), .init("void", json(status.void)),
            .init("lastImport", status.lastTime?.rfc3339), .init("missing", json(status.missing)),
            .init("missingCount", status.missing.count),
            .init("named", .array(status.named.map { named(status.stream, $0) })),
            .init("twice", .array(status.twice.map { .number($0) })), .init("trouble", status.trouble),
        ])
    }

    private static func json(_ bundle: WatchedBundle) -> JSONText {
        .object([
            .init("kind", "watched"), .init("path", bundle.path), .init("state", bundle.state.rawValue),
            .init("since", bundle.since), .init("reason", bundle.reason), .init("number", bundle.number),
            .init("stream", bundle.stream), .init("digest", bundle.digest),
        ])
    }

    private static func named(_ stream: TransferStream, _ bundle: TransferRecord.Past) -> JSONText {
        .object([
            .init("number", bundle.number), .init("id", identifier(stream, bundle.number)),
            .init("digest", bundle.digest),
        ])
    }

    /// Pairs of first and last.
    static func json(_ numbers: NumberRanges) -> JSONText {
        .array(numbers.ranges.map { .array([.number($0.lowerBound), .number($0.upperBound)]) })
    }
}

extension TransferStanding {
    func lines(_ style: OutputStyle) -> [String] {
        guard !sent.isEmpty || !arrived.isEmpty || !watched.isEmpty else {
            return ["nothing was sent or has arrived yet"]
        }
        var lines: [String] = []
        func add(_ block: [String]) {
            guard !block.isEmpty else { return }
            lines += (lines.isEmpty ? [] : [""]) + block
        }
        add(sentTable.lines(style))
        add(arrivedTable.lines(style))
        add(watchedTable.lines(style))
        add(troubles.map { "\(style.red("!")) \(Visible($0))" })
        return lines
    }

    private var sentTable: Table {
        var table = Table([
            .left("SENT TO"), .left("BUNDLES"), .right("ENTRIES"), .left("VOID"), .left("RECEIPTED"), .left("OPEN"),
            .left("OLDEST OPEN"),
        ])
        for (status, entries) in sent {
            let oldest = status.open.first.map { "\($0.number), \(Amounts.distance($0.time, from: now))" }
            table.add([
                status.stream.destination, "\(status.complete)", String(entries.values.reduce(0, +)), "\(status.void)",
                "\(status.receipted)", "\(NumberRanges(status.open.map(\.number)))", oldest ?? "",
            ])
        }
        return table
    }

    private var arrivedTable: Table {
        var table = Table([
            .left("ARRIVED FROM"), .left("FOR"), .left("BUNDLES"), .left("VOID"), .left("LAST"), .left("MISSING"),
        ])
        for status in arrived {
            table.add([
                status.stream.spool, status.stream.destination,
                "\(NumberRanges(status.imported.map(\.number)))", "\(status.void)",
                status.lastTime.map { Amounts.distance($0, from: now) } ?? "", "\(status.missing)",
            ])
        }
        return table
    }

    /// What was imported is in the table above.
    private var watchedTable: Table {
        var table = Table([.left("WATCHED"), .left("STATE"), .left("SINCE"), .left("REASON")])
        for bundle in watched where bundle.state != .imported {
            let since = Timestamp(rfc3339: bundle.since).map { Amounts.distance($0, from: now) }
            table.add([bundle.path, bundle.state.rawValue, since ?? "", bundle.reason ?? ""])
        }
        return table
    }

    private var troubles: [String] {
        var troubles: [String] = []
        let unread = sent.compactMap(\.status.trouble) + arrived.compactMap(\.trouble)
        troubles += unread.map { "a log cannot be read: \($0); 'spoolctl verify' names all that is damaged" }
        for (status, _) in sent {
            troubles += status.missing.map {
                "no receipt for \(Self.identifier(status.stream, $0.number)), though a later bundle has one:"
                    + " 'spoolctl export --again \($0.number) TARGET --to \(status.stream.destination)' repeats it"
            }
        }
        for status in arrived {
            troubles += status.named.prefix(Self.shown).map {
                "missing: \(Self.identifier(status.stream, $0.number)), digest \($0.digest)"
            }
            let unnamed = status.missing.count - min(status.named.count, Self.shown)
            if unnamed > 0 { troubles.append("missing: \(unnamed) more of \(status.stream)") }
            troubles += status.twice.map {
                "\(Self.identifier(status.stream, $0)) is known with two digests: was the other spool restored from a backup?"
            }
        }
        return troubles
    }
}

/// What became of a receipt.
struct ReceiptShowing {
    let accepted: AcceptedReceipt

    func show(isJSON: Bool, _ surroundings: Surroundings) throws {
        let (receipt, status) = (accepted.receipt, accepted.status)
        for (ref, end) in accepted.elsewhere {
            try Talk.say("\(ref) has a receipt, but \(Self.words(end)); it was left there")
        }
        let out = surroundings.out
        if isJSON {
            try out.line(
                .object([
                    .init("spool", receipt.stream.spool), .init("destination", receipt.stream.destination),
                    .init("by", receipt.issuer), .init("issued", receipt.issued.rfc3339),
                    .init("signer", accepted.signer), .init("named", receipt.bundles.count),
                    .init("new", .array(accepted.numbers.map { .number($0) })), .init("moved", accepted.moved.count),
                    .init("open", .array(status.open.map { .number($0.number) })),
                    .init("missing", TransferStanding.json(receipt.missing)),
                    .init("refs", .array(accepted.moved.map { .string("\($0)") })),
                ]))
            return try out.flush()
        }
        var text =
            "accepted a receipt for \(Amounts.count(receipt.bundles.count, "bundle", "bundles")) of '\(receipt.stream.destination)'"
        text += accepted.signer.map { ", signed by \($0)" } ?? ", signature not checked"
        text += ": \(accepted.numbers.count) new, \(Amounts.count(accepted.moved.count, "entry", "entries")) done"
        text += status.open.isEmpty ? "; nothing is open" : "; open: \(NumberRanges(status.open.map(\.number)))"
        if !receipt.missing.isEmpty { text += "; missing there: \(receipt.missing)" }
        try out.line(Visible(text).description)
        try out.flush()
    }

    private static func words(_ end: ReceiptedEntry) -> String {
        switch end {
        case .elsewhere(let state): "is in '\(state.rawValue)' now"
        case .another: "another entry of its name was exported since"
        case .damaged: "is damaged"
        case .moved, .settled: "is done"
        }
    }
}
