// "Finish what you hold, take nothing new." Set once, by SIGTERM or by the end of a command.

import Synchronization

package final class DrainSignal: Sendable {
    private let flag = Atomic<Bool>(false)

    package init() {}

    package var isSet: Bool { flag.load(ordering: .acquiring) }

    package func set() {
        flag.store(true, ordering: .releasing)
    }
}
