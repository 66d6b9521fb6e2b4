// inbox → outbox: an analysis becomes a report. No network, no clock in the mapping itself.
//
// Takes an analysis, gives birth to its report, then moves the analysis to `done`. If it dies in between, the analysis is
// taken again, from `deferred`, and its report is then born into outbox/`deferred`, where submit looks before it sends. A
// report of the same analysis (same id, same parent) that is there already is success: nothing is born twice.

package struct MapStage: Sendable {
    private let context: StageContext
    private let mapper: ReportMapper
    private let engine: EntryEngine

    package init(_ context: StageContext, options: MappingOptions, width: Int = 2) {
        self.context = context
        mapper = ReportMapper(options)
        engine = EntryEngine(name: .map, queue: .inbox, context: context, width: width, needsRoom: true)
    }

    /// Maps everything that is due.
    package func pass() async -> PassReport {
        await engine.pass { claim in await map(claim) }
    }

    private func map(_ claim: Claim) async -> EntryOutcome {
        do throws(StoreError) {
            return try await context.blocking { try mapNow(claim) }
        } catch {
            return EntryOutcome(error)
        }
    }

    private func mapNow(_ claim: Claim) throws -> EntryOutcome {
        let spool = context.spool
        let reader = try claim.reader()
        try reader.verify()
        let target = EntryRef(.outbox, claim.ref.id)
        let existing = try spool.places(of: target)
        for place in existing {
            // A report that is damaged says nothing about its analysis, and nothing is wrong with that.
            if try spool.digest(of: place) == reader.envelope.sha256 {
                // Its writer may have died, or failed, before its name was durable; the analysis must not be done before that.
                guard try spool.makeDurable(target) != nil else { continue }
                return .done(
                    event(claim, digest: reader.envelope.sha256, detail: "its report is there already"), .unchanged)
            }
        }
        if let other = existing.first(where: { $0.state.isLive }) {
            let reason = "an earlier report of this analysis is in '\(other.state.rawValue)'; this one comes after it"
            return .later(EntryOutcome.Trouble(code: "busy", reason: reason))
        }
        let report: MappedReport
        do throws(MappingError) {
            report = try mapper.map(PayloadSource(reader: reader), context: AnalysisContext(reader.envelope))
        } catch  where error.code == .unreadable {
            return .later(EntryOutcome.Trouble(code: "unreadable", reason: error.message))
        } catch {
            return .failed(EntryOutcome.Trouble(code: error.code.rawValue, reason: error.message))
        }
        let isNew = claim.origin == .ready && existing.isEmpty
        let birth = try commit(report, of: reader.envelope, as: target, isNew: isNew)
        return .done(event(claim, digest: birth.sha256, detail: Self.summary(report)), .fresh)
    }

    /// What may be at TruSTAR already is looked up there before it is sent, and not before it can be seen there.
    private func commit(_ report: MappedReport, of parent: Envelope, as ref: EntryRef, isNew: Bool) throws -> Envelope {
        let due = isNew ? nil : context.spool.now() + context.settle
        return try report.born(as: ref, of: parent, in: context.spool, deferredUntil: due)
    }

    private static func summary(_ report: MappedReport) -> String {
        let remarks = report.remarks.isEmpty ? "" : ", \(report.remarks.count) remarks"
        return "\(report.body.utf8.count) bytes, \(report.indicators.count) indicators\(remarks)"
    }

    private func event(_ claim: Claim, digest: String, detail: String) -> JournalEvent {
        JournalEvent("mapped", stage: StageName.map.rawValue, ref: claim.ref, detail: detail, digest: digest)
    }
}
