// Once per incident: what was said stays unsaid until it is over. A pass each second would else fill a log with one sentence.

import Synchronization

final class Incidents: Sendable {
    private let known = Mutex<[String: Set<String>]>([:])

    /// Those of `troubles` that were not there the last time; what is not among them any more is over.
    func news(_ message: LogMessage, of stage: StageName, _ troubles: [String]) -> [String] {
        let kind = "\(stage.rawValue) \(message.rawValue)"
        return known.withLock { known in
            let before = known[kind] ?? []
            known[kind] = Set(troubles)
            return troubles.filter { !before.contains($0) }
        }
    }
}
