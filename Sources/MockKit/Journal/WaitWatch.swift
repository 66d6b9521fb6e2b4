// Holds clients to what a 429 told them: no request of the same principal before `waitTime` is over. A request that
// had already arrived when the 429 was decided is not to blame for it.

import Synchronization

/// Watches who comes back too early.
final class WaitWatch: Sendable {
    struct Offence: Sendable, Equatable {
        /// The request that came too early.
        let number: Int
        /// The 429 that it ignored.
        let refused: Int
        /// Milliseconds since that 429, and those still to wait.
        let after: Int
        let early: Int
    }

    private struct Block {
        let refused: Int
        let since: Int
        let until: Int
        let last: Int
    }

    private struct State {
        var blocks: [String: Block] = [:]
        var offences: [Offence] = []
        var refusals = 0
    }

    private let state = Mutex(State())

    /// A request came.
    func arrived(_ number: Int, principal: String, at time: Int) {
        state.withLock { state in
            guard let block = state.blocks[principal], number > block.last, time < block.until else { return }
            guard state.offences.count < 10_000 else { return }
            state.offences.append(
                Offence(number: number, refused: block.refused, after: time - block.since, early: block.until - time))
        }
    }

    /// A request was refused for `wait` milliseconds; `last` is the latest request that had arrived by then.
    func refused(_ number: Int, principal: String, at time: Int, wait: Int, last: Int) {
        state.withLock { state in
            state.refusals += 1
            let until = time + min(max(wait, 0), 86_400_000)
            if let block = state.blocks[principal], block.until >= until { return }
            state.blocks[principal] = Block(refused: number, since: time, until: until, last: last)
        }
    }

    var refusals: Int { state.withLock { $0.refusals } }
    var offences: [Offence] { state.withLock { $0.offences } }
    func clear() { state.withLock { $0 = State() } }
}
