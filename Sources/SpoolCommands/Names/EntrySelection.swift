// Many entries at once: `inbox`, `outbox/failed`, `/failed` (that state in all queues), or everything.

package import Spool

package struct EntrySelection: Sendable, Equatable {
    package let queue: QueueName?
    package let state: EntryState?

    package static let everything = EntrySelection(queue: nil, state: nil)

    package init(queue: QueueName?, state: EntryState?) {
        self.queue = queue
        self.state = state
    }

    /// nil for what is no queue and no state; a bare `failed` is taken for `/failed`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 1, let state = EntryState(rawValue: text) {
            self.init(queue: nil, state: state)
            return
        }
        let queue = parts[0].isEmpty ? nil : QueueName(parts[0])
        guard queue != nil || (parts[0].isEmpty && parts.count == 2) else { return nil }
        guard parts.count == 2, !parts[1].isEmpty else {
            guard queue != nil else { return nil }
            self.init(queue: queue, state: nil)
            return
        }
        guard let state = EntryState(rawValue: parts[1]) else { return nil }
        self.init(queue: queue, state: state)
    }

    /// For arguments: says what would be understood.
    init(argument text: String) throws {
        guard let selection = EntrySelection(text) else {
            let states = EntryState.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(
                .usage,
                "'\(text)' is no queue or state; give QUEUE, QUEUE/STATE or /STATE with inbox or outbox, and \(states)")
        }
        self = selection
    }

    /// What is selected of a spool, queue by queue, in the order that entries go.
    package func folders(_ spool: SpoolStore) throws -> [(queue: QueueName, state: EntryState)] {
        let queues = try spool.queues()
        if let queue, !queues.contains(queue) {
            throw CommandFailure(.missing, "the spool has no queue '\(queue)'")
        }
        return queues.filter { queue == nil || queue == $0 }.flatMap { queue in
            EntryState.allCases.filter { state == nil || state == $0 }.map { (queue, $0) }
        }
    }

    package var description: String { "\(queue?.description ?? "")\(state.map { "/\($0.rawValue)" } ?? "")" }
}
