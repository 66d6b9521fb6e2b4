// The one loop that drives a stage: at each trigger one pass, unless the stage waits, or rests after a pass that met no
// trouble.
//
// Warnings come from here only, once per trouble: a stage that waits says so when it begins to wait and when it goes on.
// What it waits for lies in `stages/<name>.json`, for `status` and `doctor`.

import Logging
import ServiceLifecycle

package struct StageLoop<Triggers: AsyncSequence & Sendable>: Service where Triggers.Element == Void {
    private let name: StageName
    private let context: StageContext
    private let triggers: Triggers
    private let rest: Duration
    private let logsWaits: Bool
    private let pass: @Sendable () async -> PassReport
    private let onReport: @Sendable (StageName, PassReport) -> Void

    /// `rest`: the least time from the end of a pass to the next one. A stage that had to wait does not rest: it goes on with the
    /// first trigger after its wait. `logsWaits`: false where nobody waits, and whoever runs it says what the pass met.
    package init(
        _ name: StageName, _ context: StageContext, triggers: Triggers, rest: Duration = .zero, logsWaits: Bool = true,
        onReport: @escaping @Sendable (StageName, PassReport) -> Void = { _, _ in },
        pass: @escaping @Sendable () async -> PassReport
    ) {
        self.name = name
        self.context = context
        self.triggers = triggers
        self.rest = rest
        self.logsWaits = logsWaits
        self.pass = pass
        self.onReport = onReport
    }

    /// Until the triggers end, or the stage meets what waiting cannot heal.
    package func run() async throws {
        var wait = Wait()
        var resting = TimeSpan()
        for try await _ in triggers {
            if context.drain.isSet { break }
            if resting.lasts(at: context.spool.now()) { continue }
            if wait.span.lasts(at: context.spool.now()) {
                context.observe(name, .waits)
                continue
            }
            context.observe(name, .began)
            let report = await withGracefulShutdownHandler {
                await pass()
            } onGracefulShutdown: {
                context.drain.set()
            }
            record(report, &wait)
            resting = wait.since == nil ? TimeSpan(from: context.spool.now(), rest) : TimeSpan()
            context.observe(name, .ended(report))
            onReport(name, report)
            if let halt = report.halt, halt.isFinal { throw StageStopped(name: name, halt: halt) }
        }
    }

    private func record(_ report: PassReport, _ wait: inout Wait) {
        let now = context.spool.now()
        var record = context.spool.stageRecord(name.rawValue)
        record.lastPass = now.rfc3339
        if report.isProgress { record.lastSuccess = now.rfc3339 }
        if let halt = report.halt, halt != .draining {
            let isNew = wait.since == nil
            wait.extend(halt, now, context)
            record.waitingSince = wait.since?.rfc3339
            record.waitingUntil = halt.isFinal ? nil : wait.span.end?.rfc3339
            record.code = halt.code
            record.reason = halt.reason
            if isNew, logsWaits {
                context.logger.say(
                    halt.isFinal ? .stops : .waits,
                    [
                        .stage: name.rawValue, .code: halt.code, .reason: halt.reason, .traceID: halt.traceID,
                        .until: record.waitingUntil,
                    ])
            }
        } else if report.halt == nil {
            if wait.since != nil { context.logger.say(.goesOn, [.stage: name.rawValue]) }
            wait = Wait()
            (record.waitingSince, record.waitingUntil, record.code, record.reason) = (nil, nil, nil, nil)
        }
        context.spool.keep(record)
    }
}

extension StageLoop where Triggers == Once {
    /// One pass, recorded like any other. What stopped it is in the report, for whoever asked for it.
    package static func once(
        _ name: StageName, _ context: StageContext, pass: @escaping @Sendable () async -> PassReport
    ) async -> PassReport {
        let report = Latest()
        let loop = StageLoop(
            name, context, triggers: Once(), logsWaits: false, onReport: { report.keep($1) }, pass: pass)
        // The only error is a final halt, which the report carries as well.
        try? await loop.run()
        return report.value
    }
}

/// A stage met what waiting cannot heal.
package struct StageStopped: Error, Sendable, CustomStringConvertible {
    package let name: StageName
    package let halt: Halt

    package var description: String { "\(name.rawValue) stops: \(halt.reason)" }
}

/// Since when a stage waits, and until when.
private struct Wait {
    var since: Timestamp?
    var span = TimeSpan()

    mutating func extend(_ halt: Halt, _ now: Timestamp, _ context: StageContext) {
        let start = since ?? now
        since = start
        let failing = halt.isLocal ? .zero : now.since(start)
        span = TimeSpan(
            from: now, context.retry.delay(failing: failing, asked: halt.retryAfter, scatter: context.scatter()))
    }
}

/// A time to let pass; over at once if the clock was set back.
private struct TimeSpan {
    private(set) var start: Timestamp?
    private(set) var end: Timestamp?

    init() {}

    init(from start: Timestamp, _ length: Duration) {
        self.start = start
        end = start + length
    }

    func lasts(at now: Timestamp) -> Bool {
        guard let start, let end else { return false }
        return start <= now && now < end
    }
}
