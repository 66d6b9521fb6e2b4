// All that others see of the stages at work: numbers (if `metrics` asks for any), signs of life for a watchdog, and where
// the numbers go. Made by the Connector; nothing in the stages knows of it.

import Logging

package final class Telemetry: Sendable {
    /// What the numbers are kept in until they are given away.
    package let registry = MetricRegistry()
    package let pulse = Pulse()
    package let export: MetricsExport
    private let outcomes: OutcomeCounts
    let settings: Settings
    private let syncWatch: Int?
    let logger: Logger

    init(_ settings: Settings, spool: SpoolStore, minimumFree: Int, logger: Logger) {
        self.settings = settings
        self.logger = logger
        outcomes = OutcomeCounts(registry, now: spool.now)
        export = MetricsExport(
            registry, spool: spool, textfile: settings.metrics.textfile, stages: Self.stages(settings).map(\.rawValue),
            minimumFree: minimumFree
        ) { trouble in
            if let trouble {
                logger.say(.metricsNotWritten, [.path: "\(trouble.path)", .reason: trouble.reason])
            } else {
                logger.say(.metricsWrittenAgain)
            }
        }
        guard settings.metrics.isWanted else {
            syncWatch = nil
            return
        }
        let registry = registry
        syncWatch = SyncWatch.add { registry.observe(.fsyncDuration, [], $0) }
        export.sweep()
    }

    deinit { if let syncWatch { SyncWatch.remove(syncWatch) } }

    /// Whether anybody is given numbers.
    package var isWanted: Bool { settings.metrics.isWanted }

    func observe(_ stage: StageName, _ event: StageEvent) {
        if isWanted { outcomes.observe(stage, event) }
        switch event {
        case .began: pulse.beat(stage, within: silence(stage))
        case .progressed: pulse.beat(during: stage, within: silence(stage))
        case .ended, .waits: pulse.beat(stage, within: pause(stage) + silence(stage))
        }
    }

    /// A call waits for its turn that long.
    func callWaits(_ service: RemoteService, _ delay: Duration) {
        pulse.beat(during: service.stage, within: delay + silence(service.stage))
    }

    func measured(
        _ transport: any HTTPTransport, _ service: RemoteService, base: Endpoint, token: Endpoint? = nil
    ) -> MeasuredTransport {
        let (registry, isWanted, pulse, silence) = (registry, isWanted, pulse, silence(service.stage))
        let name = service.rawValue
        return MeasuredTransport(
            inner: transport, name: { CallName.of($0, base: base.path, token: token?.path) },
            ended: { call, status, duration in
                guard isWanted else { return }
                registry.count(.requests, [name, call, status])
                registry.observe(.requestDuration, [name, call], duration)
            },
            signOfLife: { pulse.beat(during: service.stage, within: silence) })
    }

    /// What a service said it still allows.
    package func quota(service: String, quota: String, remaining: Int?, limit: Int?) {
        guard isWanted else { return }
        if let remaining { registry.set(.quotaRemaining, [service, quota], to: Double(remaining)) }
        if let limit { registry.set(.quotaLimit, [service, quota], to: Double(limit)) }
    }

    /// TruSTAR's quotas have no names, but windows.
    func note(_ quotas: [RequestQuota]) {
        for quota in quotas where quota.limit > 0 {
            let isDaily = quota.window.map { $0 == .seconds(86_400) } ?? true
            let name = isDaily ? "daily" : "\(quota.window?.components.seconds ?? 0)s"
            self.quota(
                service: RemoteService.trustar.rawValue, quota: name, remaining: quota.left, limit: quota.limit)
        }
    }

    /// A stage is in the middle of something long.
    func signOfLife(_ stage: StageName) { pulse.beat(during: stage, within: silence(stage)) }

    /// Those of an air gap only where there is one.
    private static func stages(_ settings: Settings) -> [Settings.Stage] {
        Settings.Stage.allCases.filter { Settings.Stage.direct.contains($0) || settings.run.stages.contains($0) }
    }

    /// How often a stage's loop turns.
    private func pause(_ stage: StageName) -> Duration {
        switch stage {
        case .fetch: settings.joe.interval
        case .import: settings.transfer.poll
        case .export: settings.transfer.every
        case .map, .submit: settings.run.poll
        }
    }

    /// The longest that a stage at work may be silent: twice what bounds every call, and a minute; mapping has no calls, but
    /// may have a very large report and a slow disk.
    private func silence(_ stage: StageName) -> Duration {
        switch stage {
        case .fetch: longest(settings.joe.connection, settings.joe.timeout) * 2 + .seconds(60)
        case .submit: longest(settings.trustar.connection, settings.trustar.timeout) * 2 + .seconds(60)
        case .map: .seconds(300)
        // Bytes that go by are signs of life; what is not seen is how long a medium takes to sync what it was given.
        case .import, .export: .seconds(3600)
        }
    }

    private func longest(_ connection: Settings.Connection, _ timeout: Duration) -> Duration {
        max(connection.connectTimeout, timeout)
    }
}
