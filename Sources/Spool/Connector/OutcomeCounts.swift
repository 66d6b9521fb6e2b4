// From reports of passes, which grow while a pass is under way, to counters, which only ever grow: what is new since the
// last report of the same pass is added.

import Synchronization

final class OutcomeCounts: Sendable {
    private struct Pass {
        var report = PassReport()
        var began: Timestamp?
    }

    private let registry: MetricRegistry
    private let now: Now
    private let passes = Mutex<[StageName: Pass]>([:])

    init(_ registry: MetricRegistry, now: @escaping Now) {
        self.registry = registry
        self.now = now
    }

    func observe(_ stage: StageName, _ event: StageEvent) {
        switch event {
        case .waits: break
        case .began:
            let now = now()
            passes.withLock { $0[stage] = Pass(began: now) }
        case .progressed(let report):
            let before = passes.withLock { passes in
                let before = passes[stage, default: Pass()].report
                passes[stage, default: Pass()].report = report
                return before
            }
            count(stage, from: before, to: report)
        case .ended(let report):
            let pass = passes.withLock { $0.removeValue(forKey: stage) } ?? Pass()
            count(stage, from: pass.report, to: report)
            end(stage, report, began: pass.began)
        }
    }

    private func end(_ stage: StageName, _ report: PassReport, began: Timestamp?) {
        let isHalted = report.halt.map { $0 != .draining } ?? false
        registry.count(.passes, [stage.rawValue, isHalted ? "halted" : "complete"])
        if let halt = report.halt, isHalted { registry.count(.halts, [stage.rawValue, halt.code]) }
        // A pass that found nothing to do says nothing about how long work takes.
        if report.isProgress, let began { registry.observe(.passDuration, [stage.rawValue], now().since(began)) }
        if stage == .fetch, !isHalted { registry.set(.unfinished, to: Double(report.unfinished)) }
    }

    private func count(_ stage: StageName, from before: PassReport, to now: PassReport) {
        let old = Self.outcomes(stage, before)
        for (outcome, number) in Self.outcomes(stage, now) {
            registry.count(.outcomes, [stage.rawValue, outcome], by: number - old[outcome, default: 0])
        }
    }

    /// `fetch` counts what it knew already beside what it did; the others count it as a part of that.
    private static func outcomes(_ stage: StageName, _ report: PassReport) -> [String: Int] {
        let fresh = stage == .fetch ? report.done : report.done - report.updated - report.unchanged
        var outcomes = [
            "done": fresh, "updated": report.updated, "unchanged": report.unchanged, "deferred": report.deferred,
            "failed": report.failed,
        ]
        for (reason, number) in report.skipped { outcomes["skipped-\(reason)"] = number }
        return outcomes
    }
}
