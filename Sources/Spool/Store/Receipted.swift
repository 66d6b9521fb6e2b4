// `exported` → `done`, for what a receipt names: many at once, synced once.
//
// An entry goes only if it is the very one that was packed (the same digest); what has moved on since is left where it is. The
// folders are synced whether or not this call moved anything: the one before may have died between its renames and its sync.

import SystemPackage

/// What became of an entry that a receipt names.
package enum ReceiptedEntry: Sendable, Equatable {
    /// Into `done`, by this receipt.
    case moved
    /// Is there already, or was removed since: nothing is left to do.
    case settled
    /// Is elsewhere, where an operator or a crash has put it; it stays there.
    case elsewhere(EntryState)
    /// Another entry of this name, exported later.
    case another
    /// Is not what was written any more; `verify` finds it.
    case damaged
}

extension SpoolStore {
    /// `entries`: each with the digest of its payload. Durable when it returns.
    package func receipted(_ entries: [(ref: EntryRef, digest: String)]) throws(StoreError) -> [EntryRef:
        ReceiptedEntry]
    {
        var ends: [EntryRef: ReceiptedEntry] = [:]
        var days: Set<FilePath> = []
        for (ref, digest) in entries {
            let places = try places(of: ref)
            guard let place = places.first(where: { $0.state == .exported }) else {
                for place in places where place.state == .done { days.insert(layout.folder(of: place)) }
                let live = places.first { $0.state != .done }
                ends[ref] = live.map { .elsewhere($0.state) } ?? .settled
                continue
            }
            do throws(StoreError) {
                guard let day = try receipted(place, digest) else {
                    ends[ref] = .another
                    continue
                }
                ends[ref] = .moved
                days.insert(layout.folder(ref.queue, .done, day: day))
            } catch  where error.code == .damaged || error.code == .format {
                ends[ref] = .damaged
            }
        }
        try store { () throws(FileError) in
            for folder in days { try Kernel.syncDirectory(folder) }
            for queue in Set(entries.map(\.ref.queue)) { try Kernel.syncDirectory(layout.folder(queue, .exported)) }
        }
        return ends
    }

    /// The day of `done` that it went to; nil if it is another entry.
    private func receipted(_ place: EntryPlace, _ digest: String) throws(StoreError) -> UTCDay? {
        let file = try lockForVerb(place)
        defer { withExtendedLifetime(file) {} }
        guard try EntryReader(file, expecting: place.ref).envelope.sha256 == digest else { return nil }
        return try store { () throws(FileError) in
            let day = try usableDay(place.ref.queue)
            let target = layout.entry(EntryPlace(place.ref, .done, day: day))
            try withReserve { () throws(FileError) in try file.setModified(now().nanoseconds) }
            do throws(FileError) {
                try move(layout.entry(place), to: target)
            } catch  where error.exists {
                // Sent before on this day, and requeued since: the newer one takes its place, as in `Claim.done`.
                try Kernel.unlink(target)
                try move(layout.entry(place), to: target)
            }
            return day
        }
    }
}
