// Work that SIGTERM and SIGINT end in good order: what is in flight finishes or goes back, nothing new is taken, exit 0.

import Logging
import ServiceLifecycle
import UnixSignals

enum Foreground {
    /// A drain that takes longer is cancelled.
    private static let longestDrain = Duration.seconds(9)

    /// Runs until the work is done, fails, or is told to stop.
    static func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await run([Piece(body: body)])
    }

    /// Runs all services; the first error ends the others in good order.
    static func run(_ services: [any Service]) async throws {
        let quiet = Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: Surroundings.current.obeysSignals ? [.sigterm, .sigint] : [], logger: quiet)
        configuration.maximumGracefulShutdownDuration = longestDrain
        try await ServiceGroup(configuration: configuration).run()
    }

    private struct Piece: Service {
        let body: @Sendable () async throws -> Void

        func run() async throws { try await body() }
    }
}
