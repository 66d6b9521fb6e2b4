// Blocking system calls run on threads of their own, never on the threads that Swift's tasks share: a disk that stalls
// must not stop the network side, nor a timer.

package import NIOPosix

/// A bounded set of threads for work that blocks.
package struct BlockingPool: Sendable {
    private let threads: NIOThreadPool

    /// `threads` must have been started.
    package init(threads: NIOThreadPool) {
        self.threads = threads
    }

    /// NIO's process-wide pool.
    package static let shared = BlockingPool(threads: .singleton)

    /// Runs `body` on one of the threads and waits for it without blocking a task's thread; not at all in a task that is cancelled.
    package func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await threads.runIfActive(body)
    }

    /// The same also in a task that is cancelled: for what must be put in order before the end.
    package func finish<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        let threads = threads
        // A task of its own is not cancelled with this one.
        return try await Task { try await threads.runIfActive(body) }.value
    }
}
