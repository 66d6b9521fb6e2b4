// What a spool promises over a power cut, in memory: for each entry, where it may be. A move that was synced leaves one
// answer; one that was not leaves two; nothing ever leaves the answer "nowhere" but a drop.

import Spool
import TestSupport

struct PowerCutModel {
    struct Entry {
        let payload: String
        /// nil: not there.
        var places: Set<EntryState?>
        /// Its ledger line was acknowledged.
        var hasLine = false
    }

    var entries: [EntryRef: Entry] = [:]

    /// Begun and not ended: both are possible.
    mutating func mayBe(_ ref: EntryRef, _ state: EntryState?) { entries[ref]?.places.insert(state) }

    /// Acknowledged: this it is.
    mutating func mustBe(_ ref: EntryRef, _ state: EntryState?) { entries[ref]?.places = [state] }

    /// Everything of a queue that may be in one state may be in another as well.
    mutating func mayMove(_ queue: QueueName, from states: Set<EntryState>, to targets: Set<EntryState?>) {
        for (ref, entry) in entries where ref.queue == queue && !entry.places.isDisjoint(with: states.map(\.self)) {
            entries[ref]?.places.formUnion(targets)
        }
    }

    /// Where it may be found once recovery has looked through `active`.
    func afterRecovery(_ ref: EntryRef) -> Set<EntryState?> {
        var places = entries[ref]?.places ?? [nil]
        if places.remove(.active) != nil { places.formUnion([.deferred, .hold]) }
        return places
    }
}
