// `map --again`, and `--diff`: over the kept analyses that are named, or all of them; each by itself.

import ServiceLifecycle
import Spool

struct MapAgain {
    let pipeline: Pipeline
    let isDiff: Bool
    let isJSON: Bool

    private struct Counts {
        var changed = 0
        var new = 0
        var same = 0
        var local = 0
        var refused = 0
    }

    func run(_ names: [String]) async throws {
        try await pipeline.run { [self] in
            let remapping = try pipeline.connector.remapping()
            if !isDiff, let halt = await remapping.roomHalt() {
                throw CommandFailure(PassSummary.status(of: halt), halt.reason)
            }
            let targets = try await targets(names, remapping)
            try await work(targets, remapping)
        }
    }

    private enum Target {
        case id(EntryID)
        case name(String)
    }

    private func targets(_ names: [String], _ remapping: Remapping) async throws -> [Target] {
        guard names.isEmpty else { return try NameList.expand(names).map { .name($0) } }
        return try await remapping.kept().map { .id($0) }
    }

    private func work(_ targets: [Target], _ remapping: Remapping) async throws {
        let surroundings = Surroundings.current
        let finder = try EntryFinder(pipeline.spool, source: pipeline.settings.joe.source)
        var tally = Tally(surroundings.talk)
        var counts = Counts()
        for target in targets {
            if Task.isShuttingDownGracefully || Task.isCancelled { break }
            var outcome: Result<(EntryID, Remapping.Verdict), any Error>
            do {
                let id =
                    switch target {
                    case .id(let id): id
                    case .name(let name): try finder.id(name)
                    }
                outcome = .success((id, isDiff ? try await remapping.compare(id) : try await remapping.remake(id)))
            } catch {
                outcome = .failure(error)
                counts.refused += 1
            }
            try tally.attempt {
                let (id, verdict) = try outcome.get()
                count(verdict, &counts)
                try show(RemappedView(ref: EntryRef(.outbox, id), verdict: verdict, isDiff: isDiff))
            }
        }
        try conclude(counts)
        try tally.end()
    }

    private func count(_ verdict: Remapping.Verdict, _ counts: inout Counts) {
        switch verdict {
        case .same: counts.same += 1
        case .local: counts.local += 1
        case .changed: counts.changed += 1
        case .new: counts.new += 1
        }
    }

    private func show(_ view: RemappedView) throws {
        let out = Surroundings.current.out
        if isJSON {
            if let json = view.json { try out.line(json) }
        } else {
            for line in view.lines { try out.line(Visible(line).description) }
        }
    }

    private func conclude(_ counts: Counts) throws {
        let out = Surroundings.current.out
        if isJSON {
            try out.line(
                .object([
                    .init("kind", "summary"), .init("changed", counts.changed), .init("new", counts.new),
                    .init("same", counts.same), .init("local", counts.local), .init("failed", counts.refused),
                ]))
        } else {
            var parts = isDiff ? ["\(counts.changed) would change"] : ["\(counts.changed) made anew"]
            if counts.new > 0 { parts.append(isDiff ? "\(counts.new) would be new" : "\(counts.new) made") }
            parts.append("\(counts.same) the same")
            if counts.local > 0 { parts.append("\(counts.local) different only here (not sent)") }
            if counts.refused > 0 { parts.append("\(counts.refused) failed") }
            try out.line("map --again: \(parts.joined(separator: ", "))")
        }
        try out.flush()
    }
}
