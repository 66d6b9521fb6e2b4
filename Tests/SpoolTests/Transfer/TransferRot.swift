// A spool that knows of bundles, in every way there is, and what a bad disk does to that knowledge.

import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// Every way to damage a record.
enum RecordDamage: CaseIterable {
    case bit, firstBit, lastBit, shortened, nulls

    func apply(to path: FilePath, _ random: inout SeededRandom) throws {
        var bytes = try WholeFile.read(path) ?? []
        switch self {
        case .bit: bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case .firstBit: bytes[0] ^= 1
        case .lastBit: bytes[bytes.count - 1] ^= 0x40
        case .shortened:
            // In the middle of a line.
            bytes.removeLast(bytes.count / 2)
            while bytes.last == 0x0a { bytes.removeLast() }
        case .nulls: bytes = [UInt8](repeating: 0, count: bytes.count)
        }
        try WholeFile.replace(path, with: bytes)
    }
}

enum TransferRot {
    static let sent = 3

    /// Entries `9901`… come in three bundles by a watched folder from a spool of their own, and go on to `next`, in three again. They
    /// end in `exported`.
    static func fill(_ spool: SpoolStore, in folder: FilePath) async throws {
        let sender = try SpoolStore.create(at: folder.appending("sender"), program: "test", now: spool.now)
        let medium = folder.appending("from-sender")
        try Kernel.makeDirectory(medium)
        let refs = try (1...sent).map { number in
            try sender.give("990\(number)", .outbox, parent: String(repeating: "0b", count: 32))
        }
        for ref in refs {
            _ = try await Exporter(sender, ExportOptions(destination: "peer"))
                .export(.named([EntryPlace(ref, .ready)]), to: .tarInside(medium))
        }
        let importer = Importer(spool, ImportOptions())
        let report = await WatchedFolder(spool, medium, importer: importer).pass()
        #expect(report.imported.count == sent && report.failure == nil)
        for ref in refs { try await send(ref, from: spool, in: folder) }
    }

    /// One bundle to `next`.
    @discardableResult
    static func send(_ ref: EntryRef, from spool: SpoolStore, to destination: String = "next", in folder: FilePath)
        async throws -> Int?
    {
        let medium = folder.appending("to-\(destination)")
        try Kernel.makeDirectory(medium)
        let place = try #require(try spool.places(of: ref).first)
        return try await Exporter(spool, ExportOptions(destination: destination))
            .export(.named([place]), to: .inside(medium)).bundles.first?.number
    }

    static func next(_ spool: SpoolStore) -> FilePath { spool.layout.outgoing("next") }

    /// All folders below `transfer`, and all files.
    static func contents(_ spool: SpoolStore) throws -> (folders: [FilePath], files: [FilePath]) {
        var (folders, files) = ([spool.layout.transfer], [FilePath]())
        var index = 0
        while index < folders.count {
            for (name, status) in try Folder.contents(folders[index]).sorted(by: { $0.name < $1.name }) {
                let path = folders[index].appending(name)
                if status.kind == .directory { folders.append(path) } else { files.append(path) }
            }
            index += 1
        }
        return (folders, files)
    }
}

extension Finding {
    var isOfTransfer: Bool { path.starts(with: "transfer") }
}
