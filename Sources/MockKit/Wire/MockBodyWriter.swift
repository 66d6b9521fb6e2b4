// Where a streamed body goes while it is made. The same body can be sent whole, cut after some bytes, or dripped at
// a rate, without its maker knowing: faults are put on the way, not into the makers.

import HummingbirdCore
public import NIOCore

/// Takes the chunks of a body.
public final class MockBodyWriter {
    private var sink: any BodySink
    private var remaining: Int?
    private let bytesPerSecond: Int?

    init(_ sink: any BodySink, limit: Int? = nil, bytesPerSecond: Int? = nil) {
        self.sink = sink
        self.remaining = limit
        self.bytesPerSecond = bytesPerSecond
    }

    /// Sends a chunk; waits while the client does not read. Throws when the connection is gone.
    @concurrent
    public func write(_ buffer: ByteBuffer) async throws {
        var buffer = buffer
        if let remaining {
            guard remaining > 0 else { throw BodyCut() }
            self.remaining = remaining - min(remaining, buffer.readableBytes)
            if let part = buffer.readSlice(length: min(remaining, buffer.readableBytes)) { buffer = part }
        }
        if let bytesPerSecond {
            try await drip(buffer, bytesPerSecond: bytesPerSecond)
        } else if buffer.readableBytes > 0 {
            try await sink.send(buffer)
        }
    }

    /// Ten drips per second.
    @concurrent
    private func drip(_ buffer: ByteBuffer, bytesPerSecond: Int) async throws {
        var buffer = buffer
        let drop = max(1, bytesPerSecond / 10)
        while let part = buffer.readSlice(length: min(drop, buffer.readableBytes)), part.readableBytes > 0 {
            try await sink.send(part)
            try await Task.sleep(for: .microseconds(part.readableBytes * 1_000_000 / bytesPerSecond))
        }
    }
}

/// Thrown to a body's maker when a fault has cut the body off.
struct BodyCut: Error {}

/// The next thing below a ``MockBodyWriter``.
protocol BodySink {
    @concurrent
    mutating func send(_ buffer: ByteBuffer) async throws
}

/// The server's own writer.
struct HTTPSink: BodySink {
    var writer: any ResponseBodyWriter

    @concurrent
    mutating func send(_ buffer: ByteBuffer) async throws { try await writer.write(buffer) }
}

/// Bytes past the HTTP encoder.
struct RawSink: BodySink {
    let connection: RawConnection

    @concurrent
    mutating func send(_ buffer: ByteBuffer) async throws { try await connection.send(buffer) }
}

/// Keeps what is made, to alter it before it is sent.
final class MemorySink: BodySink {
    var collected = ByteBuffer()
    let limit: Int

    init(limit: Int) { self.limit = limit }

    @concurrent
    func send(_ buffer: ByteBuffer) async throws {
        collected.writeImmutableBuffer(buffer)
        if collected.readableBytes >= limit { throw BodyCut() }
    }
}
