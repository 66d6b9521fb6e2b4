// An entry's payload, byte for byte, in pieces: a report may be larger than memory. On a terminal what it would obey is
// written out. The digest is compared afterwards, so that damage can be looked at, and is not overlooked.

import Spool

struct RawPayload {
    private let reader: EntryReader
    private static let piece = 256 << 10

    init(_ reader: EntryReader) {
        self.reader = reader
    }

    func write(to out: OutputStream) throws {
        reader.file.willReadSequentially()
        var rest = PartialText()
        var window = [UInt8](repeating: 0, count: Self.piece)
        var offset = 0
        while offset < reader.count {
            let count = try window.withUnsafeMutableBytes { try reader.read(at: offset, into: $0) }
            guard count > 0 else { break }
            offset += count
            if out.style.isTerminal {
                try out.write(Visible.lines(rest.take(window[..<count], isLast: offset == reader.count)).utf8)
            } else {
                try out.write(window[..<count])
            }
        }
        if out.style.isTerminal { try out.line("") }
        try out.flush()
        try reader.verify()
    }
}

/// Text that arrives in pieces which may end inside a character.
struct PartialText {
    private var kept: [UInt8] = []

    mutating func take(_ piece: ArraySlice<UInt8>, isLast: Bool) -> String {
        var bytes = kept + piece
        kept = []
        guard !isLast else { return String(decoding: bytes, as: UTF8.self) }
        // At most three bytes of an unfinished character stand at the end.
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xc0 == 0x80 { continue }
            let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
            if length > back {
                kept = Array(bytes.suffix(back))
                bytes.removeLast(back)
            }
            break
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
