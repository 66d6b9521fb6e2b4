// Looks a whole spool through: every name, every envelope, every payload. Changes nothing, takes no lock for longer than a
// look, and may run beside the stages; what moves on while it looks is passed over.

import SystemPackage

extension SpoolStore {
    /// Everything that is not as it should be, in the order of the folders. `payloads` false: envelopes and names only.
    /// `progress` is told of each entry, how many there were so far.
    package func verify(payloads: Bool = true, progress: @escaping (Int) -> Void = { _ in }) throws(StoreError)
        -> VerifyReport
    {
        var walk = VerifyWalk(spool: self, payloads: payloads, progress: progress)
        try walk.run()
        return walk.report
    }

    /// Carries a finding's remedy out; false if there is none, or nothing is left to do.
    package func repair(_ finding: Finding) throws(StoreError) -> Bool {
        switch finding.remedy {
        case .setAside:
            guard let place = finding.place, try isThere(place) else { return false }
            try setAside(place, code: finding.code.rawValue, reason: finding.reason)
        case .unlinkTwin:
            guard let place = finding.place else { return false }
            var names = 0
            let file = try lock(place, unlinked: { _ in names += 1 })
            withExtendedLifetime(file) {}
            return names > 0
        case .makeFolder:
            try makeFolders()
            for queue in try queues() { try addQueue(queue) }
        case .makePrivate:
            try store { () throws(FileError) in try Kernel.setMode(layout.root, 0o700) }
        case .rebuildLedger:
            guard let source = finding.path.lastComponent?.string, EntryID.isSource(source) else { return false }
            _ = try rebuildLedger(source)
        case nil:
            return false
        }
        return true
    }
}
