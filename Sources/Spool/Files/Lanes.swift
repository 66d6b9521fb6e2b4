// Work on all cores: the same thing for each of many things that do not depend on each other. Digests and copies of thousands of
// files are what bundles spend their time on.

import Dispatch
import NIOCore
import Synchronization

enum Lanes {
    /// So many things are done at a time.
    static var count: Int { System.coreCount }

    /// What `body` makes of each number below `count`, in their order. Each lane has a `State` of its own: a buffer, say.
    ///
    /// `lanes`: at most so many; with one, one after the other in their order. `least`: fewer are not worth a lane. Blocks until
    /// all is done. After an error nothing new is begun; what is thrown is the error of the lowest number, as if they had been done
    /// one after the other.
    static func map<State, Output: Sendable, Failure: Error>(
        _ count: Int, lanes: Int = Self.count, least: Int = 1, state: @Sendable () -> State,
        _ body: @Sendable (inout State, Int) throws(Failure) -> Output
    ) throws(Failure) -> [Output] {
        let taken = Atomic(0)
        let failed = Atomic(false)
        let results = Mutex([Result<Output, Failure>?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: max(1, min(count / max(1, least), lanes))) { _ in
            var own = state()
            while !failed.load(ordering: .relaxed) {
                let number = taken.add(1, ordering: .relaxed).oldValue
                guard number < count else { return }
                let result = Result { () throws(Failure) in try body(&own, number) }
                if case .failure = result { failed.store(true, ordering: .relaxed) }
                results.withLock { $0[number] = result }
            }
        }
        // Numbers are taken in their order: before the first error there is no gap.
        var outputs: [Output] = []
        outputs.reserveCapacity(count)
        for result in results.withLock({ $0 }) { if let result { outputs.append(try result.get()) } }
        return outputs
    }

    /// The same where a lane needs nothing of its own.
    static func map<Output: Sendable, Failure: Error>(
        _ count: Int, least: Int = 1, _ body: @Sendable (Int) throws(Failure) -> Output
    ) throws(Failure) -> [Output] {
        try map(count, least: least, state: {}) { (_, number) throws(Failure) in try body(number) }
    }
}
