// Reading one entry: envelope checked, payload by offset. Without a lock; an entry never changes, it only moves.

import Crypto
import SystemPackage

/// An open entry.
package struct EntryReader: Sendable {
    package let envelope: Envelope
    package let file: OpenFile

    /// Reads and checks the envelope, the name and the size, not the payload.
    package init(_ file: OpenFile, expecting ref: EntryRef? = nil) throws(StoreError) {
        let status = try store { () throws(FileError) in try file.status() }
        guard status.kind == .regular else {
            throw StoreError(.damaged, "\(file.path) is not a regular file")
        }
        let block = try store { () throws(FileError) in try file.bytes(limit: Envelope.size) }
        envelope = try Envelope(decoding: block)
        self.file = file
        let (expected, overflow) = envelope.bytes.addingReportingOverflow(Envelope.size)
        guard !overflow, status.size == expected else {
            throw StoreError(.damaged, "the entry has \(status.size) bytes; its envelope says \(expected)")
        }
        guard let ref else { return }
        guard envelope.id == ref.id.description else {
            throw StoreError(.damaged, "the envelope is that of '\(envelope.id)', the file is called '\(ref.id)'")
        }
        guard envelope.kind == ref.queue.kind else {
            throw StoreError(.damaged, "an entry of kind '\(envelope.kind.rawValue)' does not belong into \(ref.queue)")
        }
    }

    /// Bytes of payload.
    package var count: Int { envelope.bytes }

    /// Payload bytes from `offset`; fewer than asked for only at its end.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        guard offset >= 0, offset < envelope.bytes else { return 0 }
        let length = min(buffer.count, envelope.bytes - offset)
        return try file.read(
            at: Envelope.size + offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<length]))
    }

    /// The whole payload: for reports, which are small; more than `limit` bytes are refused.
    package func payload(limit: Int) throws(StoreError) -> [UInt8] {
        guard envelope.bytes <= limit else {
            throw StoreError(.refused, "the payload has \(envelope.bytes) bytes; at most \(limit) are read at once")
        }
        let bytes = try store { () throws(FileError) in try file.bytes(at: Envelope.size, limit: envelope.bytes) }
        guard Envelope.hex(SHA256.hash(data: bytes)) == envelope.sha256 else { throw Self.damagedPayload }
        return bytes
    }

    /// Reads the payload through once and compares its digest.
    package func verify() throws(StoreError) {
        file.willReadSequentially()
        var hash = SHA256()
        // No more than is needed: most entries are small, and there may be thousands.
        var buffer = [UInt8](repeating: 0, count: min(256 << 10, envelope.bytes))
        var offset = 0
        while offset < envelope.bytes {
            let count = try buffer.withUnsafeMutableBufferPointer { (window) throws(StoreError) in
                let raw = UnsafeMutableRawBufferPointer(window)
                let count = try store { () throws(FileError) in try read(at: offset, into: raw) }
                hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: raw[..<count]))
                return count
            }
            guard count > 0 else { throw Self.damagedPayload }
            offset += count
        }
        guard Envelope.hex(hash.finalize()) == envelope.sha256 else { throw Self.damagedPayload }
    }

    static var damagedPayload: StoreError {
        StoreError(.damaged, "the payload is not what was written: its SHA-256 does not match the envelope")
    }
}

extension SpoolStore {
    /// Opens an entry where it lies, and checks its envelope.
    package func reader(_ place: EntryPlace) throws(StoreError) -> EntryReader {
        try EntryReader(open(place), expecting: place.ref)
    }

    private func open(_ place: EntryPlace) throws(StoreError) -> OpenFile {
        guard let file = try openEntry(layout.entry(place)) else {
            throw StoreError(.missing, "\(place.ref) is not in '\(place.state.rawValue)' any more")
        }
        return file
    }
}
