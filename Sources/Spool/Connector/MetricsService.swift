// Writes the metrics file: after each pass that changed something, at least every `metrics.interval`, and a last time when
// the stages are done. On its own task and the pool's threads: a slow disk there holds up no stage.

import NIOCore
import ServiceLifecycle

package struct MetricsService: Service {
    private let telemetry: Telemetry
    private let interval: Duration
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// Passes end faster than anybody reads files.
    private static let shortestPause = Duration.seconds(1)

    package init(_ telemetry: Telemetry, interval: Duration) {
        self.telemetry = telemetry
        self.interval = interval
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Something changed.
    package func wake() { signal.yield() }

    package func run() async throws {
        let (signal, interval) = (signal, interval)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in Periodically(interval) { signal.yield() }
            }
            for await _ in signals.cancelOnGracefulShutdown() {
                await write()
                // Cut short by the end, which writes by itself.
                try? await cancelWhenGracefulShutdown { try await Task.sleep(for: Self.shortestPause) }
            }
            group.cancelAll()
        }
        await write()
    }

    private func write() async {
        let export = telemetry.export
        // The pool refuses work only when the process is ending; then there is nobody left to read.
        try? await BlockingPool.shared.run { export.write() }
    }
}

extension Telemetry {
    /// Writes the file at the end of a command, which a disk that hangs must not hold up.
    package func writeOnce(within time: Duration = .seconds(5)) async {
        guard settings.metrics.textfile != nil else { return }
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let export = export
        // Unstructured on purpose: a structured task would be waited for, and a write that hangs cannot be cancelled.
        let writing = Task {
            try? await BlockingPool.shared.run { export.write() }
            end.yield()
        }
        let waiting = Task {
            // Cancelled when the write was quicker.
            try? await Task.sleep(for: time)
            end.yield()
        }
        for await _ in ends { break }
        waiting.cancel()
        writing.cancel()
    }
}
