// What operators do with entries. Each verb takes the entry's lock (held by a worker: try again), is synced before it
// answers, and is noted in the journal.

import SystemPackage

extension SpoolStore {
    /// Back to work, from `hold`, `failed` or `done`, due now and with a fresh count of tries.
    ///
    /// An inbox entry is refused as long as its report is outside `done`: two reports of one analysis would race. `settle`:
    /// how long the other side may take to show what it accepted. A report came to where it is when it may just have been
    /// sent, so it is due no sooner than so long after that.
    @discardableResult
    package func requeue(_ ref: EntryRef, settle: Duration = .zero) throws(StoreError) -> EntryPlace {
        if ref.queue.isInbox { try refuseWithLiveReport(ref.id) }
        return try move(ref, from: [.failed, .hold, .done], to: .deferred, event: "requeued", settle: settle)
    }

    /// From `hold` back to work. `settle`: as in `requeue`.
    @discardableResult
    package func release(_ ref: EntryRef, settle: Duration = .zero) throws(StoreError) -> EntryPlace {
        try move(ref, from: [.hold], to: .deferred, event: "released", settle: settle)
    }

    /// Set aside until released; from any state but `active`.
    @discardableResult
    package func hold(_ ref: EntryRef) throws(StoreError) -> EntryPlace {
        try move(ref, from: [.ready, .deferred, .failed, .exported, .done], to: .hold, event: "held")
    }

    /// A receipt came for it: from `exported` to `done`.
    @discardableResult
    package func receipted(_ ref: EntryRef) throws(StoreError) -> EntryPlace {
        try move(ref, from: [.exported], to: .done, event: "receipted")
    }

    /// Given up without trying, with the reason: for what cannot even be claimed. What is no file is moved all the same,
    /// without being opened.
    package func setAside(_ place: EntryPlace, code: String, reason: String) throws(StoreError) {
        do throws(StoreError) {
            _ = try move(place, to: .failed)
        } catch  where error.code == .damaged {
            guard try moveUnopened(place) else { return }
        } catch  where error.code == .missing {
            return
        }
        noteTry(place.ref, code: code, error: reason)
        note(JournalEvent("failed", ref: place.ref, code: code, detail: reason))
    }

    /// Removes an entry for good. The ledger keeps its line: it is not fetched again by itself.
    package func drop(_ place: EntryPlace) throws(StoreError) {
        guard place.state != .active else { throw lockedError(place.ref) }
        try remove(place)
        forgetTries(place.ref)
        note(JournalEvent("dropped", ref: place.ref, detail: "was in \(place.state.rawValue)"))
    }

    private func remove(_ place: EntryPlace) throws(StoreError) {
        var file: OpenFile?
        do throws(StoreError) {
            file = try lockForVerb(place)
        } catch  where error.code == .damaged {
            // No file of ours, so it has no worker either; unlinking follows no link.
        }
        try store { () throws(FileError) in
            try Kernel.unlink(layout.entry(place))
            try Kernel.syncDirectory(layout.folder(of: place))
        }
        withExtendedLifetime(file) {}
    }

    private func move(
        _ ref: EntryRef, from states: [EntryState], to target: EntryState, event: String, settle: Duration = .zero
    ) throws(StoreError) -> EntryPlace {
        let places = try untwinnedPlaces(of: ref)
        guard let place = states.lazy.compactMap({ state in places.first { $0.state == state } }).first else {
            throw refusal(ref, places, event)
        }
        if place.state == .done, let other = places.first(where: { $0.state.isLive }) {
            throw StoreError(
                .refused, "\(ref) cannot be \(event): it is in '\(other.state.rawValue)' as well, and goes on there")
        }
        let moved = try move(place, to: target, settle: ref.queue.isInbox ? .zero : settle)
        if target == .deferred { forgetTries(ref) }
        note(JournalEvent(event, ref: ref, detail: "was in \(place.state.rawValue)"))
        return moved
    }

    /// Where it is, once it is under one name in each state: locking a file settles that.
    private func untwinnedPlaces(of ref: EntryRef) throws(StoreError) -> [EntryPlace] {
        let places = try places(of: ref)
        guard places.count > 1 else { return places }
        for place in places {
            do throws(StoreError) {
                _ = try lock(place)
            } catch  where error.code == .damaged {
                // No file, so it is no twin either.
            }
        }
        return try self.places(of: ref)
    }

    private func move(_ place: EntryPlace, to target: EntryState, settle: Duration = .zero) throws(StoreError)
        -> EntryPlace
    {
        let file = try lockForVerb(place)
        defer { withExtendedLifetime(file) {} }
        do throws(FileError) {
            let moved = EntryPlace(place.ref, target, day: target == .done ? try usableDay(place.ref.queue) : nil)
            let due = try due(after: file, settle)
            try withReserve { () throws(FileError) in try file.setModified(due.nanoseconds) }
            try move(layout.entry(place), to: layout.entry(moved))
            try syncMove(from: place, to: moved)
            return moved
        } catch  where error.exists {
            throw StoreError(.exists, "\(place.ref) is in '\(target.rawValue)' already; drop one of the two")
        } catch {
            throw StoreError(error)
        }
    }

    /// Now, or `settle` after the entry came to where it is; a time ahead of us comes from a clock that jumped.
    private func due(after file: OpenFile, _ settle: Duration) throws(FileError) -> Timestamp {
        let now = now()
        guard settle > .zero else { return now }
        let moved = Timestamp(nanoseconds: try file.status().modified)
        return moved > now ? now : max(now, moved + settle)
    }

    /// Into `failed`, or if its name is taken there into `hold`; false if it is gone.
    private func moveUnopened(_ place: EntryPlace) throws(StoreError) -> Bool {
        for target in [EntryState.failed, .hold] where target != place.state {
            let moved = EntryPlace(place.ref, target)
            do throws(FileError) {
                try move(layout.entry(place), to: layout.entry(moved))
                try syncMove(from: place, to: moved)
                return true
            } catch  where error.isMissing {
                return false
            } catch  where error.exists {
                continue
            } catch {
                throw StoreError(error)
            }
        }
        throw StoreError(.exists, "\(place.ref) is in 'failed' and in 'hold' as well; drop all but one of them")
    }

    /// Destination first: at no moment is the entry on disk under no name.
    private func syncMove(from place: EntryPlace, to moved: EntryPlace) throws(FileError) {
        try Kernel.syncDirectory(layout.folder(of: moved))
        try Kernel.syncDirectory(layout.folder(of: place))
    }

    func lockForVerb(_ place: EntryPlace) throws(StoreError) -> OpenFile {
        guard let file = try lock(place) else {
            let path = layout.entry(place)
            if try store({ () throws(FileError) in try Kernel.status(path) }) == nil {
                throw StoreError(.missing, "\(place.ref) is not in '\(place.state.rawValue)' any more")
            }
            throw lockedError(place.ref)
        }
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
