// What `status` knows: counts by queue and state, the stages' records, room on the disk, and what follows from them.

import Spool
import SystemPackage

struct SpoolHealth {
    /// From best to worst.
    enum Verdict: String {
        /// Nothing waits for anything but its turn.
        case ok
        /// A stage waits for the other side, and goes on by itself.
        case waiting
        /// Somebody must do something.
        case attention
    }

    struct Folder {
        let queue: QueueName
        let state: EntryState
        let summary: StateSummary
    }

    let spool: SpoolStore
    let now: Timestamp
    let folders: [Folder]
    let nextDue: [QueueName: Timestamp]
    let stages: [StageRecord]
    let free: Int
    let minimumFree: Int
    let concerns: [Concern]

    init(_ spool: SpoolStore, _ settings: Settings?, _ now: Timestamp) throws {
        self.spool = spool
        self.now = now
        let queues = try spool.queues()
        folders = try queues.flatMap { queue in
            try EntryState.allCases.map { Folder(queue: queue, state: $0, summary: try spool.summary(queue, $0)) }
        }
        nextDue = Dictionary(
            uniqueKeysWithValues: try queues.compactMap { queue in try spool.nextDue(queue).map { (queue, $0) } })
        stages = Settings.Stage.allCases.compactMap { stage in
            let record = spool.stageRecord(stage.rawValue)
            // Those of an air gap only where there is one.
            let isWanted = Settings.Stage.direct.contains(stage) || settings?.run.stages.contains(stage) ?? false
            return isWanted || record.lastPass != nil ? record : nil
        }
        let system = try FileSystem(of: spool.layout.root)
        free = system.available
        minimumFree = try settings?.spool.minFree.map { Int($0) } ?? spool.defaultMinimumFree()
        var concerns = try Concern.entries(folders, spool, now) + stages.compactMap { Concern.stage($0, now) }
        concerns += Concern.idle(folders, stages, settings, now) + Concern.fetching(stages, settings, now)
        concerns += try Concern.transfer(spool, now)
        if system.isReadOnly { concerns.append(.readOnly) }
        if free < minimumFree { concerns.append(Concern.room(free, minimumFree)) }
        self.concerns = concerns
    }

    var verdict: Verdict {
        if concerns.contains(where: \.needsAttention) { return .attention }
        return concerns.isEmpty ? .ok : .waiting
    }
}

extension SpoolHealth {
    var json: JSONText {
        let queues = Set(folders.map(\.queue)).sorted().map { queue in
            JSONText.Member(queue.description, .object(folders.filter { $0.queue == queue }.map(member) + [due(queue)]))
        }
        return .object([
            .init("health", verdict.rawValue),
            .init(
                "spool",
                .object([
                    .init("path", spool.layout.root.string), .init("id", spool.id), .init("free", free),
                    .init("minimumFree", minimumFree),
                ])),
            .init("queues", .object(queues)), .init("stages", .array(stages.map(Self.json))),
            .init("concerns", .array(concerns.map { $0.json(now) })),
        ])
    }

    private func due(_ queue: QueueName) -> JSONText.Member { .init("nextDue", nextDue[queue]?.rfc3339) }

    private func member(_ folder: Folder) -> JSONText.Member {
        let summary = folder.summary
        // `done` is counted by names, and what is deferred has the time when it is due in place of its age.
        let isCounted = folder.state == .done
        let oldest = isCounted || folder.state == .deferred ? nil : summary.oldest
        return .init(
            folder.state.rawValue,
            .object([
                .init("count", summary.count), .init("bytes", isCounted ? nil : payload(summary)),
                .init("oldest", oldest?.rfc3339), .init("age", oldest.map { Amounts.seconds(now.since($0)) }),
            ]))
    }

    private func payload(_ summary: StateSummary) -> Int { max(0, summary.bytes - summary.count * Envelope.size) }

    private static func json(_ record: StageRecord) -> JSONText {
        .object([
            .init("stage", record.stage), .init("lastPass", record.lastPass), .init("lastSuccess", record.lastSuccess),
            .init("waitingSince", record.waitingSince), .init("waitingUntil", record.waitingUntil),
            .init("code", record.code), .init("reason", record.reason),
        ])
    }
}

extension SpoolHealth {
    func lines(_ style: OutputStyle) -> [String] {
        var lines = [heading(style), ""]
        let table = folderTable.lines(style)
        lines += table.isEmpty ? ["no entries"] : table
        lines += [""] + stageTable.lines(style) + [""]
        lines.append("free: \(Amounts.size(free)) (stages pause below \(Amounts.size(minimumFree)))")
        if !concerns.isEmpty { lines.append("") }
        for concern in concerns { lines += concern.lines(style, now) }
        return lines
    }

    private func heading(_ style: OutputStyle) -> String {
        let word =
            switch verdict {
            case .ok: style.green("healthy")
            case .waiting: style.yellow("waiting")
            case .attention: style.red("needs attention")
            }
        return "\(word)  \(Visible("\(spool.layout.root)"))"
    }

    private var folderTable: Table {
        var table = Table([
            .left("QUEUE"), .left("STATE"), .right("COUNT"), .right("SIZE"), .right("OLDEST"), .left("NEXT"),
        ])
        for folder in folders where folder.summary.count > 0 {
            let summary = folder.summary
            let isDeferred = folder.state == .deferred
            let isCounted = folder.state == .done
            table.add([
                folder.queue.description, folder.state.rawValue, String(summary.count),
                isCounted ? "" : Amounts.size(payload(summary)),
                isDeferred || isCounted ? "" : summary.oldest.map { Amounts.span(now.since($0)) } ?? "",
                isDeferred ? nextDue[folder.queue].map { "due \(Amounts.distance($0, from: now))" } ?? "" : "",
            ])
        }
        return table
    }

    private var stageTable: Table {
        var table = Table([.left("STAGE"), .left("LAST PASS"), .left("LAST SUCCESS"), .left("NOW")])
        for record in stages {
            let times = [record.lastPass, record.lastSuccess].map { text in
                text.flatMap { Timestamp(rfc3339: $0) }.map { Amounts.distance($0, from: now) } ?? "never"
            }
            table.add([record.stage] + times + [record.waitingSince == nil ? "" : record.code ?? "waits"])
        }
        return table
    }
}
