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
        let (sum, overflow) = bytes.addingReportingOverflow(entry.size)
        bytes = overflow ? .max : sum
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
        // The name only where it matters: there may be 100,000.
        listing.entries.sort { $0.modified == $1.modified ? $0.ref.id < $1.ref.id : $0.modified < $1.modified }
        return listing
    }

    /// One of them as a listing shows it; nil if it is not there.
    func listed(_ place: EntryPlace) throws(StoreError) -> ListedEntry? {
        guard let status = try store({ () throws(FileError) in try Kernel.status(layout.entry(place)) }) else {
            return nil
        }
        return ListedEntry(place: place, size: status.size, modified: Timestamp(nanoseconds: status.modified))
    }

    /// The days that `done` has folders for, oldest first.
    package func days(_ queue: QueueName) throws(StoreError) -> [UTCDay] {
        do throws(FileError) {
            return try Folder.folders(layout.folder(queue, .done)).compactMap { UTCDay($0) }.sorted()
        } catch  where error.isMissing {
            return []
        } catch {
            throw StoreError(error)
        }
    }

    private func list(_ queue: QueueName, _ state: EntryState, day: UTCDay?, into listing: inout FolderListing)
        throws(StoreError)
    {
        let folder = layout.folder(queue, state, day: day)
        for (name, status) in try contents(folder) {
            guard let id = EntryID(fileName: name), status.kind == .regular else {
                listing.strangers.append(name)
                continue
            }
            listing.entries.append(
                ListedEntry(
                    place: EntryPlace(EntryRef(queue, id), state, day: day), size: status.size,
                    modified: Timestamp(nanoseconds: status.modified)))
        }
    }

    /// A folder that is not there is an empty one: a day may be pruned while it is read.
    private func contents(_ folder: FilePath) throws(StoreError) -> [(name: String, status: FileStatus)] {
        do throws(FileError) {
            return try Folder.contents(folder)
        } catch  where error.isMissing {
            return []
        } catch {
            throw StoreError(error)
        }
    }

    /// The same for names alone.
    func names(_ folder: FilePath) throws(StoreError) -> [String] {
        do throws(FileError) {
            return try Folder.names(folder)
        } catch  where error.isMissing {
            return []
        } catch {
            throw StoreError(error)
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
            summary.count += try names(folder).count { $0.hasSuffix(EntryID.suffix) }
        }
        return summary
    }

    /// How many names there are that look like an entry's, in all states of all queues.
    package func countEntries() throws(StoreError) -> Int {
        var count = 0
        for queue in try queues() {
            for state in EntryState.allCases {
                let folders =
                    state == .done
                    ? try days(queue).map { layout.folder(queue, .done, day: $0) } : [layout.folder(queue, state)]
                for folder in folders { count += try names(folder).count { $0.hasSuffix(EntryID.suffix) } }
            }
        }
        return count
    }

    /// Where an entry of this name is in one queue, the live one first. Looks again if it found nothing: the entry may just
    /// have been moving.
    package func places(of ref: EntryRef) throws(StoreError) -> [EntryPlace] {
        for _ in 0..<2 {
            let found = try placesOnce(of: ref)
            if !found.isEmpty { return found }
        }
        return try placesOnce(of: ref)
    }

    private func placesOnce(of ref: EntryRef) throws(StoreError) -> [EntryPlace] {
        var candidates: [EntryPlace] = EntryState.allCases.filter(\.isLive).map { EntryPlace(ref, $0) }
        candidates += try days(ref.queue).reversed().map { EntryPlace(ref, .done, day: $0) }
        var found: [EntryPlace] = []
        for place in candidates where try isThere(place) { found.append(place) }
        return found
    }

    /// In which state but `done` something of this name lies.
    func livePlace(of ref: EntryRef) throws(StoreError) -> EntryPlace? {
        for state in EntryState.allCases where state.isLive {
            if try isThere(EntryPlace(ref, state)) { return EntryPlace(ref, state) }
        }
        return nil
    }

    func isThere(_ place: EntryPlace) throws(StoreError) -> Bool {
        let path = layout.entry(place)
        return try store { () throws(FileError) in try Kernel.status(path) } != nil
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
