// Paths of a spool, in one place (docs/SPOOL.md shows the tree).
//
// Each is put together as text and parsed once: a claim needs a dozen of them, and appending to a path component by component
// checks the whole of it each time. A debug build checks it several times more, and remembers what it made (`KnownPaths`).

package import SystemPackage

package struct SpoolLayout: Sendable, Hashable {
    package let root: FilePath
    /// The root as text with a slash at its end; nil if it is no UTF-8.
    private let prefix: String?

    package init(root: FilePath) {
        let text = root.withPlatformString { String(validatingCString: $0) }
        // Most are normal as they come; to find that out by normalizing costs as much as a dozen paths.
        let isNormal = text.map { !$0.utf8.split(separator: 0x2f).contains(where: Self.isRelative) } ?? false
        self.root = isNormal ? root : root.lexicallyNormalized()
        let normal = isNormal ? text : self.root.withPlatformString { String(validatingCString: $0) }
        prefix = normal.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
    }

    /// `.` or `..`
    private static func isRelative(_ name: Substring.UTF8View) -> Bool {
        name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") }
    }

    private func path(_ relative: String) -> FilePath {
        #if DEBUG
        prefix.map { KnownPaths.path($0 + relative) } ?? root.appending(relative)
        #else
        prefix.map { FilePath($0 + relative) } ?? root.appending(relative)
        #endif
    }

    /// What lies in the root beside the queues.
    static let rootFiles: Set = ["format", "reserve"]
    static let rootFolders: Set = ["ledger", "journal", "stages", "transfer"]
    static let queueFolders = Set(["tmp", "tries"] + EntryState.allCases.map(\.rawValue))

    package var format: FilePath { path("format") }
    package var reserve: FilePath { path("reserve") }
    package var ledgers: FilePath { path("ledger") }
    package var journal: FilePath { path("journal") }
    package var stages: FilePath { path("stages") }
    package var transfer: FilePath { path("transfer") }

    package func ledger(_ source: String) -> FilePath { path("ledger/\(source)") }
    /// Says that this ledger was begun: if it is missing then, it is lost.
    package func ledgerMark(_ source: String) -> FilePath { path("stages/\(Self.ledgerMarkPrefix)\(source)") }
    static let ledgerMarkPrefix = "ledger-"
    /// What all processes have counted together, and who adds to it at this moment.
    package var metrics: FilePath { path("stages/metrics.json") }
    package var metricsLock: FilePath { path("stages/\(Self.metricsLock)") }
    static let metricsLock = "metrics.lock"
    package func journal(_ day: UTCDay) -> FilePath { path("journal/\(day.monthName).jsonl") }

    /// Pacing of a destination; its name may hold anything, the file's name may not.
    package func pace(_ destination: String) -> FilePath {
        let bytes = destination.utf8.prefix(100).map { byte in
            let isPlain =
                (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) || (0x30...0x39).contains(byte)
                || byte == 0x2d || byte == 0x2e
            return isPlain ? byte : UInt8(ascii: "_")
        }
        return path("stages/pace-\(String(decoding: bytes, as: UTF8.self))")
    }

    package func queue(_ queue: QueueName) -> FilePath { path(queue.description) }
    package func temporary(_ queue: QueueName) -> FilePath { path("\(queue)/tmp") }
    package func temporary(_ queue: QueueName, _ name: String) -> FilePath { path("\(queue)/tmp/\(name)") }
    package func tries(_ queue: QueueName) -> FilePath { path("\(queue)/tries") }
    package func tries(_ ref: EntryRef) -> FilePath { path("\(ref.queue)/tries/\(ref.id).json") }

    /// The same where something that is no record lies in its place.
    func triesBeside(_ ref: EntryRef) -> FilePath { path("\(ref.queue)/tries/\(ref.id)\(Self.besideSuffix)") }
    static let besideSuffix = ".beside.json"

    /// The folder of a state; `done` has one more level, by day.
    package func folder(_ queue: QueueName, _ state: EntryState, day: UTCDay? = nil) -> FilePath {
        path(Self.name(queue, state, day))
    }

    package func folder(of place: EntryPlace) -> FilePath { folder(place.ref.queue, place.state, day: place.day) }

    package func entry(_ place: EntryPlace) -> FilePath {
        path("\(Self.name(place.ref.queue, place.state, place.day))/\(place.ref.id.fileName)")
    }

    private static func name(_ queue: QueueName, _ state: EntryState, _ day: UTCDay?) -> String {
        let folder = "\(queue)/\(state.rawValue)"
        return if let day { "\(folder)/\(day.name)" } else { folder }
    }

    /// All folders that `init` makes, parents first.
    package var folders: [FilePath] {
        [root] + [QueueName.inbox, .outbox].flatMap(folders) + [ledgers, journal, stages, transfer]
    }

    package func folders(_ queue: QueueName) -> [FilePath] {
        [self.queue(queue), temporary(queue)] + EntryState.allCases.map { folder(queue, $0) } + [tries(queue)]
    }
}
