// How the taking of one analysis ended, and how a pass counts it.

enum TakeOutcome: Sendable {
    case taken
    /// In the spool already.
    case known
    /// Left out for good, with the class that the ledger now has.
    case skipped(String)
    case unfinished
    /// Skipped in this pass; the next one tries again.
    case failed(code: String, reason: String)
    /// Like `failed`, and perhaps the other side is in trouble as a whole.
    case unanswered(code: String, reason: String, retryAfter: Duration?)
    case halted(Halt)

    /// Different analyses in a row that may go unanswered before the stage waits.
    private static let patience = 3

    /// Adds this to the report; returns how many in a row went unanswered.
    func count(into report: inout PassReport, unanswered: Int) -> Int {
        switch self {
        case .taken: report.done += 1
        case .known: report.unchanged += 1
        case .skipped(let reason): report.skipped[reason, default: 0] += 1
        case .unfinished: report.unfinished += 1
        case .failed: report.failed += 1
        case .halted(let halt):
            report.halt = report.halt ?? halt
            return unanswered
        case .unanswered(let code, let reason, let retryAfter):
            report.failed += 1
            if unanswered + 1 >= Self.patience {
                report.halt =
                    report.halt
                    ?? Halt(code: code, reason: "\(Self.patience) in a row: \(reason)", retryAfter: retryAfter)
            }
            return unanswered + 1
        }
        return 0
    }
}
