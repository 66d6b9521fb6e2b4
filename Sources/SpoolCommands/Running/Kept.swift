// A value that comes out of a service, which can return none.

import Synchronization

final class Kept<Value: Sendable>: Sendable {
    private let kept = Mutex<Value?>(nil)

    func keep(_ value: Value) { kept.withLock { $0 = value } }
    var value: Value? { kept.withLock { $0 } }
}
