// Writes a bundle: `bagit.txt` and `transfer.json` first, so that the reader of an archive knows early what is to come, then the payload
// (which a folder may have already), then what can only be said after it. The same entries give the same bytes, but for times and the signature.

import Crypto

/// A bundle on its way.
struct BagWriter: Sendable {
    private let record: TransferRecord
    private let sink: any BagSink
    private let watch: TransferWatch
    private var tags = BagManifest()
    private var manifest = BagManifest()
    private var payload = PayloadSum()

    init(_ written: WrittenRecord, _ sink: any BagSink, _ watch: TransferWatch) throws {
        record = written.record
        self.sink = sink
        self.watch = watch
        try add(.bagit, BagDeclaration.encoded)
        try add(.transfer, written.bytes)
    }

    private mutating func add(_ tag: TagFile, _ bytes: [UInt8]) throws {
        try sink.file(.tag(tag), size: bytes.count) { drain in try bytes.withUnsafeBytes { try drain($0) } }
        if TagFile.listed.contains(tag) { tags[tag.rawValue] = Envelope.hex(SHA256.hash(data: bytes)) }
    }

    /// The whole files of entries, byte for byte; in their order where the sink takes one after the other. Their payloads were
    /// checked before.
    mutating func add(_ entries: [(ref: EntryRef, reader: EntryReader)]) throws {
        let (sink, watch) = (sink, watch)
        let digests = try Lanes.map(entries.count, lanes: sink.lanes, state: { BagReader.window }) { window, number in
            try Self.copy(entries[number].ref, entries[number].reader, to: sink, &window, watch, checks: false)
        }
        for ((ref, reader), digest) in zip(entries, digests) { note(ref, reader, digest: digest) }
    }

    /// An entry that is there already, with the digest of its file.
    mutating func note(_ ref: EntryRef, _ reader: EntryReader, digest: String) {
        manifest[BagPath.entry(ref).description] = digest
        payload.files += 1
        payload.bytes += Envelope.size + reader.count
    }

    /// Gives the whole file of an entry to a sink, reading each byte once; returns the file's digest. `checks`: compares the payload
    /// with the digest in its envelope.
    static func copy(
        _ ref: EntryRef, _ reader: EntryReader, to sink: any BagSink, _ window: inout [UInt8], _ watch: TransferWatch,
        checks: Bool
    ) throws -> String {
        let size = Envelope.size + reader.count
        var digests = EntryDigests(payload: checks)
        var digest = ""
        if size > window.count { reader.file.willReadSequentially() }
        try window.withUnsafeMutableBytes { buffer in
            try sink.file(.entry(ref), size: size) { drain in
                var offset = 0
                while offset < size {
                    try watch.check()
                    let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, size - offset)])
                    let count = try reader.file.read(at: offset, into: part)
                    guard count > 0 else { throw StoreError(.damaged, "\(ref) became shorter while it was read") }
                    let bytes = UnsafeRawBufferPointer(rebasing: part[..<count])
                    digests.update(bytes)
                    try drain(bytes)
                    offset += count
                    watch.add(bytes: count)
                }
                let (file, payload) = digests.finalize()
                guard !checks || payload == reader.envelope.sha256 else { throw EntryReader.damagedPayload }
                digest = file
            }
        }
        return digest
    }

    /// The tag files behind the payload; returns the tag manifest, which is what is signed.
    mutating func close() throws -> [UInt8] {
        try add(.manifest, manifest.encoded())
        try add(.info, BagInfo(record, payload: payload).encoded())
        let bytes = tags.encoded()
        try add(.tagManifest, bytes)
        return bytes
    }

    mutating func sign(_ signature: [UInt8]) throws { try add(.signature, signature) }
}
