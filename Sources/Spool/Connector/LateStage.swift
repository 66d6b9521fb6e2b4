// A stage that is made with its first pass, or with a later one: what it needs of the spool for that (its ledger, say) may be on a
// medium that fails just now. Then it waits like any stage, and the others need not wait for it.

import Synchronization

final class LateStage<Stage: Sendable>: Sendable {
    private let make: @Sendable () throws(StoreError) -> Stage
    private let made: Mutex<Stage?>

    /// Tries at once, so that whatever waiting cannot heal is said at once.
    init(_ make: @escaping @Sendable () throws(StoreError) -> Stage) throws(StoreError) {
        self.make = make
        var first: Stage?
        do throws(StoreError) {
            first = try make()
        } catch  where error.isMedium {
            // Told by the first pass, which meets it again.
        }
        made = Mutex(first)
    }

    /// Blocks where it has to be made.
    func stage() throws(StoreError) -> Stage {
        try made.withLock { (made) throws(StoreError) in
            if let made { return made }
            let stage = try make()
            made = stage
            return stage
        }
    }
}
