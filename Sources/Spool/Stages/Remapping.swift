// `map --again`: reports made anew from analyses that are kept in inbox/done, since the mapping has changed. Joe Sandbox is
// not asked for anything.
//
// A new report is compared with the one that was sent last, which lies in outbox/done. If TruSTAR would see a difference, it
// is born into outbox/`deferred`, where submit looks up and updates; the analysis and the old report stay where they are.
// So the only change on disk is one birth: a crash leaves what was, or what should be. Beside a report that is still on
// its way none is born: first that one is finished with.

package struct Remapping: Sendable {
    package enum Verdict: Sendable, Equatable {
        /// What was sent last is what would be sent now.
        case same
        /// The same for TruSTAR; only what stays here is different.
        case local(ReportChange)
        case changed(ReportChange)
        /// No report of this analysis is kept.
        case new
    }

    private let context: StageContext
    private let mapper: ReportMapper

    package init(_ context: StageContext, options: MappingOptions) {
        self.context = context
        mapper = ReportMapper(options)
    }

    /// Every analysis that is kept, each once, oldest first.
    package func kept() async throws(StoreError) -> [EntryID] {
        let spool = context.spool
        return try await context.blocking {
            var seen: Set<EntryID> = []
            return try spool.list(.inbox, .done).entries.map(\.ref.id).filter { seen.insert($0).inserted }
        }
    }

    /// Why nothing new may be written just now; nil when there is room.
    package func roomHalt() async -> Halt? { await context.roomHalt() }

    /// What a report made now would change. Writes nothing.
    package func compare(_ id: EntryID) async throws(StoreError) -> Verdict {
        try await context.blocking { try look(id).verdict }
    }

    /// Makes the report anew, if TruSTAR would see a difference.
    package func remake(_ id: EntryID) async throws(StoreError) -> Verdict {
        try await context.blocking {
            let made = try look(id)
            switch made.verdict {
            case .same, .local: break
            case .changed, .new: try give(made, to: EntryRef(.outbox, id))
            }
            return made.verdict
        }
    }

    private struct Made {
        let report: MappedReport
        let analysis: Envelope
        let verdict: Verdict
        /// Not before this time is it seen at TruSTAR what was sent last.
        let due: Timestamp
    }

    private func look(_ id: EntryID) throws(StoreError) -> Made {
        let spool = context.spool
        let reader = try analysis(id)
        let report = try map(reader, id)
        let (ref, now) = (EntryRef(.outbox, id), spool.now())
        let places = try spool.places(of: ref)
        if let live = places.first(where: \.state.isLive) {
            let kept = try self.report(at: live)
            guard ReportChange(from: kept, to: report).isEmpty else {
                throw StoreError(
                    .refused,
                    "\(ref) is in '\(live.state.rawValue)' still, and no other one is made beside it; let submit finish it,"
                        + " or drop it, then map again")
            }
            return Made(report: report, analysis: reader.envelope, verdict: .same, due: now)
        }
        guard let sent = places.first else {
            return Made(report: report, analysis: reader.envelope, verdict: .new, due: now + context.settle)
        }
        let change = ReportChange(from: try self.report(at: sent), to: report)
        let verdict: Verdict = change.isEmpty ? .same : change.isSent ? .changed(change) : .local(change)
        let modified = try store { () throws(FileError) in try Kernel.status(spool.layout.entry(sent)) }?.modified
        let sentAt = modified.map { Timestamp(nanoseconds: $0) } ?? now
        return Made(
            report: report, analysis: reader.envelope, verdict: verdict,
            due: max(now, min(sentAt, now) + context.settle))
    }

    /// The analysis, its digest checked.
    private func analysis(_ id: EntryID) throws(StoreError) -> EntryReader {
        let ref = EntryRef(.inbox, id)
        let places = try context.spool.places(of: ref)
        if let live = places.first(where: \.state.isLive) {
            throw StoreError(
                .refused, "\(ref) is in '\(live.state.rawValue)': map takes it from there, or requeue it")
        }
        guard let place = places.first else {
            throw StoreError(
                .missing,
                "\(ref) is not kept in 'done' any more; 'spoolctl fetch \(id.webid)' takes it from Joe Sandbox")
        }
        return try naming(ref) { () throws(StoreError) in
            let reader = try context.spool.reader(place)
            try reader.verify()
            return reader
        }
    }

    private func map(_ reader: EntryReader, _ id: EntryID) throws(StoreError) -> MappedReport {
        do throws(MappingError) {
            return try mapper.map(PayloadSource(reader: reader), context: AnalysisContext(reader.envelope))
        } catch {
            throw StoreError(.damaged, "\(EntryRef(.inbox, id)) cannot be mapped: \(error.message)")
        }
    }

    private func report(at place: EntryPlace) throws(StoreError) -> MappedReport {
        try naming(place.ref) { () throws(StoreError) in
            let payload = try context.spool.reader(place).payload(limit: SubmitStage.payloadLimit)
            do throws(MappingError) {
                return try MappedReport(decoding: payload)
            } catch {
                throw StoreError(.damaged, error.message)
            }
        }
    }

    private func naming<Value>(_ ref: EntryRef, _ body: () throws(StoreError) -> Value) throws(StoreError) -> Value {
        do throws(StoreError) {
            return try body()
        } catch {
            throw StoreError(error.code, "\(ref): \(error.message)")
        }
    }

    private func give(_ made: Made, to ref: EntryRef) throws(StoreError) {
        let spool = context.spool
        let birth = try made.report.born(as: ref, of: made.analysis, in: spool, deferredUntil: made.due)
        spool.note(
            JournalEvent(
                "remapped", stage: StageName.map.rawValue, ref: ref, detail: "due \(made.due.rfc3339)",
                digest: birth.sha256))
    }
}

extension AnalysisContext {
    /// What the envelope of an analysis tells.
    init(_ envelope: Envelope) {
        self.init(webid: envelope.webid, analysisid: envelope.analysisid, run: envelope.run, time: envelope.time)
    }
}

extension MappedReport {
    /// Makes it an entry of the outbox; `due` nil: to `ready`.
    func born(as ref: EntryRef, of parent: Envelope, in spool: SpoolStore, deferredUntil due: Timestamp?)
        throws(StoreError) -> Envelope
    {
        let envelope = Envelope(
            id: ref.id, kind: .report, analysisid: parent.analysisid, run: parent.run, time: parent.time,
            created: spool.now(), origin: parent.origin, parent: parent.sha256, program: spool.program)
        let writer = try spool.writer(ref.queue, envelope)
        try writer.write(encoded())
        return try writer.commit(deferredUntil: due)
    }
}
