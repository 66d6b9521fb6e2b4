// What looks on while bytes go by: how far it is, for whoever waits, and whether to stop.

/// Progress and the end of it. Called from the threads that read or write.
package struct TransferWatch: Sendable {
    package enum Step: Sendable, Equatable {
        /// So many bytes are to come.
        case expect(Int)
        /// So many have passed.
        case passed(Int)
    }

    private let step: @Sendable (Step) -> Void
    private let isStopped: @Sendable () -> Bool

    package init(
        step: @escaping @Sendable (Step) -> Void = { _ in }, isStopped: @escaping @Sendable () -> Bool = { false }
    ) {
        self.step = step
        self.isStopped = isStopped
    }

    func expect(bytes: Int) { step(.expect(bytes)) }
    func add(bytes: Int) { step(.passed(bytes)) }

    package func check() throws(TransferError) {
        if isStopped() || Task.isCancelled {
            throw TransferError(.interrupted, "told to stop; nothing was left behind")
        }
    }
}
