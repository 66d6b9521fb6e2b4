// outbox → TruSTAR: each report there once, with its tags.
//
// From `ready` (never claimed before) a report is created at once; if the other side refuses it, one look-up tells whether
// its external id is taken, and then it is updated. From `deferred` somebody may have sent it before, so it is looked up
// first. Tags are a second call; if that one fails, the report comes back by way of the look-up and heals.

package struct SubmitStage: Sendable {
    package struct Options: Sendable {
        package enum OnExisting: String, Sendable { case update, skip }

        package var enclaveID: String
        package var externalID: ExternalIDEncoding
        package var onExisting: OnExisting
        package var width: Int

        package init(
            enclaveID: String, externalID: ExternalIDEncoding, onExisting: OnExisting = .update, width: Int = 4
        ) {
            self.enclaveID = enclaveID
            self.externalID = externalID
            self.onExisting = onExisting
            self.width = width
        }
    }

    /// Larger payloads are no reports of ours: mapping keeps them near 2 MB.
    static let payloadLimit = 64 << 20

    let context: StageContext
    let sink: any ReportSink
    let options: Options
    private let engine: EntryEngine

    package init(_ context: StageContext, sink: any ReportSink, options: Options) {
        self.context = context
        self.sink = sink
        self.options = options
        engine = EntryEngine(
            name: .submit, queue: .outbox, context: context, width: options.width, needsRoom: false,
            obstacle: { await sink.obstacle().map { Halt($0) } })
    }

    /// Submits everything that is due.
    package func pass() async -> PassReport {
        await engine.pass { claim in await submit(claim) }
    }

    private func submit(_ claim: Claim) async -> EntryOutcome {
        do throws(StoreError) {
            let report = try await context.blocking {
                try MappedReport(decoding: claim.reader().payload(limit: Self.payloadLimit))
            }
            guard !Task.isCancelled else { return .halted(.draining, mayHaveBeenSent: false) }
            return await send(claim, report)
        } catch {
            // A payload that is not ours is damage: no time heals it.
            return error.code == .refused
                ? .failed(EntryOutcome.Trouble(code: "bad-payload", reason: error.message)) : EntryOutcome(error)
        }
    }

    private func send(_ claim: Claim, _ report: MappedReport) async -> EntryOutcome {
        do throws(Fault) {
            let delivery =
                claim.origin == .ready
                ? try await create(report, claim.ref.id, lookUpOnRefusal: true)
                : try await createOrUpdate(report, claim.ref.id)
            return .done(event(claim, delivery), delivery.kind)
        } catch {
            return outcome(error.code == .forbidden ? await sink.explained(error, enclave: options.enclaveID) : error)
        }
    }

    private func event(_ claim: Claim, _ delivery: Delivery) -> JournalEvent {
        let name =
            switch delivery.kind {
            case .fresh: "submitted"
            case .updated: "updated"
            case .unchanged: "unchanged"
            }
        return JournalEvent(
            name, stage: StageName.submit.rawValue, ref: claim.ref, detail: "report \(delivery.id)\(delivery.remark)",
            traceID: delivery.traceID)
    }

    /// What a fault means for this entry (`HTTP/OutcomeTable` decided which it is).
    private func outcome(_ fault: Fault) -> EntryOutcome {
        var trouble = EntryOutcome.Trouble(fault)
        // Whatever was sent may have been taken, unless the other side said no or was never reached.
        trouble.mayHaveBeenSent = fault.scope == .entryDeferred
        // We ended it ourselves, which says nothing about the entry.
        if fault.code == .cancelled {
            return .halted(Halt(fault), mayHaveBeenSent: trouble.mayHaveBeenSent || fault.mayHaveArrived)
        }
        switch fault.scope {
        case .stageWaits, .stageStops: return .halted(Halt(fault), mayHaveBeenSent: fault.mayHaveArrived)
        case .entryDeferred: return .later(trouble)
        case .entryFailed: return .failed(trouble)
        }
    }
}
