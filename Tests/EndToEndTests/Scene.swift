// Both servers, a spool and the connector between them, as one configuration describes it. Time is the scene's own, one
// clock for the spool and for both servers: it runs, so that who is told to wait can, and leaps when a test says so.

import Logging
import MockJoe
import MockKit
import MockTruStar
import Spool
import SystemPackage
import TestSupport

struct Scene {
    let joe: JoeServer
    let trustar: TruStarServer
    let servers: [MockServer]
    let spool: SpoolStore
    let clock: VirtualClock
    let connector: Connector

    /// One pass of each stage, in the order of the data.
    @discardableResult
    func round() async throws -> [PassReport] {
        [try await connector.once(.fetch), try await connector.once(.map), try await connector.once(.submit)]
    }

    /// Rounds, an hour apart unless `steps` says otherwise, until nothing is left to do; at most `limit`.
    func rounds(limit: Int = 12, steps: (Int) -> Duration = { _ in .seconds(3600) }) async throws {
        for number in 0..<limit {
            try await round()
            if try isQuiet() { return }
            await advance(steps(number))
        }
    }

    /// Moves the clock, once the servers have dealt with everything that was sent before.
    func advance(_ step: Duration) async {
        for server in servers { await server.quiet() }
        clock.advance(milliseconds: Int(step / .milliseconds(1)))
    }

    /// Every analysis that can be fetched has its report, and nothing is under way.
    private func isQuiet() throws -> Bool {
        let wanted = Set(joe.fetchableWebids().map { ExternalIDEncoding.base64.encode(webid: $0, enclave: "") })
        guard wanted.isSubset(of: Set(trustar.reports.compactMap(\.externalID))) else { return false }
        return try [QueueName.inbox, .outbox].allSatisfy { queue in
            try [EntryState.ready, .active, .deferred].allSatisfy { try spool.list(queue, $0).entries.isEmpty }
        }
    }
}

/// Runs `body` between both servers. Duplicate external ids are accepted as second reports, so that one would show.
func withScene(
    analyses: Int = 12, seed: UInt64 = 7, faults: FaultPlan? = nil, timeout: String = "3s",
    change: (inout TruStarOptions) -> Void = { _ in }, joe changeJoe: (inout JoeOptions) -> Void = { _ in },
    edit: (String) -> String = { $0 }, _ body: (Scene) async throws -> Void
) async throws {
    var joeOptions = JoeOptions()
    joeOptions.seed = seed
    joeOptions.analyses = analyses
    joeOptions.pageSize = 5
    changeJoe(&joeOptions)
    var trustarOptions = TruStarOptions()
    trustarOptions.duplicateIDs = .accept
    change(&trustarOptions)
    let clock = VirtualClock(frozenAt: Int(TestClock.start.nanoseconds / 1_000_000))
    clock.resume()
    var options = MockServerOptions()
    options.clock = clock
    options.faults = faults
    options.companions = ["joe", "trustar"]
    options.seed = seed
    let joe = try JoeServer(joeOptions, clock: options.clock)
    let trustar = TruStarServer(trustarOptions)
    let servers = [try MockServer(joe, options: options), try MockServer(trustar, options: options)]
    try await withTemporaryFolder { folder in
        try await withMocks(servers[0], servers[1]) { urls in
            let text = edit(Scene.configuration(urls, timeout: timeout))
            let (settings, _) = try SettingsLoader.load(text: text, folder: folder)
            let spool = try Connector.openSpool(
                settings, program: "test", now: { Timestamp(nanoseconds: Int64(clock.now) * 1_000_000) })
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let connector = try Connector(settings, spool: spool, logger: logger)
            do {
                try await body(
                    Scene(
                        joe: joe, trustar: trustar, servers: servers, spool: spool, clock: clock, connector: connector))
            } catch {
                await connector.shutdown()
                throw error
            }
            await connector.shutdown()
        }
    }
}

extension Scene {
    /// A configuration for the servers at these URLs, Joe Sandbox's first.
    static func configuration(_ urls: [String], timeout: String = "3s") -> String {
        """
        spool:
          path: spool
          create: true
          min_free: 1MB
        joe:
          base_url: \(urls[0])
          api_key: \(String(repeating: "mock", count: 16))
          timeout: \(timeout)
          download_timeout: \(timeout)
        trustar:
          api_url: \(urls[1])/api/1.3
          auth_url: \(urls[1])/oauth/token
          api_key: mock-key
          api_secret: mock-secret
          enclave_id: 7a33144f-aef3-442b-87d4-dbf70d8afdb0
          calls_per_minute: 600000
          timeout: \(timeout)
        retry:
          minimum: 1m
          maximum: 1h
        """
    }
}
