// The spool, looked at without changing it. A step that cannot be done is a line of its own, and the others go on.

import Spool
import SystemPackage

struct SpoolExamination: Sendable {
    let settings: Settings
    let spool: SpoolStore
    let now: Now

    /// Blocks.
    func lines() -> [Diagnosis] {
        let path = spool.layout.root.string
        let ourselves = Owner.user
        var lines = attempt("spool") {
            [Judgement.owner(path, id: spool.id, try Kernel.status(spool.layout.root), ourselves: ourselves)]
        }
        lines += attempt("spool.folders") {
            let facts = try SpoolProbe.folders(spool.layout, mounts: MountTable.current())
            return Judgement.folders(facts, path: path, ourselves: ourselves)
        }
        lines += attempt("spool.filesystem") {
            [Judgement.fileSystem(try FileSystem(of: spool.layout.root).suitability)]
        }
        lines += attempt("disk") { [Judgement.room(try room())] }
        lines += attempt("disk.sync") { [Judgement.sync(try SpoolProbe.syncTimes(spool.layout))] }
        lines += attempt("leftovers") { Judgement.remains(try SpoolProbe.remains(spool)) }
        lines += attempt("entries") { [Judgement.setAside(try setAside())] }
        lines += attempt("retention") { [try retention()] }
        return lines + stages
    }

    private func attempt(_ check: String, _ body: () throws -> [Diagnosis]) -> [Diagnosis] {
        do {
            return try body()
        } catch {
            return [
                .fail(
                    check, Ending.status(of: error), "\(error)",
                    "look at the kernel's log (dmesg) and at the permissions in \(spool.layout.root)")
            ]
        }
    }

    private func room() throws -> Judgement.RoomFact {
        let system = try FileSystem(of: spool.layout.root)
        return Judgement.RoomFact(
            size: system.size, available: system.available,
            minimum: try settings.spool.minFree.map { Int(clamping: $0) } ?? spool.defaultMinimumFree(),
            files: system.files, freeFiles: system.freeFiles)
    }

    private func setAside() throws -> [(place: String, count: Int)] {
        try spool.queues().flatMap { queue in
            try [EntryState.failed, .hold].map { state in
                ("\(queue)/\(state.rawValue)", try spool.summary(queue, state).count)
            }
        }
    }

    private func retention() throws -> Diagnosis {
        let kept = settings.spool.retention
        return Judgement.retention(
            done: kept.done, bytes: kept.doneSize, size: try FileSystem(of: spool.layout.root).size,
            count: try spool.queues().reduce(0) { try $0 + spool.summary($1, .done).count })
    }

    private var stages: [Diagnosis] {
        settings.run.stages.map { stage in
            let interval = stage == .fetch ? settings.joe.interval : settings.run.poll
            return Judgement.stage(spool.stageRecord(stage.rawValue), interval: interval, now: now())
        }
    }
}
