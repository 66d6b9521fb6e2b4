// The walk of `verify` over what lies beside the entries: temporary files, tries, ledgers, journal, stages' records.

import SystemPackage

extension VerifyWalk {
    mutating func checkTemporary(_ queue: QueueName) throws(StoreError) {
        let folder = spool.layout.temporary(queue)
        for (name, status) in try contents(folder) {
            let path = folder.appending(name)
            guard status.kind == .regular, SpoolStore.isTemporary(name) else {
                stranger(path, status)
                continue
            }
            do throws(FileError) {
                guard try OpenFile(path, .read).tryLock(), try Kernel.status(path) != nil else { continue }
                add(.leftover, path, "its writer is gone; the next pass removes it")
            } catch {
                // Gone meanwhile, or not ours to open; the sweep says why if it must.
            }
        }
    }

    mutating func checkTries(_ queue: QueueName) throws(StoreError) {
        let folder = spool.layout.tries(queue)
        for (name, status) in try contents(folder) {
            if Tries.id(fileName: name) == nil || status.kind != .regular { stranger(folder.appending(name), status) }
        }
    }

    mutating func checkLedgers() throws(StoreError) {
        let layout = spool.layout
        for (name, status) in try contents(layout.ledgers) where !EntryID.isSource(name) || status.kind != .regular {
            stranger(layout.ledgers.appending(name), status)
        }
        for source in try spool.markedSources() where try spool.isLost(source) {
            add(.lostLedger, layout.ledger(source), "was begun and is gone", remedy: .rebuildLedger)
        }
        for (source, ids) in Dictionary(grouping: inboxIDs, by: \.source).sorted(by: { $0.key < $1.key }) {
            let path = layout.ledger(source)
            let status = try store { () throws(FileError) in try Kernel.status(path) }
            // No file: told already, as a stranger.
            guard status?.kind ?? .regular == .regular else { continue }
            let known = try spool.ledgerEntries(source)
            for id in ids.sorted() where known[id.webid] == nil {
                add(.noLine, path, "has no line for \(id); fetch writes it when it sees it again")
            }
        }
        for (name, status) in try contents(layout.ledgers) where EntryID.isSource(name) && status.kind == .regular {
            try checkLines(layout.ledgers.appending(name))
        }
    }

    private mutating func checkLines(_ path: FilePath) throws(StoreError) {
        var strange = 0
        try store { () throws(FileError) in
            try LineReader(path).forEach { if Ledger.parse($0) == nil { strange += 1 } }
        }
        if strange > 0 { add(.strangeLine, path, "\(strange) torn or strange lines, which count as none") }
    }

    mutating func checkRecords() throws(StoreError) {
        let layout = spool.layout
        for (name, status) in try contents(layout.journal) {
            if SpoolStore.month(name) == nil || status.kind != .regular {
                stranger(layout.journal.appending(name), status)
            }
        }
        for (name, status) in try contents(layout.stages) {
            let isOurs =
                name.hasSuffix(".json") || name.hasPrefix("pace-") || name.hasPrefix(SpoolLayout.ledgerMarkPrefix)
                || name == SpoolLayout.metricsLock || WholeFile.isTemporary(name)
            if !isOurs || status.kind != .regular { stranger(layout.stages.appending(name), status) }
        }
    }
}

extension FileStatus.Kind {
    var words: String {
        switch self {
        case .regular: "file"
        case .directory: "folder"
        case .symlink: "symbolic link"
        case .other: "special file (FIFO, socket or device)"
        }
    }
}
