// How the taking of one analysis ended, how a pass counts it, and what the log says.

import Logging

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

    /// A download that fails is tried again by the next pass, so that it is no failure to the log yet.
    func log(_ logger: Logger, _ id: EntryID?, _ time: Duration) {
        let stage = StageName.fetch.rawValue
        let known: [LogKey: String?] = [.stage: stage, .id: id?.description, .seconds: time.logSeconds]
        switch self {
        case .taken:
            let ref = id.map { "\(EntryRef(.inbox, $0))" }
            logger.say(.entryDone, [.stage: stage, .ref: ref, .seconds: time.logSeconds, .outcome: "fetched"])
        case .skipped(let reason):
            logger.say(.entryDone, known.merging([.outcome: "skipped", .code: reason]) { $1 })
        case .failed(let code, let reason), .unanswered(let code, let reason, _):
            logger.say(.entryDeferred, known.merging([.code: code, .reason: reason]) { $1 })
        case .known, .unfinished, .halted: break
        }
    }
}
