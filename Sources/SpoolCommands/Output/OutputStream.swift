// Where text goes: standard output, standard error, or a test's memory. Gathered and written in large pieces, since
// `list` may have 100,000 lines.

import Spool
import Synchronization
package import SystemPackage

/// The reader of our output is gone (`spoolctl list | head`): no error, there is just nobody left to talk to.
package struct ReaderGone: Error {}

/// One way out of the program.
package final class OutputStream: Sendable {
    package typealias Sink = @Sendable (UnsafeRawBufferPointer) throws -> Void
    /// One that waits for its reader only as long as the second argument does not throw.
    package typealias PatientSink = @Sendable (UnsafeRawBufferPointer, () throws -> Void) throws -> Void

    package let style: OutputStyle
    private let sink: Sink
    private let patientSink: PatientSink
    private let beside: OutputStream?
    private let buffer = Mutex<[UInt8]>([])
    /// The line that hovers below everything else, as it stands on the terminal now.
    private let hovering = Mutex<String?>(nil)
    private static let piece = 64 << 10

    /// `patientSink` nil: `sink` never waits. `beside`: shows on the same terminal if this one does, so that a line that hovers
    /// there makes way for what is written here.
    package init(
        style: OutputStyle, beside: OutputStream? = nil, patientSink: PatientSink? = nil, sink: @escaping Sink
    ) {
        self.style = style
        self.beside = style.isTerminal ? beside : nil
        self.sink = sink
        self.patientSink = patientSink ?? { bytes, _ in try sink(bytes) }
    }

    /// A descriptor of the process.
    package convenience init(_ descriptor: FileDescriptor, style: OutputStyle, beside: OutputStream? = nil) {
        let patient = PatientWriter(descriptor)
        self.init(
            style: style, beside: beside,
            patientSink: { bytes, goOn in
                do {
                    try patient.write(bytes, while: goOn)
                } catch Errno.brokenPipe {
                    throw ReaderGone()
                }
            },
            sink: { bytes in
                do {
                    _ = try descriptor.writeAll(bytes)
                } catch Errno.brokenPipe {
                    throw ReaderGone()
                }
            })
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

    /// Straight on, for what is too much to gather. While the reader takes nothing, `goOn` is asked again and again, and ends it
    /// by throwing.
    package func pass(_ bytes: UnsafeRawBufferPointer, while goOn: () throws -> Void) throws {
        try flush()
        try patientSink(bytes, goOn)
    }

    package func flush() throws {
        let bytes = buffer.withLock { buffer in
            defer { buffer.removeAll(keepingCapacity: true) }
            return buffer
        }
        guard !bytes.isEmpty else { return }
        if let beside { try beside.makeWay { try put(bytes) } } else { try put(bytes) }
    }

    /// Takes the hovering line off the terminal while somebody else writes on it.
    private func makeWay(_ write: () throws -> Void) throws {
        try hovering.withLock { hovering in
            guard let text = hovering else { return try write() }
            try Array(Self.erased(text, style).utf8).withUnsafeBytes { try sink($0) }
            try write()
            try Array(text.utf8).withUnsafeBytes { try sink($0) }
        }
    }

    private func put(_ bytes: [UInt8]) throws {
        try hovering.withLock { hovering in
            guard let text = hovering else { return try bytes.withUnsafeBytes { try sink($0) } }
            let around = Array(Self.erased(text, style).utf8) + bytes + Array(text.utf8)
            try around.withUnsafeBytes { try sink($0) }
        }
    }

    /// Puts one line below everything else, in place of the one before; nil takes it away. On a terminal only.
    package func hover(_ text: String?) {
        guard style.isTerminal else { return }
        let text = text.map { DisplayWidth.cut($0, to: max(0, (style.width ?? 80) - 1)) }
        hovering.withLock { hovering in
            let line = (hovering.map { Self.erased($0, style) } ?? "") + (text ?? "")
            hovering = text
            guard !line.isEmpty else { return }
            // A terminal that went away: who works on needs none.
            try? Array(line.utf8).withUnsafeBytes { try sink($0) }
        }
    }

    /// Back to the line's start with nothing on it; where escapes are not understood, by blanks.
    private static func erased(_ text: String, _ style: OutputStyle) -> String {
        style.hasEscapes
            ? "\r\u{1B}[K" : "\r\(String(repeating: " ", count: DisplayWidth.of(text)))\r"
    }
}
