// How long syncing takes: the one number that says most about a spool's disk. Measured where the call is made, and told to
// whoever asked; without anybody who did, nothing is measured.

import Synchronization

package enum SyncWatch {
    package typealias Observer = @Sendable (Duration) -> Void

    private static let observers = Mutex<[Int: Observer]>([:])
    private static let isOn = Atomic<Bool>(false)

    /// Tells `observer` of each sync of this process, until `remove` is called with the number that comes back.
    package static func add(_ observer: @escaping Observer) -> Int {
        observers.withLock { observers in
            let number = (observers.keys.max() ?? 0) + 1
            observers[number] = observer
            isOn.store(true, ordering: .releasing)
            return number
        }
    }

    package static func remove(_ number: Int) {
        observers.withLock { observers in
            observers[number] = nil
            isOn.store(!observers.isEmpty, ordering: .releasing)
        }
    }

    /// A sync that fails is told as well: a disk that takes long to say no is slow.
    static func timed(_ sync: () throws(FileError) -> Void) throws(FileError) {
        guard isOn.load(ordering: .acquiring) else { return try sync() }
        let start = ContinuousClock.now
        defer {
            let duration = ContinuousClock.now - start
            for observer in observers.withLock({ Array($0.values) }) { observer(duration) }
        }
        try sync()
    }
}
