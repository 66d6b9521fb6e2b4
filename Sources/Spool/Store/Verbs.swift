// What operators do with entries. Each verb takes the entry's lock (held by a worker: try again), is synced before it
// answers, and is noted in the journal.

import SystemPackage

extension SpoolStore {
    /// Back to work, from `hold`, `failed` or `done`, due now and with a fresh count of tries.
    ///
    /// An inbox entry is refused as long as its report is outside `done`: two reports of one analysis would race.
    @discardableResult
    package func requeue(_ ref: EntryRef) throws(StoreError) -> EntryPlace {
        if ref.queue.isInbox { try refuseWithLiveReport(ref.id) }
        return try move(ref, from: [.failed, .hold, .done], to: .deferred, event: "requeued")
    }

    /// From `hold` back to work.
    @discardableResult
    package func release(_ ref: EntryRef) throws(StoreError) -> EntryPlace {
        try move(ref, from: [.hold], to: .deferred, event: "released")
    }

    /// Set aside until released; from any state but `active`.
    @discardableResult
    package func hold(_ ref: EntryRef) throws(StoreError) -> EntryPlace {
        try move(ref, from: [.ready, .deferred, .failed, .exported, .done], to: .hold, event: "held")
    }

    /// Given up without trying, with the reason: for what cannot even be claimed.
    package func setAside(_ place: EntryPlace, code: String, reason: String) throws(StoreError) {
        _ = try move(place, to: .failed)
        noteTry(place.ref, code: code, error: reason)
        note(JournalEvent("failed", ref: place.ref, code: code, detail: reason))
    }

    /// Removes an entry for good. The ledger keeps its line: it is not fetched again by itself.
    package func drop(_ place: EntryPlace) throws(StoreError) {
        guard place.state != .active else { throw lockedError(place.ref) }
        let path = layout.entry(place)
        let file = try lockForVerb(place)
        try store { () throws(FileError) in
            try Kernel.unlink(path)
            try Kernel.syncDirectory(layout.folder(of: place))
        }
        withExtendedLifetime(file) {}
        forgetTries(place.ref)
        note(JournalEvent("dropped", ref: place.ref, detail: "was in \(place.state.rawValue)"))
    }

    private func move(_ ref: EntryRef, from states: [EntryState], to target: EntryState, event: String)
        throws(StoreError) -> EntryPlace
    {
        let places = try places(of: ref)
        guard let place = states.lazy.compactMap({ state in places.first { $0.state == state } }).first else {
            throw refusal(ref, places, event)
        }
        if place.state == .done, let other = places.first(where: { $0.state.isLive }) {
            throw StoreError(
                .refused, "\(ref) cannot be \(event): it is in '\(other.state.rawValue)' as well, and goes on there")
        }
        let moved = try move(place, to: target)
        if target == .deferred { forgetTries(ref) }
        note(JournalEvent(event, ref: ref, detail: "was in \(place.state.rawValue)"))
        return moved
    }

    private func move(_ place: EntryPlace, to target: EntryState) throws(StoreError) -> EntryPlace {
        let file = try lockForVerb(place)
        let moved = EntryPlace(place.ref, target)
        do throws(FileError) {
            try file.setModified(now().nanoseconds)
            try Kernel.rename(layout.entry(place), to: layout.entry(moved))
            try Kernel.syncDirectory(layout.folder(of: moved))
            try Kernel.syncDirectory(layout.folder(of: place))
        } catch  where error.exists {
            throw StoreError(.exists, "\(place.ref) is in '\(target.rawValue)' already; drop one of the two")
        } catch {
            throw StoreError(error)
        }
        return moved
    }

    private func lockForVerb(_ place: EntryPlace) throws(StoreError) -> OpenFile {
        guard let file = try lock(place) else { throw lockedError(place.ref) }
        return file
    }

    private func lockedError(_ ref: EntryRef) -> StoreError {
        StoreError(.locked, "\(ref) is being worked on at this moment; try again")
    }

    private func refusal(_ ref: EntryRef, _ places: [EntryPlace], _ event: String) -> StoreError {
        guard let place = places.first else { return StoreError(.missing, "no entry \(ref)") }
        if place.state == .active { return lockedError(ref) }
        return StoreError(.refused, "\(ref) is in '\(place.state.rawValue)', from where it cannot be \(event)")
    }

    private func refuseWithLiveReport(_ id: EntryID) throws(StoreError) {
        for queue in try queues() where !queue.isInbox {
            guard let report = try places(of: EntryRef(queue, id)).first, report.state.isLive else { continue }
            throw StoreError(
                .refused,
                "inbox/\(id) cannot be requeued: its report \(report.ref) is in '\(report.state.rawValue)';"
                    + " requeue or drop that one first")
        }
    }
}
