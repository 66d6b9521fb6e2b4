// The spool: is it one, is it ours, is it in one piece.

import Spool
import SystemPackage

extension Judgement {
    /// A spool that cannot be opened.
    static func spool(_ error: StoreError, path: String, mayBeMade: Bool) -> Diagnosis {
        let check = "spool"
        switch error.code {
        case .notASpool where mayBeMade:
            return .ok(check, "there is none at \(path) yet; the first stage makes it (spool.create)")
        case .notASpool, .missing:
            return .fail(
                check, .missing, "\(path) is no spool (it has no file 'format')",
                "mount its disk if that is missing; if there never was a spool: spoolctl init")
        case .format:
            return .fail(
                check, .badData, error.message,
                "run the program's version that made it, or restore 'format' from a backup")
        case .network:
            return .fail(
                check, .configuration, error.message,
                "set spool.path to a folder on a local disk (ext4, XFS, btrfs), then 'spoolctl init'")
        case .file(let error) where error.errno == .permissionDenied || error.errno == .notPermitted:
            return .fail(
                check, .refused, "\(path) is not yours to read: \(error)",
                "run as the user that the spool belongs to (ls -ld \(path)), or as root, who becomes that user")
        case .exists, .locked, .damaged, .refused, .file:
            return .fail(
                check, Ending.status(of: error), error.message,
                "look at the kernel's log (dmesg) and at the permissions of \(path)")
        }
    }

    /// Who owns a spool that could be opened, and who else gets in. `rights` nil: nobody could tell.
    static func owner(_ path: String, id: String, _ root: FileStatus?, ourselves: UInt32) -> Diagnosis {
        let check = "spool"
        guard let root else { return .ok(check, "\(path), id \(id)") }
        if root.owner != ourselves {
            return .fail(
                check, .refused, "\(path) belongs to user \(root.owner), and this is user \(ourselves)",
                "run as user \(root.owner) (sudo -u), or chown -R the spool while nothing runs")
        }
        if root.mode & 0o022 != 0 {
            return .fail(
                check, .refused, "others can change what is in \(path) (mode \(octal(root.mode)))",
                "chmod 700 \(path), then 'spoolctl verify'")
        }
        if root.mode & 0o700 != 0o700 {
            return .fail(
                check, .refused, "its own user may not work in \(path) (mode \(octal(root.mode)))", "chmod 700 \(path)")
        }
        guard root.mode & 0o077 == 0 else {
            return .warn(check, "others can look into \(path) (mode \(octal(root.mode)))", "chmod 700 \(path)")
        }
        return .ok(check, "\(path), id \(id)")
    }

    /// That all folders are there, are folders, are ours, and are on one file system.
    static func folders(_ facts: [SpoolProbe.FolderFact], path: String, ourselves: UInt32) -> [Diagnosis] {
        let check = "spool.folders"
        let root = facts.first { $0.name.isEmpty }?.status
        var found: [Diagnosis] = []
        for fact in facts where !fact.name.isEmpty {
            guard let status = fact.status else { continue }
            let name = "\(path)/\(fact.name)"
            if status.kind != .directory {
                found.append(
                    .fail(
                        check, .badData, "\(name) is no folder",
                        "stop the stages, move it away, and start them again: they make the folder"))
            } else if fact.isMountPoint || status.identity.device != root?.identity.device {
                found.append(
                    .fail(
                        check, .configuration,
                        "\(name) lies on another file system than the spool: no entry can be moved there",
                        "stop the stages and unmount it; mount the spool as a whole instead"))
            } else if status.owner != ourselves || status.mode & 0o700 != 0o700 {
                found.append(
                    .fail(
                        check, .refused,
                        "\(name) is not ours to write (user \(status.owner), mode \(octal(status.mode)))",
                        "chown and chmod 700 it like the spool itself"))
            }
        }
        let missing = facts.filter { $0.status == nil }.map(\.name)
        if !missing.isEmpty {
            found.append(
                .warn(
                    check, "missing: \(missing.joined(separator: ", "))",
                    "nothing: the next stage makes them; if entries were in them, restore a backup"))
        }
        return found.isEmpty ? [.ok(check, "\(facts.count) folders, on one file system")] : found
    }

    static func fileSystem(_ suitability: FileSystem.Suitability) -> Diagnosis {
        let check = "spool.filesystem"
        switch suitability {
        case .good(let name): return .ok(check, name)
        case .untested(let name): return .ok(check, "\(name): local, but not one of those that are tested")
        case .memory(let name):
            return .warn(
                check, "\(name): the spool lies in memory and is gone after a restart",
                "put it on a disk (ext4, XFS, btrfs)")
        case .layer:
            return .warn(
                check, "overlay: the spool lies in a container's own layer and is gone with the container",
                "mount a volume for it")
        case .userSpace:
            return .warn(
                check, "FUSE: what a rename or a sync means there is up to another program",
                "put it on a disk (ext4, XFS, btrfs)")
        }
    }

    static func remains(_ remains: SpoolProbe.Remains) -> [Diagnosis] {
        let check = "leftovers"
        var found = remains.lostLedgers.map { source in
            Diagnosis.fail(
                check, .badData, "the ledger '\(source)' was begun and is gone",
                "restore it from a backup, or 'spoolctl verify --repair --yes', which writes it anew from the spool")
        }
        let counts = [
            remains.temporary > 0
                ? "\(Amounts.count(remains.temporary, "file", "files")) in tmp without a writer" : nil,
            remains.orphans > 0
                ? "\(Amounts.count(remains.orphans, "entry", "entries")) in active without a worker" : nil,
        ].compactMap(\.self)
        if !counts.isEmpty {
            found.append(
                .warn(
                    check, "\(counts.joined(separator: ", ")): a process died",
                    "nothing: the next pass of the stage takes them up; if they stay, see why it does not run"))
        }
        return found.isEmpty ? [.ok(check, "none")] : found
    }

    /// What is set aside and waits for somebody: number of entries by `queue/state`.
    static func setAside(_ counts: [(place: String, count: Int)]) -> Diagnosis {
        let check = "entries"
        let some = counts.filter { $0.count > 0 }
        guard let first = some.first else { return .ok(check, "none failed, none on hold") }
        let words = some.map { "\($0.count) in \($0.place)" }.joined(separator: ", ")
        return .warn(
            check, words, "'spoolctl list \(first.place)' says why; then 'requeue', 'release' or 'drop'")
    }
}
