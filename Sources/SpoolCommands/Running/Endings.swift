// The one exit status of several passes.

import Spool
import Synchronization

/// Collects how passes ended.
final class Endings: Sendable {
    private let all = Mutex<[(status: EndStatus, isDraining: Bool)]>([])

    /// Told to stop: the passes that would follow are not begun.
    var isOver: Bool { all.withLock { $0.contains(where: \.isDraining) } }

    func add(_ report: PassReport) {
        let ending = (status: PassSummary.status(of: report), isDraining: report.halt == .draining)
        all.withLock { $0.append(ending) }
    }

    /// A stage that could not go on says most; then single failures.
    func end() throws {
        let statuses = all.withLock { $0.map(\.status) }.filter { $0 != .success }
        guard let worst = statuses.first(where: { $0 != .partial }) ?? statuses.first else { return }
        throw worst
    }
}
