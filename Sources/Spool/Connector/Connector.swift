// The one place that puts everything together: settings → spool, clients, stages.
//
// Read from top to bottom it is the way of the data: Joe Sandbox → fetch → inbox → map → outbox → submit → TruSTAR.

package import Logging
import SystemPackage

/// The pipeline as one configuration describes it.
package final class Connector: Sendable {
    package let settings: Settings
    package let spool: SpoolStore
    package let telemetry: Telemetry
    let context: StageContext
    /// The socket of the user's ssh-agent.
    let agent: String?
    private let closing = ClosingList()

    /// `version` goes into envelopes and headers. `observe` sees what the stages do.
    package init(
        _ settings: Settings, spool: SpoolStore, drain: DrainSignal = DrainSignal(), agent: String? = nil,
        logger: Logger, observe: @escaping StageObserver = { _, _ in }
    ) throws(StoreError) {
        self.settings = settings
        self.agent = agent
        self.spool = spool
        let standardFree = try spool.defaultMinimumFree()
        let minimumFree = settings.spool.minFree.map { Int(clamping: $0) } ?? standardFree
        let telemetry = Telemetry(settings, spool: spool, minimumFree: minimumFree, logger: logger)
        self.telemetry = telemetry
        context = StageContext(
            spool: spool,
            retry: RetryPolicy(
                minimum: settings.retry.minimum, maximum: settings.retry.maximum,
                giveUpAfter: settings.retry.giveUpAfter),
            drain: drain, logger: logger, settle: settings.trustar.settle,
            minimumFree: minimumFree,
            observe: { stage, event in
                telemetry.observe(stage, event)
                observe(stage, event)
            })
    }

    /// Opens the spool that the settings name; makes it if they say `create`.
    package static func openSpool(
        _ settings: Settings, program: String, now: @escaping Now, looking: Bool = false
    ) throws(StoreError) -> SpoolStore {
        do {
            return try SpoolStore.open(settings.spool.path, program: program, now: now, looking: looking)
        } catch  where error.code == .notASpool && settings.spool.create {
            return try SpoolStore.create(at: settings.spool.path, program: program, now: now)
        }
    }

    /// Ends all connections.
    package func shutdown() async {
        await closing.close()
    }

    // MARK: Stages

    /// Joe Sandbox → inbox. Holds the source's ledger until it is let go.
    package func fetchStage() throws -> FetchStage { try fetchStage(joeClient()) }

    private func fetchStage(_ client: JoeClient) throws(StoreError) -> FetchStage {
        let joe = settings.joe
        return try FetchStage(
            context, source: HeedfulSource(client, name: joe.source, spool: spool),
            options: FetchStage.Options(
                source: joe.source, origin: joe.baseURL.text, reportType: joe.reportType.rawValue,
                run: joe.run.map { .number($0) } ?? .best, maximumBytes: Int(clamping: joe.maxReportBytes),
                newest: joe.newest, minimumWebid: joe.minimumWebid.map { UInt64(clamping: $0) },
                giveUpUnfinishedAfter: joe.giveUpUnfinishedAfter,
                filter: AnalysisFilter(
                    minimumScore: joe.filter.minimumScore, detections: Set(joe.filter.detections.map(\.rawValue)),
                    tags: Set(joe.filter.tags), fileNames: joe.filter.fileNames),
                width: joe.concurrency))
    }

    /// inbox → outbox.
    package func mapStage() throws -> MapStage {
        MapStage(context, options: try mappingOptions())
    }

    /// inbox/done → outbox, for what a changed mapping makes different.
    package func remapping() throws -> Remapping {
        Remapping(context, options: try mappingOptions())
    }

    /// outbox → TruSTAR.
    package func submitStage() throws -> SubmitStage {
        let trustar = settings.trustar
        guard let enclave = trustar.enclaveID else { throw missing(.submit) }
        let client = try truStarClient()
        let telemetry = telemetry
        let quota = DailyQuota(width: trustar.concurrency, now: spool.now) { () async throws(Fault) in
            let quotas = try await client.requestQuotas().value
            telemetry.note(quotas)
            return quotas
        }
        return SubmitStage(
            context, sink: PacedSink(client, spool: spool, quota: quota),
            options: SubmitStage.Options(
                enclaveID: enclave, externalID: ExternalIDEncoding(rawValue: trustar.externalID.rawValue) ?? .base64,
                onExisting: trustar.onExisting == .update ? .update : .skip, width: trustar.concurrency))
    }

    /// How analyses become reports here.
    package func mappingOptions() throws -> MappingOptions {
        MappingOptions(
            timeZone: try ZoneFile.rules(settings.joe.timeZone), baseURL: settings.joe.baseURL.text,
            maxBytes: Int(clamping: settings.mapping.maxBytes), maxIndicators: settings.mapping.maxIndicators,
            indicatorTypes: Set(settings.mapping.indicators.compactMap { IndicatorType(configName: $0.rawValue) }))
    }

    // MARK: Clients

    package func joeClient() throws -> JoeClient {
        let joe = settings.joe
        let transport = try transport(joe.connection, joe.timeout, joe.concurrency)
        return try clients.joe(telemetry.measured(transport, .joe, base: Endpoint(joe.apiURL.text)))
    }

    package func truStarClient() throws -> TruStarClient {
        let (trustar, telemetry) = (settings.trustar, telemetry)
        let transport = try transport(trustar.connection, trustar.timeout, trustar.concurrency)
        return try clients.truStar(
            telemetry.measured(
                transport, .trustar, base: Endpoint(trustar.apiURL.text), token: Endpoint(trustar.authURL.text)),
            pace: CallPace(
                spool: spool, callsPerMinute: trustar.callsPerMinute, drain: context.drain,
                waits: { telemetry.callWaits(.trustar, $0) }
            ).wait)
    }

    private var clients: ServiceClients { ServiceClients(settings, program: spool.program) }

    private func transport(_ connection: Settings.Connection, _ timeout: Duration, _ width: Int) throws
        -> AsyncHTTPClientTransport
    {
        let transport = try AsyncHTTPClientTransport(connection.options(silence: timeout, connections: max(2, width)))
        closing.add { await transport.shutdown() }
        return transport
    }

    func missing(_ stage: Settings.Stage) -> ConfigurationError {
        ConfigurationError(settings.missing(for: [stage]))
    }

    // MARK: Running

    /// One pass of a stage, recorded.
    package func once(_ stage: Settings.Stage) async throws -> PassReport {
        switch stage {
        case .fetch:
            let client = try joeClient()
            let fetch = try fetchStage(client)
            defer { fetch.release() }
            return await StageLoop.once(.fetch, context) { await self.noting(client, await fetch.pass()) }
        case .map:
            let map = try mapStage()
            return await StageLoop.once(.map, context) { await map.pass() }
        case .submit:
            let submit = try submitStage()
            return await StageLoop.once(.submit, context) { await submit.pass() }
        case .export:
            let export = try exportPass()
            return await StageLoop.once(.export, context) { await export.pass() }
        case .import:
            let importing = try importPass()
            return await StageLoop.once(.import, context) { await importing.pass() }
        }
    }

    /// Just these analyses, whatever the ledger says of them.
    package func take(_ choose: @escaping @Sendable (FetchStage) -> [String]) async throws -> PassReport {
        let fetch = try fetchStage()
        defer { fetch.release() }
        return await StageLoop.once(.fetch, context) { await fetch.take(choose(fetch)) }
    }

    /// A stage as a service that goes on until it is shut down.
    package func loop(
        _ stage: Settings.Stage, onReport: @escaping @Sendable (StageName, PassReport) -> Void = { _, _ in }
    ) throws -> StageLoop<Periodically> {
        let poll = Periodically(settings.run.poll)
        switch stage {
        case .fetch:
            let client = try joeClient()
            let late = try LateStage { () throws(StoreError) in try self.fetchStage(client) }
            let rest = settings.joe.interval
            return StageLoop(.fetch, context, triggers: triggers(rest: rest), rest: rest, onReport: onReport) {
                await self.pass(of: late) { await self.noting(client, await $0.pass()) }
            }
        case .map:
            let map = try mapStage()
            return StageLoop(.map, context, triggers: poll, onReport: onReport) { await map.pass() }
        case .submit:
            let submit = try submitStage()
            return StageLoop(.submit, context, triggers: poll, onReport: onReport) { await submit.pass() }
        case .export:
            return try exportLoop(onReport: onReport)
        case .import:
            return try importLoop(onReport: onReport)
        }
    }

    /// Often enough to go on soon after a wait, and no later than the rest is over.
    func triggers(rest: Duration) -> Periodically { Periodically(min(settings.run.poll, rest)) }

    private func pass<Stage: Sendable>(of late: LateStage<Stage>, _ body: (Stage) async -> PassReport) async
        -> PassReport
    {
        do throws(StoreError) {
            return await body(try await context.blocking { try late.stage() })
        } catch {
            var report = PassReport()
            report.halt = Halt(error)
            return report
        }
    }

    /// Looks after a pass how much of its account's quotas is left, if anybody wants to know; a stage that waits does not ask.
    private func noting(_ client: JoeClient, _ report: PassReport) async -> PassReport {
        guard telemetry.isWanted, report.halt == nil else { return report }
        do throws(Fault) {
            let account = try await client.account()
            for (name, quota) in [("daily", account.daily), ("monthly", account.monthly)] {
                telemetry.quota(
                    service: RemoteService.joe.rawValue, quota: name, remaining: quota?.remaining, limit: quota?.limit)
            }
        } catch {
            // An appliance has no accounts; and a number for a graph is no reason to stop.
            telemetry.logger.say(.quotaUnknown, [.service: RemoteService.joe.rawValue, .reason: error.description])
        }
        return report
    }

    // MARK: Retention

    /// How often `run` looks for what need not be kept.
    private static let retentionInterval = Duration.seconds(3600)

    private var retention: RetentionRule {
        let kept = settings.spool.retention
        return RetentionRule(
            done: kept.done, doneBytes: kept.doneSize.map { Int(clamping: $0) }, exported: kept.exported,
            journal: kept.journal)
    }

    /// Removes what `spool.retention` does not keep, now.
    package func retainOnce() async throws(StoreError) -> RetentionReport { try await context.retain(retention) }

    /// The same as a service, every hour.
    package func retentionLoop() -> RetentionLoop<Periodically> {
        RetentionLoop(retention, context, triggers: Periodically(Self.retentionInterval))
    }
}
