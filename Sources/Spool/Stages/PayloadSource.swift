// The payload of an entry as a document to scan: the one place where Store's bytes meet JSON's.

/// A committed entry's payload.
struct PayloadSource: ByteSource {
    let reader: EntryReader

    var count: Int { reader.count }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try reader.read(at: offset, into: buffer)
    }
}

/// What a writer has taken so far, before it is committed.
struct DraftSource: ByteSource {
    let writer: EntryWriter

    var count: Int { writer.count }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard offset >= 0, offset < count else { return 0 }
        let length = min(buffer.count, count - offset)
        return try writer.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<length]))
    }
}
