// One thing that is not as it should be: what, since when, why, and what to do next.

import Spool

struct Concern {
    let what: String
    var since: Timestamp?
    /// When it is tried again by itself.
    var until: Timestamp?
    var why: String?
    /// What to do.
    let next: String
    /// Nothing changes until somebody does it.
    let needsAttention: Bool

    func json(_ now: Timestamp) -> JSONText {
        .object([
            .init("what", what), .init("since", since?.rfc3339), .init("until", until?.rfc3339), .init("why", why),
            .init("next", next), .init("needsAttention", needsAttention),
        ])
    }

    func lines(_ style: OutputStyle, _ now: Timestamp) -> [String] {
        var first = Visible(what).description
        if let since { first += ", since \(Amounts.span(now.since(since)))" }
        let mark = needsAttention ? style.red("!") : style.yellow("·")
        var rest: [(String, String)] = why.map { [("  why:  ", Visible($0).description)] } ?? []
        rest.append(("  next: ", Visible(next).description))
        return Wrapping.lines("  " + first, hanging: 2, style.width).enumerated().map { index, line in
            index == 0 ? "\(mark) \(line.dropFirst(2))" : line
        } + rest.flatMap { Wrapping.lines($0 + $1, hanging: $0.count, style.width) }
    }
}

extension Concern {
    /// A stage that works by polling and has not looked for so long is not running.
    private static let patience = Duration.seconds(3600)
    /// Of a state's entries, so many are asked for their errors.
    private static let sample = 200

    /// Failed entries, held ones that workers died on, and those that are tried again and again.
    static func entries(
        _ folders: [SpoolHealth.Folder], _ spool: SpoolStore, _ now: Timestamp
    ) throws -> [Concern] {
        var concerns: [Concern] = []
        for folder in folders where folder.summary.count > 0 {
            let selection = "\(folder.queue)/\(folder.state.rawValue)"
            let count = Amounts.count(folder.summary.count, "entry", "entries")
            switch folder.state {
            case .failed:
                concerns.append(
                    Concern(
                        what: "\(selection) has \(count)", since: folder.summary.oldest,
                        why: try reasons(folder, spool).text,
                        next:
                            "mend the cause, then 'spoolctl requeue --all \(selection)'; 'spoolctl list \(selection)' names them",
                        needsAttention: true))
            case .hold:
                let found = try reasons(folder, spool)
                let crashed = found.codes.contains("crashed")
                concerns.append(
                    Concern(
                        what: "\(selection) has \(count)", since: folder.summary.oldest,
                        why: crashed ? found.text : "held by an operator",
                        next: "'spoolctl release REF' puts one back to work", needsAttention: crashed))
            case .deferred: if let concern = try retried(folder, spool, now) { concerns.append(concern) }
            case .ready, .active, .done, .exported: continue
            }
        }
        return concerns
    }

    /// What was tried and is tried again by itself; what only waits for its time is no concern.
    private static func retried(
        _ folder: SpoolHealth.Folder, _ spool: SpoolStore, _ now: Timestamp
    ) throws -> Concern? {
        let found = try reasons(folder, spool)
        guard found.count > 0 else { return nil }
        let selection = "\(folder.queue)/\(folder.state.rawValue)"
        let isMore = folder.summary.count > sample
        let next = folder.summary.oldest.map { Amounts.distance(max($0, now), from: now) } ?? "now"
        return Concern(
            what: "\(selection) has \(isMore ? "at least " : "")"
                + "\(Amounts.count(found.count, "entry", "entries")) that failed before",
            since: found.since, until: folder.summary.oldest, why: found.text,
            next: "nothing: they are tried again (the next one \(next)) until retry.give_up_after;"
                + " 'spoolctl list \(selection)' names them",
            needsAttention: false)
    }

    /// Of a sample of entries: why, with which codes, since when, and how many of them have a reason at all.
    private struct Reasons {
        var text: String?
        var codes: Set<String> = []
        var since: Timestamp?
        var count = 0
    }

