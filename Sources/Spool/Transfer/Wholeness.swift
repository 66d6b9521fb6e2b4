// Is what lies in a watched folder all there? Asked of its contents, never of its times: a tar archive is walked from header to
// header to its end, in a folder what the manifests and `transfer.json` name must be there in its full length. Little is read for
// that, nothing is written, and nothing is refused: whatever is whole in this sense goes to the importer, which checks all of it.

import SystemPackage

enum Wholeness: Equatable {
    case whole
    /// Still on its way, or cut short; what is lacking.
    case partial(String)
    /// Not a bundle, and not the beginning of one.
    case stranger

    /// `needsSignature`: in a folder, it comes last.
    static func look(at path: FilePath, _ status: FileStatus, _ limits: TransferLimits, needsSignature: Bool) throws
        -> Wholeness
    {
        switch status.kind {
        case .regular: try TarWalk(file: OpenFile(path, .read), size: status.size).look()
        case .directory: try FolderLook(root: path, limits: limits, needsSignature: needsSignature).look()
        case .symlink, .other: .stranger
        }
    }
}

/// From header to header, skipping what lies between.
private struct TarWalk {
    let file: OpenFile
    let size: Int
    private static let largestExtension = 4096

    func look() throws -> Wholeness {
        let isCalledTar = file.path.extension == "tar"
        var offset = 0
        var hasTags = false
        while true {
            guard let block = try block(at: offset) else {
                return isCalledTar || offset > 0
                    ? .partial("\(size) bytes are there, and no end of the archive") : .stranger
            }
            let header: TarHeader?
            do throws(TransferError) {
                header = try TarHeader.parse(block)
            } catch {
                // Damaged in its middle, or another kind of tar: the importer says what is wrong.
                return isCalledTar || offset > 0 || block[257..<262].elementsEqual("ustar".utf8) ? .whole : .stranger
            }
            guard let header else {
                guard try self.block(at: offset + TarHeader.block) != nil else {
                    return .partial("its last block is lacking")
                }
                return hasTags
                    ? .whole : .partial("its tag manifest is lacking (what comes behind byte \(offset) is empty)")
            }
            var (length, next) = (header.size, offset + TarHeader.block)
            if header.kind == .extended {
                guard let (file, start) = try extended(header, at: next) else { return .whole }
                (length, next) = (file, start)
            }
            let (end, overflow) = next.addingReportingOverflow(length)
            guard !overflow, end <= size else {
                return .partial("\(header.path.prefix(200)): \(max(0, size - next)) of its \(length) bytes are there")
            }
            hasTags = hasTags || header.path.hasSuffix("/\(TagFile.tagManifest.rawValue)")
            offset = end + TarHeader.padding(length).count
        }
    }

    private func block(at offset: Int) throws -> [UInt8]? {
        guard offset <= size - TarHeader.block else { return nil }
        let block = try file.bytes(at: offset, limit: TarHeader.block)
        return block.count == TarHeader.block ? block : nil
    }

    /// The size and the start of the file behind a pax header; nil if that makes no sense.
    private func extended(_ header: TarHeader, at offset: Int) throws -> (size: Int, start: Int)? {
        guard header.size <= Self.largestExtension else { return nil }
        let start = offset + header.size + TarHeader.padding(header.size).count
        guard let block = try block(at: start) else { return (0, size + 1) }
        guard let records = try? TarHeader.records(try file.bytes(at: offset, limit: header.size)),
            let next = try? TarHeader.parse(block)
        else { return nil }
        return (records.size ?? next.size, start + TarHeader.block)
    }
}

/// Names and lengths in a folder.
private struct FolderLook {
    let root: FilePath
    let limits: TransferLimits
    let needsSignature: Bool

    func look() throws -> Wholeness {
        let names = Set(try Folder.names(root))
        guard names.contains("data") || TagFile.allCases.contains(where: { names.contains($0.rawValue) }) else {
            return .stranger
        }
        var tags: [TagFile] = TagFile.listed + [.tagManifest]
        if needsSignature { tags.append(.signature) }
        for tag in tags where !names.contains(tag.rawValue) { return .partial("\(tag.rawValue) is lacking") }
        let path = root.appending(TagFile.transfer.rawValue)
        guard try Kernel.status(path)?.kind == .regular,
            let bytes = try WholeFile.read(path, limit: limits.size(of: .transfer))
        else { return .whole }
        let record: TransferRecord
        do throws(TransferError) {
            record = try TransferRecord(decoding: bytes)
        } catch {
            // Not all of it yet, or not as it should be: the importer says which.
            return .whole
        }
        for item in record.items {
            guard let ref = item.ref else { continue }
            let name = BagPath.entry(ref).description
            guard let status = try Kernel.status(root.pushing(FilePath(name))) else {
                return .partial("\(name) is lacking")
            }
            let length = Envelope.size + item.bytes
            guard status.size >= length else {
                return .partial("\(name): \(status.size) of its \(length) bytes are there")
            }
        }
        return .whole
    }
}
