// What was seen in a watched folder: one small file per folder (`transfer/watched/…json`). Advisory: if it is lost, everything
// there is read and compared once more, and nothing comes in twice, since the spool itself knows what is here.

import Crypto
import FoundationEssentials
import SystemPackage

/// A bundle in a watched folder, as it was seen last.
package struct WatchedBundle: Sendable, Equatable, Codable {
    package enum State: String, Sendable, Codable {
        /// Not all there, or not yet at rest.
        case arriving
        /// Not all there, and unchanged for a long time.
        case incomplete
        /// All there, at rest, and not what it should be.
        case refused
        case imported
    }

    package internal(set) var path: String
    package internal(set) var state: State
    /// RFC 3339: since when it is in this state.
    package internal(set) var since: String
    /// Since when it looks as it does.
    package internal(set) var changed: String
    /// What it looks like: names, sizes, times of all its files.
    package internal(set) var print: String
    package internal(set) var reason: String?
    package internal(set) var stream: String?
    package internal(set) var number: Int?
    package internal(set) var digest: String?
    /// All there, and read once in vain: it is read again when it is at rest.
    package internal(set) var isTried: Bool?
    /// What a refusal depended on besides the bundle (`ImportOptions.basis`).
    package internal(set) var basis: String?
}

struct WatchMemory {
    private let path: FilePath
    private let folder: FilePath
    private var stored: [String: WatchedBundle] = [:]
    var bundles: [String: WatchedBundle] = [:]
    private static let limit = 64 << 20

    /// Of `watched`, in the spool.
    init(_ spool: SpoolStore, _ watched: FilePath) {
        folder = spool.layout.watched
        let name = Envelope.hex(SHA256.hash(data: Array(watched.string.utf8))).prefix(Self.nameLength)
        path = folder.appending("\(name).json")
        guard Self.isThere(spool) else { return }
        stored = Dictionary(Self.read(path).map { ($0.path, $0) }, uniquingKeysWith: { _, last in last })
        bundles = stored
    }

    private static let nameLength = 16

    static func isName(_ name: String) -> Bool {
        let digits = name.dropLast(5)
        return name.hasSuffix(".json") && digits.utf8.count == nameLength
            && digits.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Advisory: a folder that is none counts as not there.
    static func isThere(_ spool: SpoolStore) -> Bool {
        (try? TransferFolder.isThere(spool.layout.watched, below: spool.layout.transfer)) ?? false
    }

    /// Advisory: what cannot be read counts as not there.
    static func read(_ path: FilePath) -> [WatchedBundle] {
        guard let bytes = try? WholeFile.read(path, limit: limit) else { return [] }
        return decode(bytes) ?? []
    }

    /// One line of JSON and its seal; nil if it is not what was written.
    static func decode(_ bytes: [UInt8]) -> [WatchedBundle]? {
        let lines = bytes.split(separator: 0x0a)
        guard let json = lines.first, lines.count <= 2 else { return nil }
        if let seal = lines.dropFirst().first, !seal.elementsEqual(Seal.of(json).utf8) { return nil }
        return try? JSONDecoder().decode([WatchedBundle].self, from: Data(json))
    }

    /// Without room for it, the next pass reads everything again.
    mutating func keep(_ spool: SpoolStore) {
        guard bundles != stored else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(bundles.values.sorted { $0.path < $1.path }) else { return }
        guard (try? TransferFolder.make(folder, below: spool.layout.transfer)) != nil else { return }
        let text = Array(data) + [0x0a] + Array(Seal.of(data).utf8) + [0x0a]
        try? WholeFile.replace(path, with: text, in: spool.layout.stages)
        stored = bundles
    }
}

extension SpoolLayout {
    var watched: FilePath { transfer.appending("watched") }
}

extension SpoolStore {
    /// What lies in the watched folders, as it was seen last.
    package func watchedBundles() -> [WatchedBundle] {
        // Advisory, like the files themselves.
        guard WatchMemory.isThere(self) else { return [] }
        let names = (try? Folder.names(layout.watched)) ?? []
        return names.filter { $0.hasSuffix(".json") }.flatMap { WatchMemory.read(layout.watched.appending($0)) }
            .sorted { $0.path < $1.path }
    }
}
