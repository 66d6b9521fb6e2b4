// A clock that stands still until a test moves it.

package import Spool
import Synchronization

package final class TestClock: Sendable {
    private let nanoseconds: Atomic<Int64>

    /// 2026-11-23T09:15:00.000Z
    package static let start = Timestamp(nanoseconds: 1_795_425_300_000_000_000)

    package init(_ time: Timestamp = TestClock.start) {
        nanoseconds = Atomic(time.nanoseconds)
    }

    package var time: Timestamp {
        get { Timestamp(nanoseconds: nanoseconds.load(ordering: .sequentiallyConsistent)) }
        set { nanoseconds.store(newValue.nanoseconds, ordering: .sequentiallyConsistent) }
    }

    package func advance(by duration: Duration) { time = time + duration }

    /// What the store is given.
    package var now: Now { { self.time } }
}
