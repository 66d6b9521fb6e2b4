// What exports and imports have in common: SIGTERM and SIGINT stop them in good order, a terminal sees how far they are.

import ServiceLifecycle
import Spool

enum Transferring {
    /// Runs `body` with a watch that shows progress and knows when to stop.
    static func run(
        _ verb: String, quiet: Bool, _ body: @escaping @Sendable (TransferWatch) async throws -> Void
    ) async throws {
        let stop = DrainSignal()
        let meter = TransferMeter(verb, quiet: quiet)
        let watch = TransferWatch(step: { meter?.step($0) }, isStopped: { stop.isSet })
        try await Foreground.run {
            defer { meter?.end() }
            try await withTaskCancellationHandler {
                try await withGracefulShutdownHandler {
                    try await body(watch)
                } onGracefulShutdown: {
                    stop.set()
                }
            } onCancel: {
                stop.set()
            }
        }
    }
}
