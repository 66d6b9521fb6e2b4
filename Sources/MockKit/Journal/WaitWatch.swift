// Holds clients to what a 429 told them: no request of the same principal before `waitTime` is over. A request that
// had already arrived when the 429 was decided is not to blame for it; one that was on its way then cannot be told
// from one that ignores it, but a client has only so many calls under way at a time, so each offence is numbered.

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
        /// Its number among the requests that came too early after that 429 and those that came of it, from 1.
        let count: Int
    }

    private struct Block {
        let refused: Int
        let since: Int
        let until: Int
        let last: Int
        var early = 0
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
            guard var block = state.blocks[principal], number > block.last, time < block.until else { return }
            block.early += 1
            state.blocks[principal] = block
            guard state.offences.count < 10_000 else { return }
            state.offences.append(
                Offence(
                    number: number, refused: block.refused, after: time - block.since, early: block.until - time,
                    count: block.early))
        }
    }

    /// A request was refused for `wait` milliseconds; `last` is the latest request that had arrived by then.
    func refused(_ number: Int, principal: String, at time: Int, wait: Int, last: Int) {
        state.withLock { state in
            state.refusals += 1
            let until = time + min(max(wait, 0), 86_400_000)
            let before = state.blocks[principal]
            if let before, before.until >= until { return }
            var block = Block(refused: number, since: time, until: until, last: last)
            // One that is refused again because it came too early does not begin with a clean slate.
            if let before, time < before.until { block.early = before.early }
            state.blocks[principal] = block
        }
    }

    var refusals: Int { state.withLock { $0.refusals } }
    var offences: [Offence] { state.withLock { $0.offences } }
    func clear() { state.withLock { $0 = State() } }
}
