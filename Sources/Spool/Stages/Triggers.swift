// When a stage's next pass begins: once, or again and again with a pause between.

import ServiceLifecycle
import Synchronization

/// One trigger.
package struct Once: AsyncSequence, Sendable {
    package init() {}

    package struct AsyncIterator: AsyncIteratorProtocol {
        var isSpent = false

        package mutating func next() async -> Void? {
            if isSpent { return nil }
            isSpent = true
            return ()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}

/// At once, then after each pause; ends when the service is shut down or the task cancelled.
package struct Periodically: AsyncSequence, Sendable {
    package typealias Element = Void

    private let pause: Duration

    package init(_ pause: Duration) {
        self.pause = pause
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        let pause: Duration
        var isFirst = true

        package mutating func next() async -> Void? {
            if isFirst {
                isFirst = false
                return ()
            }
            let pause = pause
            do {
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
                return ()
            } catch {
                // Cancelled: there is no next pass.
                return nil
            }
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pause: pause) }
}

/// The last report of a loop.
final class Latest: Sendable {
    private let report = Mutex(PassReport())

    var value: PassReport { report.withLock { $0 } }

    func keep(_ new: PassReport) { report.withLock { $0 = new } }
}
