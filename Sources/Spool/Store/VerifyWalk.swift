// The walk of `verify` over the queues: names, kinds, envelopes, payloads, and whether an entry is in one state only.

import SystemPackage

/// One walk through a spool.
struct VerifyWalk {
    struct Seen {
        let place: EntryPlace
        let identity: FileStatus.Identity
    }

    let spool: SpoolStore
    let payloads: Bool
    let progress: (Int) -> Void
    var report = VerifyReport()
    var seen: [EntryRef: [Seen]] = [:]
    var inboxIDs: Set<EntryID> = []

    init(spool: SpoolStore, payloads: Bool, progress: @escaping (Int) -> Void) {
        self.spool = spool
        self.payloads = payloads
        self.progress = progress
    }

    mutating func run() throws(StoreError) {
        try checkRoot()
        for queue in try spool.queues() {
            try checkFolders(queue)
            for state in EntryState.allCases {
                if state == .done { try checkDone(queue) } else { try checkEntries(queue, state, day: nil) }
            }
            try checkTemporary(queue)
            try checkTries(queue)
            try checkNames()
            seen = [:]
        }
        try checkLedgers()
        try checkRecords()
    }

    /// Names below the root, without following anything; a missing or unreadable folder is a finding, no error.
    mutating func contents(_ folder: FilePath) throws(StoreError) -> [(name: String, status: FileStatus)] {
        do throws(FileError) {
            return try Folder.contents(folder).sorted { $0.name < $1.name }
        } catch  where error.isMissing {
            // A day may be pruned while we look; any other folder is told by `checkFolders`.
            return []
        } catch  where error.isNoFolder || error.isDevice {
            add(.unreadable, folder, "\(error.reason)")
            return []
        } catch {
            throw StoreError(error)
        }
    }

    mutating func add(
        _ code: Finding.Code, _ path: FilePath, _ reason: String, place: EntryPlace? = nil,
        remedy: Finding.Remedy? = nil
    ) {
        var relative = path
        if relative.removePrefix(spool.layout.root), relative.isEmpty { relative = FilePath(".") }
        report.findings.append(Finding(code, relative, reason, place: place, remedy: remedy))
    }

    mutating func stranger(_ path: FilePath, _ status: FileStatus) {
        add(.stranger, path, "a \(status.kind.words) that is not ours; nothing here touches it")
    }

    private mutating func checkRoot() throws(StoreError) {
        let layout = spool.layout
        if let status = try store({ () throws(FileError) in try Kernel.status(layout.root) }), status.mode & 0o077 != 0
        {
            add(.exposed, layout.root, "others than its owner can look into it", remedy: .makePrivate)
        }
        for (name, status) in try contents(layout.root) {
            let isKnown =
                status.kind == .regular && SpoolLayout.rootFiles.contains(name)
                || status.kind == .directory
                    && (SpoolLayout.rootFolders.contains(name) || QueueName(name) != nil || name == "lost+found")
            if !isKnown { stranger(layout.root.appending(name), status) }
        }
        for folder in layout.folders where try store({ () throws(FileError) in try Kernel.status(folder) }) == nil {
            add(.missingFolder, folder, "a folder of every spool is missing", remedy: .makeFolder)
        }
    }

    private mutating func checkFolders(_ queue: QueueName) throws(StoreError) {
        let layout = spool.layout
        for (name, status) in try contents(layout.queue(queue)) {
            if status.kind == .directory, SpoolLayout.queueFolders.contains(name) { continue }
            stranger(layout.queue(queue).appending(name), status)
        }
        // Those of inbox and outbox are told with the root's.
        guard queue != .inbox, queue != .outbox else { return }
        for folder in layout.folders(queue) {
            if try store({ () throws(FileError) in try Kernel.status(folder) }) != nil { continue }
            add(.missingFolder, folder, "a folder of every queue is missing", remedy: .makeFolder)
        }
    }

    private mutating func checkDone(_ queue: QueueName) throws(StoreError) {
        let folder = spool.layout.folder(queue, .done)
        for (name, status) in try contents(folder) {
            guard let day = UTCDay(name), status.kind == .directory else {
                stranger(folder.appending(name), status)
                continue
            }
            try checkEntries(queue, .done, day: day)
        }
    }

    private mutating func checkEntries(_ queue: QueueName, _ state: EntryState, day: UTCDay?) throws(StoreError) {
        let folder = spool.layout.folder(queue, state, day: day)
        for (name, status) in try contents(folder) {
            guard let id = EntryID(fileName: name) else {
                stranger(folder.appending(name), status)
                continue
            }
            let place = EntryPlace(EntryRef(queue, id), state, day: day)
            report.entries += 1
            if queue.isInbox { inboxIDs.insert(id) }
            seen[place.ref, default: []].append(Seen(place: place, identity: status.identity))
            try check(place)
            if state == .active { try checkWorker(place) }
            progress(report.entries)
        }
    }

    private mutating func check(_ place: EntryPlace) throws(StoreError) {
        let path = spool.layout.entry(place)
        let remedy: Finding.Remedy? = place.state == .failed ? nil : .setAside
        var isOpen = false
        var hasEnvelope = false
        do throws(StoreError) {
            guard let file = try spool.openEntry(path) else { return }
            isOpen = true
            let reader = try EntryReader(file, expecting: place.ref)
            hasEnvelope = true
            guard payloads else { return }
            try reader.verify()
            report.bytes += reader.count
        } catch  where error.code == .damaged || error.code == .format {
            let code: Finding.Code = hasEnvelope ? .damagedPayload : isOpen ? .damagedEnvelope : .noFile
            add(code, path, error.message, place: place, remedy: remedy)
        } catch  where error.isDevice {
            add(.unreadable, path, error.message, place: place)
        }
    }

    private mutating func checkWorker(_ place: EntryPlace) throws(StoreError) {
        let path = spool.layout.entry(place)
        do throws(StoreError) {
            guard let file = try spool.openEntry(path) else { return }
            let isFree = try store { () throws(FileError) in try file.tryLock() }
            guard isFree, try spool.isThere(place) else { return }
            add(.orphan, path, "nobody works on it; the next pass of its stage takes it up", place: place)
        } catch  where error.code == .damaged {
            // Told already.
        }
    }

    /// Names that more than one state has. Looked at twice, since an entry that moved meanwhile was seen in both.
    private mutating func checkNames() throws(StoreError) {
        for (ref, names) in seen.sorted(by: { $0.key < $1.key }) where names.count > 1 {
            var there: [Seen] = []
            for name in names {
                let path = spool.layout.entry(name.place)
                let status = try store { () throws(FileError) in try Kernel.status(path) }
                if status?.identity == name.identity { there.append(name) }
            }
            for (index, name) in there.enumerated()
            where there[..<index].contains(where: { $0.identity == name.identity }) {
                let others = there[..<index].map(\.place.state.rawValue).joined(separator: ", ")
                add(
                    .twin, spool.layout.entry(name.place), "the very same file is in '\(others)' as well",
                    place: name.place, remedy: .unlinkTwin)
            }
            let live = there.filter(\.place.state.isLive)
            guard Set(live.map(\.identity)).count > 1, let last = live.last else { continue }
            let states = live.map(\.place.state.rawValue).joined(separator: "', '")
            let path = spool.layout.entry(last.place)
            add(.duplicate, path, "\(ref) is in '\(states)'; drop all but one", place: last.place)
        }
    }
}
