// What a path inside a bundle may be: one of six tag files, or `data/<queue>/<id>.entry`. Everything else is refused by name,
// so that no name from the medium ever reaches a path of ours, and two names never mean one file on any file system.

/// The files of a bundle that are not payload (RFC 8493: tag files), in the order in which they are read.
package enum TagFile: String, Sendable, CaseIterable, Comparable {
    case bagit = "bagit.txt"
    case transfer = "transfer.json"
    case info = "bag-info.txt"
    case manifest = "manifest-sha256.txt"
    case tagManifest = "tagmanifest-sha256.txt"
    /// The signature of `tagManifest`, called as `ssh-keygen -Y sign` calls it.
    case signature = "tagmanifest-sha256.txt.sig"

    /// Those that the tag manifest must list.
    package static let listed: [TagFile] = [.info, .bagit, .manifest, .transfer]

    package static func < (left: TagFile, right: TagFile) -> Bool { left.rawValue < right.rawValue }
}

/// A path below the bundle's own folder.
package enum BagPath: Sendable, Hashable {
    case tag(TagFile)
    case entry(EntryRef)
    /// `data`, `data/<queue>`
    case folder(String)

    /// In bytes, of a path inside a bundle; ours are at most 108.
    package static let longest = 255

    package init(_ text: String) throws(TransferError) {
        let shown = String(text.prefix(300))
        guard !text.hasPrefix("/") else { throw .refused("\(shown): an absolute path") }
        guard text.utf8.count <= Self.longest else { throw .refused("\(shown)…: a name of \(text.utf8.count) bytes") }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard !parts.contains("..") else { throw .refused("\(shown): a path that leads out of the bundle ('..')") }
        guard text != "fetch.txt" else {
            throw .refused("fetch.txt: the bundle wants files to be fetched from elsewhere, which is never done")
        }
        guard let path = Self.known(text, parts) else {
            throw .refused("\(shown): not a file of a bundle (which are data/<queue>/<id>.entry and a few tag files)")
        }
        self = path
    }

    private static func known(_ text: String, _ parts: [String]) -> BagPath? {
        if parts.count == 1, let tag = TagFile(rawValue: text) { return .tag(tag) }
        guard parts.first == "data" else { return nil }
        if parts.count == 1 { return .folder(text) }
        guard let queue = QueueName(parts[1]) else { return nil }
        if parts.count == 2 { return .folder(text) }
        guard parts.count == 3, let id = EntryID(fileName: parts[2]) else { return nil }
        return .entry(EntryRef(queue, id))
    }

    package var description: String {
        switch self {
        case .tag(let tag): tag.rawValue
        case .entry(let ref): "data/\(ref.queue)/\(ref.id.fileName)"
        case .folder(let name): name
        }
    }
}

/// Paths that were seen, so that none comes twice, not even in another case, which would be one file on the media that people
/// carry.
struct SeenPaths {
    private var exact: Set<String> = []
    private var folded: [String: String] = [:]

    mutating func add(_ path: BagPath) throws(TransferError) {
        let text = path.description
        guard exact.insert(text).inserted else { throw .refused("\(text): is there twice") }
        if let other = folded.updateValue(text, forKey: Self.fold(text)) {
            throw .refused("\(text): differs from \(other) in case only")
        }
    }

    /// Our names are ASCII.
    static func fold(_ text: String) -> String { text.lowercased() }
}
