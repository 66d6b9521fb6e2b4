// What can be measured of a spool without changing it, but for one small file that is synced and removed.

import SystemPackage

package enum SpoolProbe {
    /// A folder that every spool has, as it is found.
    package struct FolderFact: Sendable, Equatable {
        /// As people know it, e.g. `outbox/ready`; empty for the spool itself.
        package var name: String
        /// nil if there is nothing.
        package var status: FileStatus?
        package var isMountPoint: Bool

        package init(name: String, status: FileStatus?, isMountPoint: Bool) {
            self.name = name
            self.status = status
            self.isMountPoint = isMountPoint
        }
    }

    package static func folders(_ layout: SpoolLayout, mounts: MountTable) throws(FileError) -> [FolderFact] {
        let inside = Set(mounts.below(layout.root))
        var facts: [FolderFact] = []
        for folder in layout.folders {
            var name = folder
            _ = name.removePrefix(layout.root)
            facts.append(
                FolderFact(
                    name: name.string, status: try Kernel.status(folder), isMountPoint: inside.contains(folder)))
        }
        return facts
    }

    /// How long the disk takes to sync 4 KiB, each time; a few times, for a second at most.
    package static func syncTimes(_ layout: SpoolLayout, rounds: Int = 5) throws(FileError) -> [Duration] {
        // The suffix says that it may be swept if we die.
        let path = layout.stages.appending("doctor-\(UInt64.random(in: 0 ... .max)).new")
        let file = try OpenFile.locked(creating: path)
        defer {
            // What stays behind is swept with other remains.
            try? Kernel.unlink(path)
        }
        let (clock, bytes) = (ContinuousClock(), [UInt8](repeating: 0x20, count: 4096))
        let begun = clock.now
        var times: [Duration] = []
        for round in 0..<rounds where round == 0 || clock.now - begun < .seconds(1) {
            try file.write(bytes, at: round * bytes.count)
            let start = clock.now
            try file.sync()
            times.append(clock.now - start)
        }
        try Kernel.syncDirectory(layout.stages)
        return times
    }

    /// What a worker or writer left behind when it died.
    package struct Remains: Sendable, Equatable {
        /// Files in `tmp` without a writer.
        package var temporary = 0
        /// Entries in `active` without a worker.
        package var orphans = 0
        /// Sources whose ledger was begun and is gone.
        package var lostLedgers: [String] = []

        package init(temporary: Int = 0, orphans: Int = 0, lostLedgers: [String] = []) {
            self.temporary = temporary
            self.orphans = orphans
            self.lostLedgers = lostLedgers
        }
    }

    package static func remains(_ spool: SpoolStore) throws(StoreError) -> Remains {
        var remains = Remains()
        for queue in try spool.queues() {
            remains.temporary += try idle(spool.layout.temporary(queue)) { _ in true }
            remains.orphans += try idle(spool.layout.folder(queue, .active)) { EntryID(fileName: $0) != nil }
        }
        for source in try spool.markedSources() where try spool.isLost(source) { remains.lostLedgers.append(source) }
        return remains
    }

    /// Files of a folder whose lock nobody holds.
    private static func idle(_ folder: FilePath, _ isWanted: (String) -> Bool) throws(StoreError) -> Int {
        do throws(FileError) {
            var count = 0
            for (name, status) in try Folder.contents(folder, where: isWanted) where status.kind == .regular {
                do throws(FileError) {
                    let file = try OpenFile(folder.appending(name), .read)
                    if try file.tryLock(), try file.isAt() { count += 1 }
                } catch  where error.isMissing {
                    continue
                }
            }
            return count
        } catch  where error.isMissing {
            return 0
        } catch {
            throw StoreError(error)
        }
    }
}
