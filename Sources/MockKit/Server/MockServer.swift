// One mock, served: a life-cycle service that binds, answers until it is stopped, and keeps its state file.
//
// Nothing starts in `init`. `run()` binds (port 0 takes a free one; ``url`` waits for it) and returns when the task is
// cancelled or the surrounding group shuts down; open connections are dropped then, as a mock owes nobody a
// drain. The state file is written a second after a change, and once more at the end.

import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
import Synchronization

/// How a mock is served.
public struct MockServerOptions: Sendable {
    /// Where to listen; loopback unless said otherwise.
    public var host = "127.0.0.1"
    /// 0 takes a free port.
    public var port = 0
    /// Whether `/__admin` is there.
    public var admin = false
    /// Seed of all chance.
    public var seed: UInt64 = 1
    /// What goes wrong from the start.
    public var faults: FaultPlan?
    /// Names of the other mocks that are given the same plan.
    public var companions: [String] = []
    /// A file that keeps the state over restarts; its folder is made when it is missing.
    public var stateFile: String?
    /// Serve https with this certificate.
    public var tls: MockTLS?
    /// The time that the mock believes in.
    public var clock = VirtualClock()
    /// Most requests that the journal holds.
    public var journalCapacity = 100_000
    public var logger = Logger(label: "mock") { _ in SwiftLogNoOpLogHandler() }

    public init() {}
}

/// A running (or runnable) mock.
public final class MockServer: Service, Sendable {
    public let mock: any Mock
    public let options: MockServerOptions
    public let journal: Journal
    public var clock: VirtualClock { options.clock }
    let faults: FaultDecider
    let waits = WaitWatch()
    let routes: RouteTable
    let connections = Connections()
    let underWay = UnderWay()
    private let address = AddressBox()

    /// Checks the plan and loads the state file, if there is one.
    public init(_ mock: any Mock, options: MockServerOptions = MockServerOptions()) throws {
        self.mock = mock
        self.options = options
        journal = Journal(capacity: options.journalCapacity)
        faults = FaultDecider(seed: options.seed, mock: mock.name)
        routes = RouteTable(mock.routes)
        try install(options.faults ?? FaultPlan())
        if let path = options.stateFile, let state = try StateFile(path: path).prepare() {
            do {
                try mock.load(state)
            } catch {
                throw MockError("\(path): \(error)")
            }
        }
    }

    /// Puts a fault plan in place of the present one.
    public func install(_ plan: FaultPlan) throws {
        let rules = try plan.rules(for: mock, companions: options.companions)
        faults.install(FaultPlan(seed: plan.seed, rules: rules), at: clock.now)
    }

    /// Where it listens, `http://127.0.0.1:49152`; waits until it does, throws when it cannot.
    public var url: String {
        get async throws { try await address.url }
    }

    /// Returns when no request is being worked on; for tests, before they move the clock.
    public func quiet() async { await underWay.none() }

    /// Serves until cancelled or shut down.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.serve() }
        } catch is CancellationError {
            // The ordinary end.
        } catch {
            address.fail(MockError("cannot listen on \(options.host):\(options.port): \(error)"))
            throw error
        }
        address.fail(MockError("the mock has stopped"))
        try await save(since: nil)
    }

    private func serve() async throws {
        var builder = HTTPServerBuilder.http1()
        if let tls = options.tls { builder = try .tls(builder, tlsConfiguration: tls.serverConfiguration()) }
        let scheme = options.tls == nil ? "http" : "https"
        let server = try builder.buildServer(
            configuration: ServerConfiguration(address: .hostname(options.host, port: options.port)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: options.logger,
            responder: { request, writer, channel in
                try await self.respond(to: request, writer: writer, channel: channel)
            },
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? self.options.port
                let host = self.options.host.contains(":") ? "[\(self.options.host)]" : self.options.host
                self.address.succeed("\(scheme)://\(host):\(port)")
            })
        try await withTaskCancellationHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                if options.stateFile != nil { group.addTask { try await self.keepState() } }
                try await group.next()
                group.cancelAll()
            }
        } onCancel: {
            connections.drop()
        }
    }

    private func keepState() async throws {
        var saved = mock.revision
        while true {
            try await Task.sleep(for: .seconds(1))
            saved = try await save(since: saved)
        }
    }

    /// Writes the state unless it is still at `revision`; the revision that is on disk now.
    @discardableResult
    private func save(since revision: Int?) async throws -> Int {
        let current = mock.revision
        guard let path = options.stateFile, current != revision else { return current }
        let bytes = try mock.dump().bytes
        // The form with a future: the last save happens when this task is cancelled already.
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        try await NIOThreadPool.singleton.runIfActive(eventLoop: loop) { try StateFile(path: path).write(bytes) }.get()
        return current
    }
}

/// An address that is known some time after start.
private final class AddressBox: Sendable {
    private enum State {
        case waiting([CheckedContinuation<String, any Error>])
        case done(Result<String, any Error>)
    }

    private let state = Mutex(State.waiting([]))

    var url: String {
        get async throws {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<String, any Error>? = state.withLock { state in
                    switch state {
                    case .waiting(let others):
                        state = .waiting(others + [continuation])
                        return nil
                    case .done(let result): return result
                    }
                }
                if let result { continuation.resume(with: result) }
            }
        }
    }

    func succeed(_ url: String) { finish(.success(url)) }

    func fail(_ error: MockError) { finish(.failure(error)) }

    private func finish(_ result: Result<String, any Error>) {
        let waiting: [CheckedContinuation<String, any Error>] = state.withLock { state in
            guard case .waiting(let list) = state else { return [] }
            state = .done(result)
            return list
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}
