// A work list that travels between the pool's threads. Its mutex is never contended: one task uses it at a time.

import Synchronization

final class WorkListBox: Sendable {
    private let list: Mutex<WorkList>

    init(_ list: WorkList) {
        self.list = Mutex(list)
    }

    /// The next claims, and how many names turned out to be no entries and were set aside.
    func next(_ limit: Int, _ spool: SpoolStore) throws(StoreError) -> ([Claim], Int) {
        var strange: [(EntryPlace, StoreError)] = []
        let claims = try list.withLock { (list) throws(StoreError) in
            try list.next(limit) { strange.append(($0, $1)) }
        }
        for (place, error) in strange { try spool.setAside(place, code: "damaged", reason: error.message) }
        return (claims, strange.count)
    }
}
