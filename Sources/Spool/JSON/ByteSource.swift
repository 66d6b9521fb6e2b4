// Where the bytes of a document come from, by offset. Reports can be larger than memory, so nothing here ever asks for
// all of them; a file is read in windows (pread), a test hands over an array.

/// Bytes that can be read at any offset.
package protocol ByteSource {
    /// How many bytes there are.
    var count: Int { get }

    /// Fills `buffer` with the bytes from `offset` on and says how many there were: fewer than asked for only at the end.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Bytes in memory.
package struct MemorySource: ByteSource, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var count: Int { bytes.count }

    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard offset >= 0, offset < bytes.count else { return 0 }
        let length = min(buffer.count, bytes.count - offset)
        bytes.withUnsafeBytes { source in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<(offset + length)]))
        }
        return length
    }
}
