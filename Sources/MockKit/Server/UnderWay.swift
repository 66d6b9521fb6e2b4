// How many requests the application is working on. Whoever moves the virtual clock waits for that to be none: what arrived
// before the clock moved must not be processed as if it had come an hour later.

import Synchronization

/// Counts requests under way.
final class UnderWay: Sendable {
    private struct State {
        var count = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func begin() { state.withLock { $0.count += 1 } }

    func end() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.count -= 1
            guard state.count == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when none is under way.
    func none() async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state -> Bool in
                if state.count > 0 { state.waiting.append(continuation) }
                return state.count == 0
            }
            if isQuiet { continuation.resume() }
        }
    }
}
