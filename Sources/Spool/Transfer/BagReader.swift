// Reads a bundle through once, checking on the way whatever can be checked on the way, and keeping what is worth it: tag files
// in memory, entries (if somebody wants them) in the spool's `tmp`. What was read here is what is committed later; the medium is
// not looked at again.
//
// The shape (names, kinds, limits) ends the reading at once. What is wrong with contents is gathered, so that `verify` can show
// all of it.

/// Bounds on what a bundle may make us hold.
package struct TransferLimits: Sendable, Equatable {
    package var bytes: Int
    package var entries: Int

    package init(bytes: Int = 64 << 30, entries: Int = 10_000) {
        self.bytes = bytes
        self.entries = entries
    }

    func size(of tag: TagFile) -> Int {
        switch tag {
        case .bagit: 4096
        case .info, .tagManifest, .signature: 64 << 10
        case .manifest: 256 * entries
        case .transfer: (1 << 20) + 512 * entries
        }
    }
}

/// Where entries go while they are read; nil as an answer: nowhere, it is only checked.
package protocol EntryKeeper: Sendable {
    /// Throws to refuse the whole bundle.
    func keep(_ ref: EntryRef, _ envelope: Envelope) throws -> EntryCopy?
}

/// An entry as it was read.
package struct ReadEntry: Sendable {
    package let envelope: Envelope
    /// SHA-256 of the file, envelope and all.
    package let digest: String
    package let size: Int
    package let copy: EntryCopy?
}

/// Everything that a bundle holds.
package struct BagContents: Sendable {
    package var tags: [TagFile: [UInt8]] = [:]
    /// `transfer.json`.
    package var record: TransferRecord?
    package var entries: [EntryRef: ReadEntry] = [:]
    /// Digests and sizes of payload files, also of those that are damaged.
    package var digests: [BagPath: String] = [:]
    package var payload = PayloadSum()
    package var errors: [TransferError] = []
}

package struct BagReader: Sendable {
    private let limits: TransferLimits
    private let keeper: (any EntryKeeper)?
    /// Bytes that may be kept.
    private let room: Int
    private let watch: TransferWatch

    package init(
        _ limits: TransferLimits, keeper: (any EntryKeeper)? = nil, room: Int = .max,
        watch: TransferWatch = TransferWatch()
    ) {
        self.limits = limits
        self.keeper = keeper
        self.room = room
        self.watch = watch
    }

    package func read(_ location: BundleLocation) throws -> BagContents {
        var contents = BagContents()
        var seen = SeenPaths()
        var source = try location.open()
        var window = Self.window
        var beside: [MemberBeside] = []
        while let member = try source.next() {
            try seen.add(member.path)
            switch member.path {
            case .tag(let tag):
                let bytes = try readTag(tag, member.size, &source)
                contents.tags[tag] = bytes
                if tag == .transfer { contents.record = try expect(bytes) }
            case .entry(let ref):
                try count(member, &contents)
                // What is kept is written as well: one after the other, as it is committed.
                if keeper == nil, let stream = source.detach() {
                    beside.append(MemberBeside(ref: ref, member: member, stream: stream))
                } else {
                    contents.note(ref, member, try scan(ref, member, &window) { try source.read(into: $0) })
                }
            case .folder: break
            }
        }
        try readTogether(beside, &contents)
        return contents
    }

    static var window: [UInt8] { [UInt8](repeating: 0, count: 256 << 10) }

    private func readTag(_ tag: TagFile, _ size: Int, _ source: inout any BagSource) throws -> [UInt8] {
        guard size <= limits.size(of: tag) else {
            throw TransferError.refused(
                "\(tag.rawValue): has \(size) bytes; at most \(limits.size(of: tag)) are read (transfer.max_entries)")
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var filled = 0
        repeat {
            try watch.check()
            filled += try bytes.withUnsafeMutableBytes {
                try source.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
            }
        } while filled < size
        return bytes
    }

    /// What is to come is known before it comes, in bundles of ours: too much is refused while nothing is written yet.
    private func expect(_ bytes: [UInt8]) throws -> TransferRecord {
        let record = try TransferRecord(decoding: bytes)
        var total = 0
        for item in record.items { total = total.addingReportingOverflow(item.bytes + Envelope.size).partialValue }
        watch.expect(bytes: total)
        try check(entries: record.items.count, bytes: total)
        return record
    }

    private func check(entries: Int, bytes: Int) throws(TransferError) {
        guard entries <= limits.entries else {
            throw .refused(
                "the bundle has \(entries) entries or more; at most \(limits.entries) are taken (transfer.max_entries; ulimit -n)"
            )
        }
        guard bytes <= limits.bytes, bytes >= 0 else {
            throw .refused(
                "the bundle has \(bytes) bytes of payload or more; at most \(limits.bytes) are taken"
                    + " (transfer.max_bundle_bytes)")
        }
        guard bytes <= room else {
            throw TransferError(
                .noRoom,
                "the bundle has \(bytes) bytes of payload or more; the spool's disk has room for \(max(0, room));"
                    + " make room (spoolctl prune) and try again")
        }
    }

    private func count(_ member: BagMember, _ contents: inout BagContents) throws(TransferError) {
        let (total, overflow) = contents.payload.bytes.addingReportingOverflow(member.size)
        contents.payload.files += 1
        contents.payload.bytes = overflow ? .max : total
        try check(entries: contents.payload.files, bytes: contents.payload.bytes)
    }

    func scan(
        _ ref: EntryRef, _ member: BagMember, _ window: inout [UInt8],
        _ read: (UnsafeMutableRawBufferPointer) throws -> Int
    ) throws -> ScannedEntry {
        var scan = EntryScan(ref, size: member.size, keeper)
        while true {
            try watch.check()
            let count = try window.withUnsafeMutableBytes { buffer in
                let count = try read(buffer)
                try scan.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                return count
            }
            if count == 0 { break }
            watch.add(bytes: count)
        }
        return scan.finish()
    }
}

extension BagContents {
    mutating func note(_ ref: EntryRef, _ member: BagMember, _ scanned: ScannedEntry) {
        digests[member.path] = scanned.digest
        switch scanned.result {
        case .success(let entry): entries[ref] = entry
        case .failure(let error): errors.append(error)
        }
    }
}
