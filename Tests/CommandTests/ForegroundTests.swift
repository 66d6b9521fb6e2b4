import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import SpoolCommands

/// Several services in one process, and how they end together.
@Suite struct ForegroundTests {
    private struct Broken: Error {}

    private final class Log: Sendable {
        private let all = Mutex<[String]>([])
        func add(_ word: String) { all.withLock { $0.append(word) } }
        var words: [String] { all.withLock { $0 } }
    }

    private struct Worker: Service {
        let body: @Sendable () async throws -> Void
        func run() async throws { try await body() }
    }

    /// Runs them, and tells them to stop as soon as `started` says so.
    private func stopping(_ services: [any Service], when started: AsyncStream<Void>) async throws {
        let group = ServiceGroup(
            services: [Worker { try await Foreground.run(services) }], logger: .init(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await _ in started { break }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// As stages do that see the drain of another one.
    @Test func `a service that ends by itself while another one drains does not cut it off`() async throws {
        let log = Log()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let (drains, drain) = AsyncStream.makeStream(of: Void.self)
        let (quits, quit) = AsyncStream.makeStream(of: Void.self)
        let early = Worker {
            for await _ in drains { break }
            log.add("quits")
            quit.yield()
        }
        let draining = Worker {
            start.yield()
            try await gracefulShutdown()
            drain.yield()
            for await _ in quits { break }
            // What is in flight takes a while longer, and is not cancelled.
            for _ in 0..<1000 { await Task.yield() }
            log.add(Task.isCancelled ? "cut off" : "drained")
        }
        try await stopping([early, draining], when: started)
        #expect(log.words == ["quits", "drained"])
    }

    @Test func `when one has nothing more to do, the others are told to stop`() async throws {
        let log = Log()
        let waiting = Worker {
            try await gracefulShutdown()
            log.add("told")
        }
        try await Foreground.run([waiting, Worker { log.add("done") }, waiting])
        #expect(log.words == ["done", "told", "told"])
    }

    @Test func `the first error ends the others in good order, and is what comes out`() async throws {
        let log = Log()
        let waiting = Worker {
            try await gracefulShutdown()
            log.add(Task.isCancelled ? "cut off" : "told")
        }
        await #expect(throws: Broken.self) { try await Foreground.run([waiting, Worker { throw Broken() }]) }
        #expect(log.words == ["told"])
    }
}
