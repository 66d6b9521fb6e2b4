// Where text goes: standard output, standard error, or a test's memory. Gathered and written in large pieces, since
// `list` may have 100,000 lines.

import Synchronization
package import SystemPackage

/// The reader of our output is gone (`spoolctl list | head`): no error, there is just nobody left to talk to.
package struct ReaderGone: Error {}

/// One way out of the program.
package final class OutputStream: Sendable {
    package typealias Sink = @Sendable (UnsafeRawBufferPointer) throws -> Void

    package let style: OutputStyle
    private let sink: Sink
    private let buffer = Mutex<[UInt8]>([])
    private static let piece = 64 << 10

    package init(style: OutputStyle, sink: @escaping Sink) {
        self.style = style
        self.sink = sink
    }

    /// A descriptor of the process.
    package convenience init(_ descriptor: FileDescriptor, style: OutputStyle) {
        self.init(style: style) { bytes in
            do {
                _ = try descriptor.writeAll(bytes)
            } catch Errno.brokenPipe {
                throw ReaderGone()
            }
        }
    }

    package func line(_ text: String) throws {
        try write(Array(text.utf8) + [0x0a])
    }

    package func line(_ value: JSONText) throws { try line(value.text) }

    package func write(_ bytes: some Collection<UInt8>) throws {
        let full = buffer.withLock { buffer in
            buffer.append(contentsOf: bytes)
            return buffer.count >= Self.piece
        }
        if full { try flush() }
    }

    package func flush() throws {
        let bytes = buffer.withLock { buffer in
            defer { buffer.removeAll(keepingCapacity: true) }
            return buffer
        }
        guard !bytes.isEmpty else { return }
        try bytes.withUnsafeBytes { try sink($0) }
    }
}
