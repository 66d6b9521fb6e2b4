// Sees to it that a spool which nobody looks after does not fill its disk: at each trigger what the configuration does not
// keep goes. No stage: it waits for nobody and stops nobody. What it cannot remove it tries again at the next trigger.

import Logging
import ServiceLifecycle

package struct RetentionLoop<Triggers: AsyncSequence & Sendable>: Service where Triggers.Element == Void {
    private let rule: RetentionRule
    private let context: StageContext
    private let triggers: Triggers

    package init(_ rule: RetentionRule, _ context: StageContext, triggers: Triggers) {
        self.rule = rule
        self.context = context
        self.triggers = triggers
    }

    package func run() async throws {
        var isInTrouble = false
        for try await _ in triggers {
            if context.drain.isSet { break }
            do throws(StoreError) {
                say(try await context.retain(rule))
                isInTrouble = false
            } catch {
                if !isInTrouble {
                    context.logger.say(.notRetained, [.reason: "\(error)"])
                }
                isInTrouble = true
            }
        }
    }

    private func say(_ report: RetentionReport) {
        guard report.entries > 0 else { return }
        context.logger.say(.retained, [.removed: "\(report.entries)", .bytes: "\(report.bytes)"])
    }
}

extension StageContext {
    /// Once.
    package func retain(_ rule: RetentionRule) async throws(StoreError) -> RetentionReport {
        let spool = spool
        return try await blocking { try spool.retain(rule) }
    }
}
