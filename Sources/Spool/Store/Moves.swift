// What every move has in common: it holds the entry's lock, it is one rename without overwrite, and a full disk does not
// stop it as long as there is a reserve.

import SystemPackage

extension SpoolStore {
    /// Opens and locks the entry at `place`, checking that it is still there; nil if it is locked or gone.
    ///
    /// What is no file of ours (a symbolic link, a FIFO, a device, a folder; a file that we may not open) is never opened,
    /// and is an error of code `.damaged` that names it. A file that lies in two states (half a rename after a power cut)
    /// keeps one of its names; `unlinked` is told of those that go, and if `place` is one of them the answer is nil.
    func lock(_ place: EntryPlace, unlinked: (EntryPlace) -> Void = { _ in }) throws(StoreError) -> OpenFile? {
        let path = layout.entry(place)
        guard let file = try openEntry(path) else { return nil }
        guard try store({ () throws(FileError) in try file.tryLock() }) else { return nil }
        guard try store({ () throws(FileError) in try file.isAt(path) }) else { return nil }
        let status = try store { () throws(FileError) in try file.status() }
        if let problem = Self.problem(status) { throw StoreError(.damaged, "\(path) \(problem)") }
        if status.links > 1 {
            let twins = try upstreamTwins(of: place, status.identity)
            for twin in twins {
                try unlinkName(layout.entry(twin))
                unlinked(twin)
            }
            if twins.contains(place) { return nil }
        }
        return file
    }

    /// Opens an entry's file; nil if there is none.
    func openEntry(_ path: FilePath) throws(StoreError) -> OpenFile? {
        guard let status = try store({ () throws(FileError) in try Kernel.status(path) }) else { return nil }
        // Looked at before it is opened: opening a device can be an act in itself.
        if let problem = Self.problem(status) { throw StoreError(.damaged, "\(path) \(problem)") }
        do throws(FileError) {
            return try OpenFile(path, .read)
        } catch  where error.isMissing {
            return nil
        } catch  where error.errno == .permissionDenied || error.errno == .tooManySymbolicLinkLevels {
            throw StoreError(.damaged, "\(path) cannot be opened: \(error.reason)")
        } catch {
            throw StoreError(error)
        }
    }

    /// Why this is no entry of ours; nil if it may be one.
    private static func problem(_ status: FileStatus) -> String? {
        switch status.kind {
        case .regular: break
        case .symlink: return "is a symbolic link, which is never followed; entries are files"
        case .directory, .other: return "is not a regular file"
        }
        let isOurs = Owner.isRoot || status.owner == Owner.user
        return isOurs ? nil : "belongs to user \(status.owner), not to us; entries belong to the spool's owner"
    }

    /// Which of the names of one file go, so that one stays: all but the one furthest along.
    ///
    /// A rename that only half survived has left the old name beside the new one. Where a pair can have come from either
    /// direction (`active` and `deferred`, `hold` and another), the safe one stays.
    func upstreamTwins(of place: EntryPlace, _ identity: FileStatus.Identity) throws(StoreError) -> [EntryPlace] {
        var names: [EntryPlace] = []
        for other in try places(of: place.ref) {
            let path = layout.entry(other)
            if try store({ () throws(FileError) in try Kernel.status(path) })?.identity == identity {
                names.append(other)
            }
        }
        guard let stays = names.max(by: { $0.state.rank < $1.state.rank }) else { return [] }
        return names.filter { $0 != stays }
    }

    private func unlinkName(_ path: FilePath) throws(StoreError) {
        do throws(FileError) {
            try Kernel.unlink(path)
        } catch  where error.isMissing {
            // Gone already, which is what we want.
        } catch {
            throw StoreError(error)
        }
    }

    /// Ends a claim: out of `active` into `state`. If that name is taken there (it never should be), into `hold`, where an
    /// operator sees both, rather than stopping the stage.
    func settle(_ place: EntryPlace, _ state: EntryState) throws(StoreError) {
        if try takes(state, place) { return }
        guard try takes(.hold, place) else {
            throw StoreError(
                .exists, "\(place.ref) is in '\(state.rawValue)' and in 'hold' as well; drop all but one of them")
        }
        note(
            JournalEvent(
                "held", ref: place.ref, code: "duplicate",
                detail: "another entry of this name is in '\(state.rawValue)'; drop one of the two"))
    }

    private func takes(_ state: EntryState, _ place: EntryPlace) throws(StoreError) -> Bool {
        do throws(FileError) {
            try move(layout.entry(place), to: layout.entry(EntryPlace(place.ref, state)))
            return true
        } catch  where error.exists {
            return false
        } catch {
            throw StoreError(error)
        }
    }

    /// One rename without overwrite; on a full disk once more, with the reserve given up.
    func move(_ source: FilePath, to target: FilePath) throws(FileError) {
        try withReserve { () throws(FileError) in try Kernel.rename(source, to: target) }
    }

    /// Does it once more with the reserve given up if there is no room.
    func withReserve<Result>(_ body: () throws(FileError) -> Result) throws(FileError) -> Result {
        do throws(FileError) {
            return try body()
        } catch  where error.isNoSpace {
            releaseReserve()
            return try body()
        }
    }
}

extension EntryState {
    /// How far along: of two names of one file, the one of higher rank stays.
    var rank: Int {
        switch self {
        case .ready: 0
        case .active: 1
        case .failed: 2
        case .exported: 3
        case .done: 4
        case .deferred: 5
        case .hold: 6
        }
    }
}
