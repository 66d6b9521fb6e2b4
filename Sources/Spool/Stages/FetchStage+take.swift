// One analysis: known already? finished? wanted? which run? Then downloaded into `tmp`, checked, committed, and only then
// written into the ledger.

import NIOCore

extension FetchStage {
    /// The same, and said in the log.
    func take(_ webid: String, onDemand: Bool) async -> TakeOutcome {
        let start = context.spool.now()
        let outcome = await takeNow(webid, onDemand: onDemand)
        let id = EntryID(source: options.source, webid: webid)
        outcome.log(context.logger, id, context.spool.now().since(start))
        return outcome
    }

    private func takeNow(_ webid: String, onDemand: Bool) async -> TakeOutcome {
        guard let id = EntryID(source: options.source, webid: webid) else {
            // Not a webid by any reading of the vendor's pages: it must not reach a path, so it cannot be remembered either.
            return .failed(code: "bad-webid", reason: "the list has an entry that is no webid")
        }
        do {
            if !onDemand, try await isKnown(id) { return .known }
            guard let info = try await source.info(webid) else { return try await skip(id, "deleted") }
            if !info.isFinished { return try await unfinished(id, info) }
            if let reason = options.filter.reasonToSkip(info, onDemand: onDemand) { return try await skip(id, reason) }
            guard options.run.exists(in: info) else { return try await skip(id, "no-run") }
            let run = options.run.index(in: info)
            let envelope = try await download(id, info, run)
            context.spool.forgetTries(EntryRef(.inbox, id))
            note(
                "fetched", id, detail: "\(envelope.bytes) bytes, run \(run.map(String.init) ?? "-")",
                digest: envelope.sha256)
            return .taken
        } catch let fault as Fault where fault.code == .encrypted {
            // Servers that do not tell beforehand send an archive.
            return await skipping(id, "encrypted")
        } catch let fault as Fault {
            return trouble(id, fault)
        } catch let error as StoreError where error.code == .exists {
            return .known
        } catch let error as StoreError where error.code == .damaged {
            // Something that is no file has its name. It is not taken, and not forgotten either: each pass says so.
            return trouble(id, Fault(.local, .entryFailed, error.message))
        } catch let error as StoreError {
            return .halted(Halt(error))
        } catch is CancellationError {
            return .halted(.draining)
        } catch {
            return trouble(id, Fault(.local, .entryDeferred, "\(error)"))
        }
    }

    /// In the spool without a ledger line: a crash between the two, or `add`. Then the line is written now.
    private func isKnown(_ id: EntryID) async throws(StoreError) -> Bool {
        let (spool, ledger) = (context.spool, ledger)
        return try await context.blocking { try spool.adopt(id, into: ledger) }
    }

    private func skip(_ id: EntryID, _ reason: String) async throws(StoreError) -> TakeOutcome {
        let ledger = ledger
        try await context.blocking { try ledger.note(id.webid, .skipped(reason)) }
        context.spool.forgetTries(EntryRef(.inbox, id))
        note("skipped", id, code: reason)
        return .skipped(reason)
    }

    private func skipping(_ id: EntryID, _ reason: String) async -> TakeOutcome {
        do throws(StoreError) {
            return try await skip(id, reason)
        } catch {
            return .halted(Halt(error))
        }
    }

    /// Again in the next pass; given up, visibly, when it does not finish for days.
    private func unfinished(_ id: EntryID, _ info: AnalysisInfo) async throws(StoreError) -> TakeOutcome {
        let (spool, ref) = (context.spool, EntryRef(.inbox, id))
        let tries = try await context.blocking {
            spool.noteTry(ref, code: "unfinished", error: "the analysis is '\(info.status)'")
        }
        if let first = tries.firstTime, spool.now().since(first) >= options.giveUpUnfinishedAfter {
            return try await skip(id, "unfinished")
        }
        return .unfinished
    }

    private func download(_ id: EntryID, _ info: AnalysisInfo, _ run: Int?) async throws -> Envelope {
        let (spool, options) = (context.spool, options)
        let draft = Envelope(
            id: id, kind: .analysis, analysisid: info.analysisid, run: run, time: info.time, created: spool.now(),
            origin: options.origin, program: spool.program)
        let writer = try await context.blocking { try spool.writer(.inbox, draft) }
        do {
            return try await fill(writer, id, info, run)
        } catch {
            writer.discard()
            throw error
        }
    }

    private func fill(_ writer: EntryWriter, _ id: EntryID, _ info: AnalysisInfo, _ run: Int?) async throws -> Envelope
    {
        let (spool, options, context) = (context.spool, options, context)
        try await source.download(id.webid, type: options.reportType, run: run) { piece in
            guard writer.count + piece.readableBytes <= options.maximumBytes else {
                throw Fault(
                    .tooLarge, .entryFailed,
                    "the report of \(id.webid) is larger than joe.max_report_bytes (\(options.maximumBytes)); raise it to take this one"
                )
            }
            try await context.blocking { try piece.withUnsafeReadableBytes { try writer.write($0) } }
        }
        let ledger = ledger
        let time = info.time.flatMap { SubmitStage.milliseconds($0) }.map {
            Timestamp(nanoseconds: $0.multipliedReportingOverflow(by: 1_000_000).partialValue)
        }
        // What may be at TruSTAR already is not born into `ready`: its report will be looked up first.
        let due = ledger.mayHaveTaken(id.webid, at: time) ? spool.now() : nil
        // Not `blocking`: what the check finds is the other side's fault, not the store's.
        return try await context.pool.run {
            try Self.check(writer, id)
            let envelope = try writer.commit(deferredUntil: due)
            try ledger.note(id.webid, .taken(digest: envelope.sha256))
            return envelope
        }
    }

    /// A body that is cut short or not JSON never becomes an entry.
    private static func check(_ writer: EntryWriter, _ id: EntryID) throws {
        var scanner = JSONScanner(DraftSource(writer: writer))
        do {
            guard try scanner.outline(at: ["analysis"]) != nil else {
                throw Fault(
                    .malformed, .entryFailed,
                    "the report of \(id.webid) has no member 'analysis'; is joe.report_type right?")
            }
        } catch let error as JSONError where error.code == .readFailed {
            throw StoreError(.refused, "what was downloaded of \(id.webid) cannot be read back: \(error)")
        } catch let error as JSONError {
            throw Fault(.notJSON, .entryDeferred, "the report of \(id.webid) is cut short or no JSON: \(error)")
        }
    }

    private func trouble(_ id: EntryID, _ fault: Fault) -> TakeOutcome {
        // We ended it ourselves, which says nothing about the analysis.
        if fault.code == .cancelled { return .halted(Halt(fault)) }
        switch fault.scope {
        case .stageWaits, .stageStops:
            return .halted(Halt(fault))
        case .entryDeferred, .entryFailed:
            context.spool.noteTry(EntryRef(.inbox, id), code: fault.code.rawValue, error: fault.description)
            note("fetch-failed", id, code: fault.code.rawValue, detail: fault.description)
            return fault.scope == .entryDeferred
                ? .unanswered(code: fault.code.rawValue, reason: fault.description, retryAfter: fault.retryAfter)
                : .failed(code: fault.code.rawValue, reason: fault.description)
        }
    }

    private func note(_ event: String, _ id: EntryID, code: String? = nil, detail: String? = nil, digest: String? = nil)
    {
        context.spool.note(
            JournalEvent(
                event, stage: StageName.fetch.rawValue, id: id, code: code, detail: detail, digest: digest))
    }
}
