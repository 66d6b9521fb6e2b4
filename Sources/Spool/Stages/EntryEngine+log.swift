// What the log says about each entry: its ref, how long it took, TruSTAR's Trace-Id, and of trouble the code and the reason.

extension EntryEngine {
    func log(_ outcome: EntryOutcome, _ claim: Claim, _ time: Duration) {
        var known: [LogKey: String?] = [.stage: name.rawValue, .ref: "\(claim.ref)", .seconds: time.logSeconds]
        func trouble(_ trouble: EntryOutcome.Trouble) {
            known[.code] = trouble.code
            known[.reason] = trouble.reason
            known[.traceID] = trouble.traceID
        }
        switch outcome {
        case .done(let event, _):
            known[.outcome] = event.event
            known[.traceID] = event.traceID
            context.logger.say(.entryDone, known)
        case .later(let reason):
            trouble(reason)
            context.logger.say(.entryDeferred, known)
        case .failed(let reason):
            trouble(reason)
            context.logger.say(.entryFailed, known)
        case .halted(let halt, _):
            known[.code] = halt.code
            context.logger.say(.entryPutBack, known)
        }
    }
}