    private static func reasons(_ folder: SpoolHealth.Folder, _ spool: SpoolStore) throws -> Reasons {
        var counts: [String: Int] = [:]
        var latest: String?
        var found = Reasons()
        for entry in try spool.list(folder.queue, folder.state).entries.suffix(sample) {
            guard let tries = spool.tries(entry.ref), let code = tries.code else { continue }
            counts[code, default: 0] += 1
            latest = "\(entry.ref): \(tries.summary)"
            found.count += 1
            if let first = tries.firstTime { found.since = min(found.since ?? first, first) }
        }
        found.codes = Set(counts.keys)
        found.text = latest
        guard counts.count > 1 else { return found }
        let all = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
        found.text = "\(all.joined(separator: ", ")); the last one, \(latest ?? "")"
        return found
    }

    /// A stage that waits or was stopped.
    static func stage(_ record: StageRecord, _ now: Timestamp) -> Concern? {
        guard let since = record.waitingSince.flatMap({ Timestamp(rfc3339: $0) }) else { return nil }
        let until = record.waitingUntil.flatMap { Timestamp(rfc3339: $0) }
        let why = [record.code, record.reason].compactMap(\.self).joined(separator: ": ")
        guard let until else {
            return Concern(
                what: "\(record.stage) has stopped", since: since, why: why,
                next: "mend the cause, then start it again (spoolctl \(record.stage), or spoolctl run)",
                needsAttention: true)
        }
        return Concern(
            what: "\(record.stage) waits", since: since, until: until, why: why,
            next: "nothing: it tries again \(Amounts.distance(until, from: now))", needsAttention: false)
    }

    /// Entries that are ready, and nobody who takes them.
    static func idle(
        _ folders: [SpoolHealth.Folder], _ stages: [StageRecord], _ settings: Settings?, _ now: Timestamp
    ) -> [Concern] {
        folders.compactMap { folder in
            // `oldest` of what is deferred is when the first of it was due.
            guard folder.state == .ready || folder.state == .deferred, let oldest = folder.summary.oldest,
                now.since(oldest) > patience
            else { return nil }
            let stage = taker(of: folder.queue, settings)
            let record = stages.first { $0.stage == stage.rawValue }
            let pass = record?.lastPass.flatMap { Timestamp(rfc3339: $0) }
            guard record?.waitingSince == nil, pass.map({ now.since($0) > patience }) ?? true else { return nil }
            let last = pass.map { "last looked \(Amounts.distance($0, from: now))" } ?? "never looked"
            return Concern(
                what: "\(folder.queue) has \(Amounts.count(folder.summary.count, "entry", "entries"))"
                    + (folder.state == .ready ? " ready" : " deferred, and some are due"),
                since: oldest,
                why: "'\(stage.rawValue)' \(last)",
                next: "start 'spoolctl run', or 'spoolctl \(stage.rawValue) --once'",
                needsAttention: true)
        }
    }

    /// Who works on what is ready: on this side of an air gap, export may.
    private static func taker(of queue: QueueName, _ settings: Settings?) -> Settings.Stage {
        let direct: Settings.Stage = queue.isInbox ? .map : .submit
        guard let settings, !settings.run.stages.contains(direct), settings.run.stages.contains(.export) else {
            return direct
        }
        return settings.transfer.queue.rawValue == queue.description ? .export : direct
    }

    /// A fetch that this configuration wants, that ran before, and does not any more.
    static func fetching(_ stages: [StageRecord], _ settings: Settings?, _ now: Timestamp) -> [Concern] {
        guard let settings, settings.run.stages.contains(.fetch),
            let record = stages.first(where: { $0.stage == Settings.Stage.fetch.rawValue }), record.waitingSince == nil,
            let pass = record.lastPass.flatMap({ Timestamp(rfc3339: $0) }),
            now.since(pass) > max(patience, settings.joe.interval * 3)
        else { return [] }
        return [
            Concern(
                what: "fetch does not run", since: pass,
                why: "it should look every \(Amounts.span(settings.joe.interval))",
                next: "start 'spoolctl run', or 'spoolctl fetch --once' from cron", needsAttention: true)
        ]
    }

    static let readOnly = Concern(
        what: "the spool's file system is read-only",
        why: "mounted so, or left so by the kernel after an error: its log says which",
        next: "mend it and mount it read-write; the stages go on by themselves", needsAttention: true)

    static func room(_ free: Int, _ minimum: Int) -> Concern {
        Concern(
            what: "the disk is short of room",
            why: "\(Amounts.size(free)) free, less than \(Amounts.size(minimum)) (spool.min_free)",
            next: "make room, for example by 'spoolctl prune'; fetch and map go on by themselves", needsAttention: true)
    }
}
