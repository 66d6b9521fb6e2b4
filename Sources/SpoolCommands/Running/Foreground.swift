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
        let (ends, end) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(
                    service: Member(service: $0, end: end), successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: Surroundings.current.obeysSignals ? [.sigterm, .sigint] : [], logger: quiet)
        configuration.maximumGracefulShutdownDuration = longestDrain
        let group = ServiceGroup(configuration: configuration)
        let ending = Task { for await _ in ends { await group.triggerGracefulShutdown() } }
        defer { ending.cancel() }
        try await group.run()
    }

    /// Ends only when it is told to: the group takes a service that ends by itself, while another one still drains, for broken, and
    /// cancels all of them. Stages do end by themselves then, since they share the drain.
    private struct Member: Service {
        let service: any Service
        let end: AsyncStream<Void>.Continuation

        func run() async throws {
            try await service.run()
            end.yield()
            // Cancelled: the drain took too long.
            try? await gracefulShutdown()
        }
    }

    private struct Piece: Service {
        let body: @Sendable () async throws -> Void

        func run() async throws { try await body() }
    }
}
