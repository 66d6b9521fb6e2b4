// The pipeline verbs' common beginning: settings, spool, connector; and their common end: connections closed.

import Logging
import Spool

struct Pipeline: Sendable {
    let settings: Settings
    let spool: SpoolStore
    let connector: Connector

    /// Secrets are read unless no stage needs one.
    init(_ options: SettingsOptions, needsSecrets: Bool = true) throws {
        settings = try options.load(needsSecrets ? .everything : .withoutSecrets)
        spool = try Connector.openSpool(settings, program: Version.current, now: Surroundings.current.now)
        connector = try Connector(settings, spool: spool, logger: LogLine.logger(settings.log))
    }

    /// Runs `body` until it is done or told to stop, then closes all connections.
    func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        do {
            try await Foreground.run(body)
        } catch {
            await connector.shutdown()
            throw error
        }
        await connector.shutdown()
    }

    /// One pass each, one after the other, each said when it is over; the worst of their ends is the end.
    func once(_ stages: [Settings.Stage], isJSON: Bool) async throws {
        let endings = Endings()
        try await run {
            for stage in stages where !endings.isOver {
                let report = try await connector.once(stage)
                try PassSummary(stage, report).show(isJSON: isJSON)
                endings.add(report)
            }
        }
        try endings.end()
    }

    /// Until told to stop.
    func loops(_ stages: [Settings.Stage]) async throws {
        let logger = LogLine.logger(settings.log)
        let services = try stages.map { stage in
            try connector.loop(stage) { name, report in
                guard report.isProgress else { return }
                logger.info("pass", metadata: PassSummary(name.rawValue, report).metadata)
            }
        }
        do {
            try await Foreground.run(services)
        } catch let stopped as StageStopped {
            await connector.shutdown()
            throw CommandFailure(PassSummary.status(of: stopped.halt), "\(stopped)")
        } catch {
            await connector.shutdown()
            throw error
        }
        await connector.shutdown()
    }
}
