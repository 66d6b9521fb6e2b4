// Where a body is written, compact. It counts everything and keeps only what can still become a body, so that the
// length of a section of any size is known at the price of one limit's memory. What was written can be taken back to a
// mark: that is how an element too many disappears.

/// Compact JSON text under construction.
struct BodySink {
    /// A prefix of all that was written; all of it when ``isWhole``.
    private(set) var bytes: [UInt8] = []
    /// How many bytes were written.
    private(set) var count = 0
    /// What goes beyond is counted, not kept.
    private let keep: Int
    private var scratch: [UInt8] = []

    init(keep: Int) {
        self.keep = keep
    }

    var isWhole: Bool { bytes.count == count }

    mutating func append(_ byte: UInt8) {
        if bytes.count == count, count < keep { bytes.append(byte) }
        count += 1
    }

    /// JSON text as it is.
    mutating func append(_ json: some Collection<UInt8>) {
        if bytes.count == count, json.count <= keep - count { bytes.append(contentsOf: json) }
        count += json.count
    }

    /// A string of JSON with its quotes, with no more escapes than needed: indicators in it must stay readable for
    /// whoever looks for them in the text (`http:\/\/` is none).
    ///
    /// Once nothing is kept any more the count is of the most that it could be, which is quicker.
    mutating func append(quoted text: String) {
        guard bytes.count == count, text.utf8.count <= keep - count else {
            count += Self.mostBytes(quoted: text)
            return
        }
        scratch.removeAll(keepingCapacity: true)
        JSONEscape.append(text, to: &scratch)
        append(scratch)
    }

    /// Takes back what was written after the mark, which is an earlier `count`.
    mutating func rollback(to mark: Int) {
        count = min(mark, count)
        if bytes.count > count { bytes.removeLast(bytes.count - count) }
    }

    /// How many bytes of JSON a string makes at most, its quotes included.
    static func mostBytes(quoted text: String) -> Int {
        var text = text
        return text.withUTF8 { bytes in bytes.reduce(2) { $0 + mostBytes($1) } }
    }

    /// How many bytes of JSON one byte of a string makes at most. The line separators, which are escaped, begin with
    /// 0xE2.
    static func mostBytes(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): 2
        case ..<0x20: 6
        case 0xE2: 4
        default: 1
        }
    }
}
