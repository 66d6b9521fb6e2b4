// Works a queue off: claims in batches, a bounded number at a time, and carries each outcome out as one move.
//
// One bad entry never delays another (it is deferred by itself), never stops the stage (only what the outcome table calls
// the stage's trouble does, or three different entries in a row that the other side did not answer), and never vanishes
// (every claim ends in a move; a claim that cannot be moved is left to recovery).

import Logging

package struct EntryEngine: Sendable {
    let name: StageName
    let queue: QueueName
    let context: StageContext
    /// Entries worked on at a time.
    let width: Int
    /// Whether a stage must not go on when the disk is short of room.
    let needsRoom: Bool
    /// Why nothing should be claimed now; so an entry that was never sent stays one that needs no look-up.
    var obstacle: @Sendable () async -> Halt? = { nil }

    /// Different entries in a row that may go unanswered before the stage waits.
    private static let patience = 3

    /// One pass: until nothing is due, the stage is halted or told to drain.
    func pass(_ work: @escaping @Sendable (Claim) async -> EntryOutcome) async -> PassReport {
        var report = PassReport()
        do throws(StoreError) {
            try await recover(&report)
            if let halt = await obstacle() {
                report.halt = halt
                return report
            }
            try await workOff(work, &report)
        } catch {
            report.halt = Halt(error)
        }
        return report
    }

    private func recover(_ report: inout PassReport) async throws(StoreError) {
        let settle = queue.isInbox ? Duration.zero : context.settle
        let (spool, queue) = (context.spool, queue)
        let found = try await context.blocking {
            try spool.makeFolders()
            return try spool.recover(queue, settle: settle)
        }
        report.failed += found.trouble.count
        for reason in context.incidents.news(.notRecovered, of: name, found.trouble.map { "\($0)" }) {
            context.logger.say(.notRecovered, [.stage: name.rawValue, .reason: reason])
        }
    }

    private func workOff(_ work: @escaping @Sendable (Claim) async -> EntryOutcome, _ report: inout PassReport)
        async throws(StoreError)
    {
        let source = ClaimSource(context, queue, batch: width, needsRoom: needsRoom)
        var unanswered = 0
        var running = 0
        await withTaskGroup(of: (Claim, EntryOutcome, Duration).self) { group in
            while true {
                while running < width, report.halt == nil, !context.drain.isSet, !Task.isCancelled {
                    guard let claim = await source.next(&report) else { break }
                    running += 1
                    group.addTask { await timed(claim, work) }
                }
                guard let (claim, outcome, time) = await group.next() else { break }
                running -= 1
                unanswered = await settle(claim, outcome, time, unanswered, &report)
                context.observe(name, .progressed(report))
            }
        }
        await source.putBack()
        if context.drain.isSet, report.halt == nil { report.halt = .draining }
    }

    private func timed(_ claim: Claim, _ work: @Sendable (Claim) async -> EntryOutcome) async
        -> (Claim, EntryOutcome, Duration)
    {
        let start = context.spool.now()
        let outcome = await work(claim)
        return (claim, outcome, context.spool.now().since(start))
    }

    /// Carries an outcome out, and says how many different entries in a row went unanswered.
    private func settle(
        _ claim: Claim, _ planned: EntryOutcome, _ time: Duration, _ unanswered: Int, _ report: inout PassReport
    ) async -> Int {
        let context = context
        let step = { @Sendable () throws -> EntryOutcome in
            let outcome = try Self.carryOut(planned, claim, context, stage: self.name)
            claim.release()
            return outcome
        }
        let outcome: EntryOutcome
        do throws(StoreError) {
            outcome = try await context.blocking(step)
            _ = context.incidents.news(.entryNotMoved, of: name, [])
        } catch {
            report.halt = report.halt ?? Halt(error)
            if !context.incidents.news(.entryNotMoved, of: name, ["an entry"]).isEmpty {
                context.logger.say(
                    .entryNotMoved, [.stage: name.rawValue, .ref: "\(claim.ref)", .reason: "\(error)"])
            }
            await leave(claim)
            return unanswered
        }
        log(outcome, claim, time)
        switch outcome {
        case .done(_, let kind):
            report.done += 1
            if kind == .updated { report.updated += 1 }
            if kind == .unchanged { report.unchanged += 1 }
            return 0
        case .later(let trouble):
            report.deferred += 1
            guard trouble.code != "busy" else { return unanswered }
            if unanswered + 1 >= Self.patience {
                report.halt =
                    report.halt
                    ?? Halt(
                        code: trouble.code, reason: "\(Self.patience) entries in a row: \(trouble.reason)",
                        retryAfter: trouble.retryAfter)
            }
            return unanswered + 1
        case .failed:
            report.failed += 1
            return 0
        case .halted(let halt, _):
            report.halt = report.halt ?? halt
            return unanswered
        }
    }

    /// Its work may be done, but could not be written down. It comes back like any other; only if even that is impossible it
    /// stays in `active`, where recovery counts it among those whose worker died.
    private func leave(_ claim: Claim) async {
        let (spool, settle) = (context.spool, queue.isInbox ? Duration.zero : context.settle)
        do throws(StoreError) {
            try await context.blocking { try claim.deferred(until: spool.now() + settle) }
        } catch {
            // The first error is the one to tell, and was told.
        }
        claim.release()
    }

    /// Says what became of it: an entry that was to be deferred may have had its time.
    private static func carryOut(_ outcome: EntryOutcome, _ claim: Claim, _ context: StageContext, stage: StageName)
        throws -> EntryOutcome
    {
        let spool = context.spool
        switch outcome {
        case .done(let event, _):
            // Noted first: a line about work that is done again is better than work without a line.
            spool.note(event)
            try claim.done()
        case .later(let trouble):
            return try deferOrGiveUp(trouble, claim, context, stage)
        case .failed(let trouble):
            try fail(trouble, claim, spool, stage)
        case .halted(_, let mayHaveBeenSent):
            if mayHaveBeenSent {
                try claim.deferred(until: spool.now() + context.settle)
            } else {
                try claim.putBack()
            }
        }
        return outcome
    }

    private static func deferOrGiveUp(
        _ trouble: EntryOutcome.Trouble, _ claim: Claim, _ context: StageContext, _ stage: StageName
    ) throws -> EntryOutcome {
        let spool = context.spool
        let tries = spool.noteTry(claim.ref, code: trouble.code, error: trouble.reason, traceID: trouble.traceID)
        let failing = tries.firstTime.map { spool.now().since($0) } ?? .zero
        switch context.retry.decision(failing: failing, asked: trouble.retryAfter, scatter: context.scatter()) {
        case .giveUp:
            var last = trouble
            last.reason = "given up after \(tries.count) tries: \(trouble.reason)"
            try fail(last, claim, spool, stage)
            return .failed(last)
        case .again(let delay):
            let due = spool.now() + (trouble.mayHaveBeenSent ? max(delay, context.settle) : delay)
            try claim.deferred(until: due)
            spool.note(
                JournalEvent(
                    "deferred", stage: stage.rawValue, ref: claim.ref, code: trouble.code,
                    detail: "\(trouble.reason); due \(due.rfc3339)", traceID: trouble.traceID))
            return .later(trouble)
        }
    }

    private static func fail(_ trouble: EntryOutcome.Trouble, _ claim: Claim, _ spool: SpoolStore, _ stage: StageName)
        throws
    {
        spool.noteTry(claim.ref, code: trouble.code, error: trouble.reason, traceID: trouble.traceID)
        try claim.failed()
        spool.note(
            JournalEvent(
                "failed", stage: stage.rawValue, ref: claim.ref, code: trouble.code, detail: trouble.reason,
                traceID: trouble.traceID))
    }
}
