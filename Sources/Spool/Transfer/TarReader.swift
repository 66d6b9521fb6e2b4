// Members of a tar archive one after the other, from a stream that is read once: nothing is looked up, nothing is skipped
// unread, and after the end there is nothing but zeros.

/// Bytes in order: fills part of a buffer; 0 only at the end.
package typealias ByteStream = @Sendable (UnsafeMutableRawBufferPointer) throws -> Int

struct TarReader {
    private let stream: ByteStream
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)
    private var start = 0
    private var end = 0
    /// Of the member that is being read, with its padding.
    private var left = 0
    private var padding = 0
    private var name = ""
    private static let largestExtension = 4096

    init(_ stream: @escaping ByteStream) {
        self.stream = stream
    }

    /// The next file or folder; nil after the last. What is left of the one before must have been read.
    mutating func next() throws -> TarHeader? {
        precondition(left == 0, "a member is read before the next")
        try skipPadding()
        guard var header = try TarHeader.parse(block()) else {
            try finish()
            return nil
        }
        if header.kind == .extended {
            guard header.size <= Self.largestExtension else {
                throw TransferError.refused("a pax header of \(header.size) bytes")
            }
            var records = [UInt8](repeating: 0, count: header.size)
            (left, padding) = (header.size, TarHeader.padding(header.size).count)
            var filled = 0
            while filled < records.count {
                filled += try records.withUnsafeMutableBytes {
                    try read(into: UnsafeMutableRawBufferPointer(rebasing: $0[filled...]))
                }
            }
            try skipPadding()
            let (path, size) = try TarHeader.records(records)
            guard let next = try TarHeader.parse(block()), next.kind == .file else {
                throw TransferError.refused("a pax header without a file behind it")
            }
            header = next
            header.path = path ?? next.path
            header.size = size ?? next.size
        }
        (left, padding, name) = (header.size, TarHeader.padding(header.size).count, header.path)
        return header
    }

    /// Bytes of the member; 0 at its end.
    mutating func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
        guard left > 0, !target.isEmpty else { return 0 }
        if start == end { try refill() }
        let count = min(left, end - start, target.count)
        guard count > 0 else { throw TransferError.refused("\(name): the archive ends in the middle of it") }
        let from = start
        buffer.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[from..<(from + count)])) }
        start += count
        left -= count
        return count
    }

    private mutating func refill() throws {
        start = 0
        end = 0
        end = try buffer.withUnsafeMutableBytes { try stream($0) }
    }

    private mutating func byte() throws -> UInt8? {
        if start == end { try refill() }
        guard start < end else { return nil }
        defer { start += 1 }
        return buffer[start]
    }

    private mutating func block() throws -> [UInt8] {
        var block: [UInt8] = []
        while block.count < TarHeader.block {
            if start == end { try refill() }
            guard start < end else {
                throw TransferError.refused("the archive is cut short: it has no end")
            }
            let count = min(TarHeader.block - block.count, end - start)
            block += buffer[start..<(start + count)]
            start += count
        }
        return block
    }

    private mutating func skipPadding() throws {
        while padding > 0 {
            guard let byte = try byte() else {
                throw TransferError.refused("\(name): the archive ends right behind it")
            }
            guard byte == 0 else { throw TransferError.refused("\(name): has more bytes than it declares") }
            padding -= 1
        }
    }

    /// One more block of zeros, and zeros to the end.
    private mutating func finish() throws {
        guard try block().allSatisfy({ $0 == 0 }) else {
            throw TransferError.refused("the archive has a single block of zeros in its middle")
        }
        while true {
            if start == end { try refill() }
            guard start < end else { return }
            guard buffer[start..<end].allSatisfy({ $0 == 0 }) else {
                throw TransferError.refused("there are bytes behind the end of the archive")
            }
            start = end
        }
    }
}
