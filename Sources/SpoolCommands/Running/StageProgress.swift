// Progress of a pass on a terminal: how many of how many, how fast, how long it will take.

import Spool
import Synchronization

final class StageProgress: Sendable {
    private let line: ProgressLine
    private let total = Mutex<Int?>(nil)

    init(_ line: ProgressLine) {
        self.line = line
    }

    /// Looks what there is to do before a pass begins; `fetch` learns it from its list. Blocks.
    func prepare(_ stage: StageName, _ spool: SpoolStore) {
        // A number for show: if the folders cannot be read, the pass will say so.
        let count = try? Self.waiting(stage, spool)
        total.withLock { $0 = count }
    }

    private static func waiting(_ stage: StageName, _ spool: SpoolStore) throws -> Int? {
        let queue: QueueName
        switch stage {
        case .fetch, .import, .export: return nil
        case .map: queue = .inbox
        case .submit: queue = .outbox
        }
        let now = spool.now()
        let due = try spool.list(queue, .deferred).entries.count { $0.modified <= now }
        return try spool.list(queue, .ready).entries.count + due
    }

    func observe(_ stage: StageName, _ event: StageEvent) {
        switch event {
        case .began: line.begin()
        case .progressed(let report): show(stage, report)
        case .ended, .waits: line.end()
        }
    }

    private func show(_ stage: StageName, _ report: PassReport) {
        let failed = report.failed > 0 ? ", \(report.failed) failed" : ""
        let ended = report.skipped.values.reduce(0, +) + report.failed + report.deferred
        switch stage {
        case .fetch where report.fresh == 0:
            line.show("fetch: listing", done: report.listed, of: nil)
        case .fetch:
            let done = report.done + report.unchanged + report.unfinished + ended
            line.show("fetch", done: done, of: report.fresh, note: failed)
        case .import, .export:
            line.show(stage.rawValue, done: report.done + ended, of: nil, note: failed)
        case .map, .submit:
            line.show(stage.rawValue, done: report.done + ended, of: total.withLock { $0 }, note: failed)
        }
    }
}
