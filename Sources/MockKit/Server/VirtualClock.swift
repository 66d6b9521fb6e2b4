// The time that the mocks believe in. It follows the machine's clock until somebody freezes or moves it, so that
// a token's ten minutes or a day's quota pass in an instant. Delays (`latency`, `slow-body`) are real all the same:
// a client's time-outs run on its own clock.

import Glibc
import Synchronization

/// Milliseconds since the epoch, movable.
public final class VirtualClock: Sendable {
    private struct State {
        var offset = 0
        var frozen: Int?
    }

    private let state: Mutex<State>

    /// A clock that runs with the machine's, or stands still at `time`.
    public init(frozenAt time: Int? = nil) {
        state = Mutex(State(frozen: time.map(Self.bounded)))
    }

    /// Now, in milliseconds since the epoch.
    public var now: Int {
        state.withLock { $0.frozen ?? Self.bounded(Self.machineTime() + $0.offset) }
    }

    /// Whether it stands still.
    public var isFrozen: Bool { state.withLock { $0.frozen != nil } }

    /// Stops it, here or at `time`.
    public func freeze(at time: Int? = nil) {
        state.withLock { state in
            state.frozen = Self.bounded(time ?? state.frozen ?? (Self.machineTime() + state.offset))
        }
    }

    /// Lets it run on from where it stands.
    public func resume() {
        state.withLock { state in
            guard let frozen = state.frozen else { return }
            state.offset = frozen - Self.machineTime()
            state.frozen = nil
        }
    }

    /// Moves it, forth or (negative) back; it keeps running or standing.
    public func advance(milliseconds: Int) {
        let step = min(max(milliseconds, -Self.limit), Self.limit)
        state.withLock { state in
            if let frozen = state.frozen {
                state.frozen = Self.bounded(frozen + step)
            } else {
                state.offset = min(max(state.offset + step, -Self.limit), Self.limit)
            }
        }
    }

    /// Back to the machine's time.
    public func reset() {
        state.withLock { $0 = State() }
    }

    /// The year 5138: far enough for everybody, and no arithmetic on times up to here can overflow.
    private static let limit = 100_000_000_000_000

    private static func bounded(_ time: Int) -> Int { min(max(time, 0), limit) }

    private static func machineTime() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000
    }
}
