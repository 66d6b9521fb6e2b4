// Hands out claims one by one, taking them from the spool in batches, so that the folders are synced once per batch.

import Logging

/// Used by one task at a time.
final class ClaimSource {
    private let context: StageContext
    private let batch: Int
    /// Whether nothing more is taken when the disk is short of room.
    private let needsRoom: Bool
    private let list: WorkListBox
    private var waiting: [Claim] = []

    init(_ context: StageContext, _ queue: QueueName, batch: Int, needsRoom: Bool) {
        self.context = context
        self.needsRoom = needsRoom
        self.batch = max(1, batch)
        list = WorkListBox(WorkList(context.spool, queue))
    }

    /// nil when nothing is due, or the spool cannot be read (then `report.halt` says so).
    func next(_ report: inout PassReport) async -> Claim? {
        if waiting.isEmpty {
            if needsRoom, let halt = await context.roomHalt() {
                report.halt = halt
                return nil
            }
            let (list, batch, spool) = (list, batch, context.spool)
            do throws(StoreError) {
                let (claims, damaged) = try await context.blocking { try list.next(batch, spool) }
                waiting = claims.reversed()
                report.failed += damaged
            } catch {
                report.halt = Halt(error)
            }
        }
        return waiting.popLast()
    }

    /// Gives back what was claimed and not begun.
    func putBack() async {
        let claims = waiting
        waiting = []
        do throws(StoreError) {
            try await context.blocking {
                for claim in claims {
                    try claim.putBack()
                    claim.release()
                }
            }
        } catch {
            context.logger.say(.entryNotMoved, [.reason: "\(error)"])
        }
    }
}
