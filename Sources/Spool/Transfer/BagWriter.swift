// Writes a bundle: `bagit.txt` and `transfer.json` first, so that a reader knows early what is to come, then the payload, then
// what can only be said after it. The same entries give the same bytes, but for times and the signature.

import Crypto

/// A bundle on its way.
struct BagWriter: Sendable {
    private let record: TransferRecord
    private let sink: any BagSink
    private let watch: TransferWatch
    private var tags = BagManifest()
    private var manifest = BagManifest()
    private var payload = PayloadSum()

    init(_ record: TransferRecord, _ sink: any BagSink, _ watch: TransferWatch) throws {
        self.record = record
        self.sink = sink
        self.watch = watch
        try add(.bagit, BagDeclaration.encoded)
        try add(.transfer, record.encoded())
    }

    private mutating func add(_ tag: TagFile, _ bytes: [UInt8]) throws {
        try sink.begin(.tag(tag), size: bytes.count)
        try bytes.withUnsafeBytes { try sink.write($0) }
        if TagFile.listed.contains(tag) { tags[tag.rawValue] = Envelope.hex(SHA256.hash(data: bytes)) }
    }

    /// The whole file of an entry, byte for byte.
    mutating func add(_ ref: EntryRef, _ reader: EntryReader) throws {
        let size = Envelope.size + reader.count
        let path = BagPath.entry(ref)
        try sink.begin(path, size: size)
        var hash = SHA256()
        var window = [UInt8](repeating: 0, count: min(256 << 10, size))
        var offset = 0
        reader.file.willReadSequentially()
        while offset < size {
            try watch.check()
            let count = try window.withUnsafeMutableBytes { buffer in
                let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, size - offset)])
                let count = try reader.file.read(at: offset, into: part)
                let bytes = UnsafeRawBufferPointer(rebasing: part[..<count])
                hash.update(bufferPointer: bytes)
                try sink.write(bytes)
                return count
            }
            guard count > 0 else { throw StoreError(.damaged, "\(ref) became shorter while it was read") }
            offset += count
            watch.add(bytes: count)
        }
        manifest[path.description] = Envelope.hex(hash.finalize())
        payload.files += 1
        payload.bytes += size
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
