// What must be closed at the end, in the reverse order of its making.

import Synchronization

final class ClosingList: Sendable {
    private let steps = Mutex<[@Sendable () async -> Void]>([])

    func add(_ step: @escaping @Sendable () async -> Void) {
        steps.withLock { $0.append(step) }
    }

    func close() async {
        let all = steps.withLock { steps in
            defer { steps = [] }
            return steps
        }
        for step in all.reversed() { await step() }
    }
}
