// Waiting for what another process does: looked for again and again, on a thread of its own, since the pool's threads are
// few and others work on them; given up after a time that no sound machine needs.

import Glibc
import Spool

struct GaveUp: Error, CustomStringConvertible {
    let description: String
}

enum Patience {
    /// Looks until `isThere` says yes.
    static func until(
        _ what: String, seconds: Int = 60, _ isThere: @escaping @Sendable () throws -> Bool
    ) async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        try await onThread {
            while try !isThere() {
                guard clock.now < end else { throw GaveUp(description: "after \(seconds) s: still not \(what)") }
                usleep(5000)
            }
        }
    }

    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs what blocks for long.
    static func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
            let work = Work { continuation.resume(with: Result { try body() }) }
            var thread = pthread_t()
            let pointer = Unmanaged.passRetained(work).toOpaque()
            let code = pthread_create(
                &thread, nil,
                { raw in
                    if let raw { Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().run() }
                    return nil
                }, pointer)
            guard code == 0 else {
                Unmanaged<Work>.fromOpaque(pointer).release()
                return continuation.resume(throwing: GaveUp(description: "no thread: error \(code)"))
            }
            pthread_detach(thread)
        }
    }
}
