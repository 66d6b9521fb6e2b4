// Bundles that arrive in a folder by themselves: from a diode's receiver, a copy, a sync. One pass looks at everything there and
// imports what is whole.
//
// Nothing in the folder is ever touched: no bundle is moved, renamed or removed, whatever became of it and however old it is.
// What was imported or refused is remembered, and looked at again only when it looks different (what was refused, also under
// another configuration or program, to which it may be welcome). Whether a bundle is whole is
// asked of its contents. Its times only tell whether it is at rest, and that decides only how what is wrong is called: a bundle
// that still changes is arriving; one at rest is refused, or if something is lacking for a long time, incomplete. One bundle never
// keeps another from being imported.

import Crypto
package import SystemPackage

package struct WatchOptions: Sendable {
    /// What changed less long ago may still be written to.
    package var rest = Duration.seconds(30)
    /// What lacks something and has not changed for so long is reported.
    package var patience = Duration.seconds(3600)
    package var limits = TransferLimits()
    package var needsSignature = false

    package init() {}
}

/// What a pass over a watched folder found.
package struct WatchReport: Sendable {
    package internal(set) var imported: [(path: FilePath, bundle: ImportedBundle)] = []
    /// Refused, or found incomplete, by this pass for the first time.
    package internal(set) var troubles: [WatchedBundle] = []
    /// Not whole yet.
    package internal(set) var waiting = 0
    /// What ended the pass early.
    package internal(set) var failure: (any Error)?

    package init() {}
}

package struct WatchedFolder: Sendable {
    private let spool: SpoolStore
    private let folder: FilePath
    private let importer: Importer
    private let options: WatchOptions
    private let pool: BlockingPool

    package init(
        _ spool: SpoolStore, _ folder: FilePath, importer: Importer, options: WatchOptions = WatchOptions(),
        pool: BlockingPool = .shared
    ) {
        self.spool = spool
        self.folder = folder
        self.importer = importer
        self.options = options
        self.pool = pool
    }

    private struct Candidate: Sendable {
        let path: FilePath
        let status: FileStatus
        let print: String
    }

    /// `onImport` is told of each as soon as it is in.
    package func pass(
        onImport: @Sendable (FilePath, ImportedBundle) throws -> Void = { _, _ in }
    ) async -> WatchReport {
        var report = WatchReport()
        var memory = WatchMemory(spool, folder)
        do {
            let candidates = try await pool.run { try self.candidates() }
            let paths = Set(candidates.map { $0.path.string })
            memory.bundles = memory.bundles.filter { paths.contains($0.key) }
            for candidate in candidates {
                let known = memory.bundles[candidate.path.string]
                let seen = try await look(at: candidate, known, &report, onImport)
                memory.bundles[candidate.path.string] = seen
                if let seen, seen.state != known?.state || seen.print != known?.print, seen.isTrouble {
                    report.troubles.append(seen)
                    memory.keep(spool)
                } else if seen?.state == .imported {
                    memory.keep(spool)
                }
                if let seen, seen.state == .arriving || seen.state == .incomplete { report.waiting += 1 }
            }
        } catch {
            report.failure = error
        }
        memory.keep(spool)
        return report
    }

    // MARK: One bundle

    /// What is to be remembered of it; nil: nothing.
    private func look(
        at candidate: Candidate, _ known: WatchedBundle?, _ report: inout WatchReport,
        _ onImport: @Sendable (FilePath, ImportedBundle) throws -> Void
    ) async throws -> WatchedBundle? {
        let now = spool.now()
        let isSame = known?.print == candidate.print
        // Not later than now, whatever was done to the clock since.
        let changed = isSame ? min(known.flatMap { Timestamp(rfc3339: $0.changed) } ?? now, now) : now
        if let known, isSame, known.state == .imported || known.state == .refused && known.basis == importer.basis {
            return known
        }
        /// At rest: by our own clock, from when we first saw it like this.
        let age = now.since(changed)
        let (path, status, limits, needsSignature) = (
            candidate.path, candidate.status, options.limits, options.needsSignature
        )
        func seen(_ state: WatchedBundle.State, _ reason: String?) -> WatchedBundle {
            let since = known?.state == state && (isSame || state == .arriving) ? known?.since : nil
            return WatchedBundle(
                path: path.string, state: state, since: since ?? now.rfc3339, changed: changed.rfc3339,
                print: candidate.print, reason: reason)
        }
        do {
            let wholeness = try await pool.run {
                try Wholeness.look(at: path, status, limits, needsSignature: needsSignature)
            }
            switch wholeness {
            case .stranger: return nil
            case .partial(let reason): return seen(age >= options.patience ? .incomplete : .arriving, reason)
            case .whole: break
            }
            // Read once as soon as it is whole, and once more when it is at rest; not at every look between.
            if let known, isSame, known.isTried == true, age < options.rest { return known }
            let bundle = try await importer.import(status.kind == .directory ? .folder(path) : .tar(path))
            report.imported.append((path, bundle))
            var end = seen(.imported, nil)
            (end.stream, end.number, end.digest) = (bundle.stream.description, bundle.number, bundle.digest)
            try onImport(path, bundle)
            return end
        } catch let error as TransferError where error.code == .refused {
            guard age >= options.rest else {
                var end = seen(.arriving, error.message)
                end.isTried = true
                return end
            }
            var end = seen(.refused, error.message)
            end.basis = importer.basis
            return end
        } catch let error as TransferError where error.code == .locked {
            return seen(.arriving, error.message)
        } catch let error as FileError where error.path.starts(with: folder) {
            // Gone meanwhile, or the medium does not give it: the others are looked at all the same.
            if error.isMissing { return nil }
            return seen(age >= options.patience ? .incomplete : .arriving, "cannot be read: \(error.reason)")
        }
    }

    // MARK: What is there

    private func candidates() throws -> [Candidate] {
        guard let status = try Kernel.status(folder), status.kind == .directory else {
            throw TransferError(.missing, "\(folder): no such folder; is its medium mounted?")
        }
        return try Folder.contents(folder).filter { !$0.name.hasPrefix(".") }.sorted { $0.name < $1.name }.compactMap {
            let path = folder.appending($0.name)
            switch $0.status.kind {
            case .regular: return Candidate(path: path, status: $0.status, print: Self.line("", $0.status))
            case .directory: return Candidate(path: path, status: $0.status, print: try Self.print(path))
            case .symlink, .other: return nil
            }
        }
    }

    private static func line(_ name: String, _ status: FileStatus) -> String {
        "\(status.identity.device).\(status.identity.inode) \(status.size) \(status.modified) \(status.changed) \(name)"
    }

    /// Of a folder, with what lies in the folders that a bundle has.
    private static func print(_ root: FilePath) throws -> String {
        var lines: [String] = []
        func collect(_ folder: FilePath, _ depth: Int) throws {
            for (name, status) in try Folder.contents(folder) {
                lines.append("\(depth) " + line(name, status))
                if status.kind == .directory, depth < 3 { try collect(folder.appending(name), depth + 1) }
            }
        }
        do {
            try collect(root, 1)
        } catch let error as FileError where error.isMissing || error.isDevice {
            // What it lacks is found when it is read.
            lines.append("\(error.reason)")
        }
        return Envelope.hex(SHA256.hash(data: Array(lines.sorted().joined(separator: "\n").utf8)))
    }
}

extension WatchedBundle {
    fileprivate var isTrouble: Bool { state == .refused || state == .incomplete }
}
