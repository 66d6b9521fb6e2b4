// Whether the loops really make progress, for a watchdog: each sign of life of a stage says how long the next one may take.
// A loop that hangs (a disk that never answers, a task that waits for what never comes) lets its time pass by, and then this
// process is better ended and started again; nothing is lost by that (docs/SPOOL.md).
//
// Measured on a clock that stands still while the machine is suspended, as systemd's does.

import Synchronization

package final class Pulse: Sendable {
    package typealias Clock = @Sendable () -> SuspendingClock.Instant

    private let clock: Clock
    private let deadlines = Mutex<[StageName: SuspendingClock.Instant]>([:])

    package init(clock: @escaping Clock = { SuspendingClock.now }) {
        self.clock = clock
    }

    /// The stage lives, and will say so again within this time.
    package func beat(_ stage: StageName, within time: Duration) {
        let deadline = clock() + time
        deadlines.withLock { $0[stage] = deadline }
    }

    /// The same from inside a pass of a stage that is watched; a beat never shortens what was said before, since a call that
    /// waits for its turn must not be taken for dead because another one was answered.
    package func beat(during stage: StageName, within time: Duration) {
        let deadline = clock() + time
        deadlines.withLock { deadlines in
            guard let known = deadlines[stage] else { return }
            deadlines[stage] = max(known, deadline)
        }
    }

    /// Stages that should have given a sign of life by now.
    package var stalled: [StageName] {
        let now = clock()
        return deadlines.withLock { deadlines in
            deadlines.filter { $0.value < now }.keys.sorted { $0.rawValue < $1.rawValue }
        }
    }
}
