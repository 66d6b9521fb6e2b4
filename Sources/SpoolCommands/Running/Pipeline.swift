// The pipeline verbs' common beginning: settings, spool, connector, and who watches the stages; and their common end:
// numbers written, connections closed.

import Glibc
import Logging
import ServiceLifecycle
import Spool

struct Pipeline: Sendable {
    /// What is known before the spool is opened.
    struct Beginning: Sendable {
        let settings: Settings
        let surroundings: Surroundings
        let logger: Logger
        let isQuiet: Bool
        let manager: ServiceManager?

        /// Secrets are read unless no stage needs one. `adjust`: what the command line says otherwise than the configuration.
        init(
            _ options: SettingsOptions, needsSecrets: Bool = true, adjust: (inout Settings) -> Void = { _ in }
        ) throws {
            var settings = try options.load(needsSecrets ? .everything : .withoutSecrets)
            adjust(&settings)
            self.settings = settings
            surroundings = Surroundings.current
            logger = LogLine.logger(settings.log, isQuiet: options.quiet)
            isQuiet = options.quiet
            manager = ServiceManager(surroundings.environment, process: getpid())
        }
    }

    let settings: Settings
    let spool: SpoolStore
    let connector: Connector
    private let logger: Logger
    private let isQuiet: Bool
    private let progress: StageProgress?
    private let manager: ServiceManager?

    /// For single passes; loops begin with a `PatientStart`.
    init(_ options: SettingsOptions, needsSecrets: Bool = true) throws {
        try self.init(Beginning(options, needsSecrets: needsSecrets), isOnce: true)
    }

    init(_ beginning: Beginning, isOnce: Bool) throws(StoreError) {
        let (settings, surroundings) = (beginning.settings, beginning.surroundings)
        self.settings = settings
        spool = try Connector.openSpool(settings, program: Version.current, now: surroundings.now)
        let progress = ProgressLine(surroundings, isQuiet: beginning.isQuiet).map { StageProgress($0) }
        (logger, isQuiet, self.progress) = (beginning.logger, beginning.isQuiet, progress)
        let manager = beginning.manager
        self.manager = manager
        connector = try Connector(
            settings, spool: spool, agent: surroundings.environment["SSH_AUTH_SOCK"], logger: beginning.logger
        ) { stage, event in
            manager?.observe(stage, event)
            // Of a loop that never ends there is no progress to show.
            if isOnce { progress?.observe(stage, event) }
        }
    }

    /// Runs `body` until it is done or told to stop, then writes the numbers and closes all connections.
    func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        do {
            try await Foreground.run(body)
        } catch {
            await end()
            throw error
        }
        await end()
    }

    private func end() async {
        await connector.telemetry.writeOnce()
        await connector.shutdown()
    }

    /// One pass each, one after the other, each said when it is over; the worst of their ends is the end. `retaining`: then what
    /// need not be kept goes.
    func once(_ stages: [Settings.Stage], isJSON: Bool, retaining: Bool = false) async throws {
        let endings = Endings()
        try await run {
            for stage in stages where !endings.isOver {
                if let progress, let name = StageName(rawValue: stage.rawValue) {
                    let spool = spool
                    try await BlockingPool.shared.run { progress.prepare(name, spool) }
                }
                let report = try await connector.once(stage)
                try PassSummary(stage, report).show(isJSON: isJSON, isQuiet: isQuiet)
                endings.add(report)
            }
            if retaining, !endings.isOver { try await retain() }
        }
        try endings.end()
    }

    private func retain() async throws {
        let report = try await connector.retainOnce()
        guard report.entries > 0 else { return }
        let amount = "\(Amounts.count(report.entries, "entry", "entries")), \(Amounts.size(report.bytes))"
        try Talk.say("retention: removed \(amount) (spool.retention)")
    }

    /// Until told to stop. `retaining`: every hour what need not be kept goes.
    func loops(_ stages: [Settings.Stage], retaining: Bool = false) async throws {
        try await serve(retaining: retaining) { report in
            try stages.map { try connector.loop($0, onReport: report) }
        }
    }

    /// The same for loops that are made otherwise.
    func serve(
        retaining: Bool = false,
        _ makeLoops: (@escaping @Sendable (StageName, PassReport) -> Void) throws -> [any Service]
    ) async throws {
        let logger = logger
        let numbers =
            connector.telemetry.isWanted
            ? MetricsService(connector.telemetry, interval: settings.metrics.interval) : nil
        let loops: [any Service]
        do {
            loops = try makeLoops { name, report in
                if report.isProgress || report.halt != nil { numbers?.wake() }
                guard report.isProgress else { return }
                logger.say(.pass, PassSummary(name.rawValue, report).metadata)
            }
        } catch {
            // Another fetch holds the ledger, for example, and the client for it is there already.
            await connector.shutdown()
            throw error
        }
        // The first is told to stop last: numbers are written when the stages are done, and systemd hears first of all.
        var services: [any Service] = numbers.map { [$0] } ?? []
        if let server = MetricsServer(connector.telemetry) { services.append(server) }
        services += loops
        if let notifier { services.append(notifier) }
        if retaining { services.append(connector.retentionLoop()) }
        do {
            try await Foreground.run(services)
        } catch let stopped as StageStopped {
            await end()
            throw CommandFailure(PassSummary.status(of: stopped.halt), "\(stopped)")
        } catch {
            await end()
            throw error
        }
        await connector.shutdown()
    }

    private var notifier: (any Service)? {
        guard let manager else { return nil }
        let pause = manager.watchdogPause ?? .seconds(60)
        return ServiceNotifier(
            manager, pulse: connector.telemetry.pulse, triggers: Periodically(pause), logger: logger)
    }
}
