// The demo: servers, spool, three stages, and the proof that each analysis arrived once.

import FoundationEssentials
import MockJoe
import MockKit
import MockTruStar
import Spool
import SystemPackage

struct Demonstration {
    private let analyses: Int
    private let seed: UInt64

    init(analyses: Int, seed: UInt64) {
        self.analyses = analyses
        self.seed = seed
    }

    /// Runs it in `folder`, which then stays, or in a temporary one, which does not.
    func run(keeping folder: FilePath?) async throws {
        let root =
            folder
            ?? FilePath(FileManager.default.temporaryDirectory.path)
            .appending("spoolctl-demo-\(UInt64.random(in: 0 ... .max))")
        guard try Kernel.makeDirectory(root) else {
            throw CommandFailure(.cannotCreate, "\(root) exists; --keep wants a folder that it can make")
        }
        // A temporary folder that cannot be removed is left to the system's own cleaning.
        defer { if folder == nil { try? FileManager.default.removeItem(atPath: root.string) } }
        var options = JoeOptions()
        options.seed = seed
        options.analyses = analyses
        let clock = VirtualClock()
        let joe = try JoeServer(options, clock: clock)
        let trustar = TruStarServer()
        var serving = MockServerOptions()
        serving.clock = clock
        let servers = (try MockServer(joe, options: serving), try MockServer(trustar, options: MockServerOptions()))
        try await withMocks(servers.0, servers.1) { urls in
            let text = Self.configuration(joe: joe, at: urls[0], trustar: trustar, at: urls[1])
            try WholeFile.replace(root.appending("config.yaml"), with: Array(text.utf8))
            try say("Joe Sandbox at \(urls[0]), TruSTAR at \(urls[1]), spool in \(root.appending("spool"))")
            try await pipeline(text, root)
            try check(joe, trustar)
        }
        if folder != nil { try say("", "kept: spoolctl --config \(root.appending("config.yaml")) status") }
    }

    private func say(_ lines: String...) throws {
        for line in lines { try Surroundings.current.out.line(Visible(line).description) }
        try Surroundings.current.out.flush()
    }

    /// What a user would write, with the mocks' ports and no brake.
    private static func configuration(joe: JoeServer, at joeURL: String, trustar: TruStarServer, at trustarURL: String)
        -> String
    {
        """
        # Written by 'spoolctl demo'.
        spool:
          path: spool
          create: true
        joe:
          base_url: \(joeURL)
          api_key: \(joe.options.apiKey)
        trustar:
          api_url: \(trustarURL)/api/1.3
          auth_url: \(trustarURL)/oauth/token
          api_key: \(trustar.options.key)
          api_secret: \(trustar.options.secret)
          enclave_id: \(trustar.options.enclaves.first?.id ?? "")
          calls_per_minute: 1000000
        """ + "\n"
    }

    private func pipeline(_ text: String, _ root: FilePath) async throws {
        let settings = try SettingsLoader.load(text: text, named: "config.yaml", folder: root).settings
        let spool = try Connector.openSpool(settings, program: Version.current, now: Surroundings.current.now)
        var log = settings.log
        log.level = .error
        let connector = try Connector(settings, spool: spool, logger: LogLine.logger(log))
        do {
            try await stages(connector, spool)
        } catch {
            await connector.shutdown()
            throw error
        }
        await connector.shutdown()
    }

    private func stages(_ connector: Connector, _ spool: SpoolStore) async throws {
        let states: [(QueueName, EntryState)] = [
            (.inbox, .ready), (.inbox, .done), (.outbox, .ready), (.outbox, .done),
        ]
        var table = Table(
            [.left("STAGE"), .right("DONE"), .right("SKIPPED"), .right("UNFINISHED"), .right("FAILED")]
                + states.map { .right("\($0.0)/\($0.1.rawValue)") } + [.right("TIME")])
        for stage in Settings.Stage.direct {
            let start = ContinuousClock.now
            let report = try await connector.once(stage)
            if let halt = report.halt { throw CommandFailure(.unavailable, "\(stage.rawValue): \(halt.reason)") }
            let counts = try states.map { String(try spool.summary($0.0, $0.1).count) }
            let skipped = report.skipped.values.reduce(0, +)
            let numbers = [report.done, skipped, report.unfinished, report.failed].map(String.init)
            let time = Int((ContinuousClock.now - start) / .milliseconds(1))
            table.add([stage.rawValue] + numbers + counts + ["\(time) ms"])
        }
        let out = Surroundings.current.out
        try out.line("")
        for line in table.lines(out.style) { try out.line(line) }
        try out.flush()
    }

    /// TruSTAR has one report for each analysis that can be fetched, created once, and no other.
    private func check(_ joe: JoeServer, _ trustar: TruStarServer) throws {
        let reports = trustar.reports
        if let shown = reports.max(by: { $0.indicators.count < $1.indicators.count }) {
            try say("", "As TruSTAR received one of them:")
            try ReceivedReport(shown).show()
        }
        let wanted = joe.fetchableWebids().map { ExternalIDEncoding.base64.encode(webid: $0, enclave: "") }.sorted()
        let held = reports.compactMap(\.externalID).sorted()
        let twice = reports.filter { $0.createdCount != 1 }.compactMap(\.externalID)
        let missing = Set(wanted).subtracting(held)
        let strange = Set(held).subtracting(wanted)
        guard wanted == held, twice.isEmpty else {
            throw CommandFailure(
                .bug,
                "TruSTAR holds \(held.count) reports for \(wanted.count) analyses: missing \(missing.sorted()),"
                    + " not expected \(strange.sorted()), created more than once \(twice)")
        }
        let listed = joe.listedWebids().count
        try say(
            "",
            "TruSTAR holds exactly one report for each of the \(wanted.count) analyses that can be fetched (of \(listed) listed:"
                + " the others are unfinished, encrypted or broken).")
    }
}
