// What lies in the spool: names and stats only, no envelope read, so that 100,000 entries are listed in a moment.

import SystemPackage

/// An entry as a folder shows it.
package struct ListedEntry: Sendable, Equatable {
    package let place: EntryPlace
    /// Bytes of the file, envelope included.
    package let size: Int
    /// When it came into this state; in `deferred`: when it is due.
    package let modified: Timestamp

    package var ref: EntryRef { place.ref }
}

/// What lies in one state folder.
package struct FolderListing: Sendable {
    package var entries: [ListedEntry] = []
    /// Names that are no entry's: strangers, which nothing here touches.
    package var strangers: [String] = []
}

/// How many, how much, how old.
package struct StateSummary: Sendable, Equatable {
    package var count = 0
    package var bytes = 0
    package var oldest: Timestamp?
    package var newest: Timestamp?

    mutating func add(_ entry: ListedEntry) {
        count += 1
        bytes += entry.size
        oldest = min(oldest ?? entry.modified, entry.modified)
        newest = max(newest ?? entry.modified, entry.modified)
    }
}

extension SpoolStore {
    /// Everything in one state of a queue, oldest first (in `deferred`: by when it is due).
    package func list(_ queue: QueueName, _ state: EntryState) throws(StoreError) -> FolderListing {
        var listing = FolderListing()
        if state == .done {
            for day in try days(queue) { try list(queue, state, day: day, into: &listing) }
        } else {
            try list(queue, state, day: nil, into: &listing)
        }
        listing.entries.sort { ($0.modified, $0.ref.id) < ($1.modified, $1.ref.id) }
        return listing
    }

    /// The days that `done` has folders for, oldest first.
    package func days(_ queue: QueueName) throws(StoreError) -> [UTCDay] {
        try store { () throws(FileError) in try Folder.names(layout.folder(queue, .done)) }.compactMap { UTCDay($0) }
            .sorted()
    }

    private func list(_ queue: QueueName, _ state: EntryState, day: UTCDay?, into listing: inout FolderListing)
        throws(StoreError)
    {
        let folder = layout.folder(queue, state, day: day)
        for name in try store({ () throws(FileError) in try Folder.names(folder) }) {
            guard let id = EntryID(fileName: name) else {
                listing.strangers.append(name)
                continue
            }
            // It may have moved on since its name was read.
            guard let status = try store({ () throws(FileError) in try Kernel.status(folder.appending(name)) }) else {
                continue
            }
            guard status.kind == .regular else {
                listing.strangers.append(name)
                continue
            }
            listing.entries.append(
                ListedEntry(
                    place: EntryPlace(EntryRef(queue, id), state, day: day), size: status.size,
                    modified: Timestamp(nanoseconds: status.modified)))
        }
    }

    /// Counts of one state. `done` is counted by names alone, without bytes and ages but for its newest day.
    package func summary(_ queue: QueueName, _ state: EntryState) throws(StoreError) -> StateSummary {
        var summary = StateSummary()
        guard state == .done else {
            for entry in try list(queue, state).entries { summary.add(entry) }
            return summary
        }
        for day in try days(queue) {
            let folder = layout.folder(queue, .done, day: day)
            summary.count += try store { () throws(FileError) in try Folder.names(folder) }.count
        }
        return summary
    }

    /// Where an entry of this name is in one queue, the live one first. Looks at each folder once, twice if it was just
    /// moving.
    package func places(of ref: EntryRef) throws(StoreError) -> [EntryPlace] {
        let found = try placesOnce(of: ref)
        return found.isEmpty ? try placesOnce(of: ref) : found
    }

    private func placesOnce(of ref: EntryRef) throws(StoreError) -> [EntryPlace] {
        var candidates: [EntryPlace] = EntryState.allCases.filter(\.isLive).map { EntryPlace(ref, $0) }
        candidates += try days(ref.queue).reversed().map { EntryPlace(ref, .done, day: $0) }
        var found: [EntryPlace] = []
        for place in candidates {
            let path = layout.entry(place)
            if try store({ () throws(FileError) in try Kernel.status(path) }) != nil { found.append(place) }
        }
        return found
    }

    /// Where an analysis is, over all queues: the one furthest along first.
    package func places(of id: EntryID) throws(StoreError) -> [EntryPlace] {
        var found: [EntryPlace] = []
        for queue in try queues().reversed() { found += try places(of: EntryRef(queue, id)) }
        return found
    }

    /// Whether an entry of this name is anywhere in the queue.
    package func holds(_ ref: EntryRef) throws(StoreError) -> Bool {
        try !places(of: ref).isEmpty
    }
}
