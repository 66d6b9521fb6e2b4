// How the work on one entry ended, as values; `EntryEngine` carries it out.

package enum EntryOutcome: Sendable {
    /// Worked on: to `done`. `note` goes to the journal.
    case done(JournalEvent, DoneKind)
    /// Nothing wrong but time: again later.
    case later(Trouble)
    /// Cannot work: to `failed`.
    case failed(Trouble)
    /// Nothing wrong with the entry; the stage as a whole cannot go on. `mayHaveBeenSent`: not looked up before `settle`.
    case halted(Halt, mayHaveBeenSent: Bool)

    package enum DoneKind: Sendable { case fresh, updated, unchanged }

    package struct Trouble: Sendable, Equatable {
        package var code: String
        package var reason: String
        package var traceID: String?
        package var retryAfter: Duration?
        /// The other side may have taken it: not looked up before `settle`.
        package var mayHaveBeenSent = false

        package init(code: String, reason: String, traceID: String? = nil, retryAfter: Duration? = nil) {
            self.code = code
            self.reason = reason
            self.traceID = traceID
            self.retryAfter = retryAfter
        }

        package init(_ fault: Fault) {
            self.init(
                code: fault.code.rawValue, reason: fault.description, traceID: fault.traceID,
                retryAfter: fault.retryAfter)
        }
    }

    /// The store's own errors: damage is the entry's, anything else the spool's.
    package init(_ error: StoreError) {
        switch error.code {
        case .damaged, .format: self = .failed(Trouble(code: "damaged", reason: error.message))
        case .missing, .exists, .locked, .refused: self = .later(Trouble(code: "busy", reason: error.message))
        case .file(let cause) where cause.isUnreadable:
            // A bad sector under one entry; if the whole medium is bad, three in a row make the stage wait.
            self = .later(Trouble(code: "unreadable", reason: error.message))
        case .file, .network, .notASpool: self = .halted(Halt(error), mayHaveBeenSent: false)
        }
    }
}
