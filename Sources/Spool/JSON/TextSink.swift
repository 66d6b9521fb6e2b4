// Where the content of a string goes while it is read: into a Swift string, or on to the output as it was sent.

/// How a character was escaped, so that it can be written again just so.
enum EscapeSpelling {
    /// A backslash and this letter.
    case short(UInt8)
    /// `\u` and these four digits.
    case unit([4 of UInt8])
    /// Two of those: a surrogate pair.
    case pair([4 of UInt8], [4 of UInt8])
}

/// What cannot stand in a string and is replaced by U+FFFD.
enum Defect {
    /// A lone surrogate, written as `\uD800`.
    case surrogate
    /// Bytes that are no UTF-8: one replacement for each maximal part of a character, as Unicode recommends and as
    /// Swift's and Python's own decoders do.
    case encoding
}

/// A taker of a string's content, in order.
protocol TextSink {
    /// Well-formed UTF-8 that needs no escape; never cut inside a character.
    mutating func plain(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError)
    mutating func escape(_ scalar: Unicode.Scalar, _ spelling: EscapeSpelling) throws(JSONError)
    mutating func replace(_ defect: Defect) throws(JSONError)
}

/// Decodes into bytes, up to a limit. What goes beyond it is read and dropped, so that memory stays bounded.
struct DecodedText: TextSink {
    private(set) var bytes: [UInt8] = []
    /// How many U+FFFD were put in.
    private(set) var repairs = 0
    /// Whether something did not fit.
    private(set) var isCut = false
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// The text so far.
    var string: String { String(decoding: bytes, as: UTF8.self) }

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        isCut = false
    }

    mutating func plain(_ run: UnsafeBufferPointer<UInt8>) {
        if isCut { return }
        guard run.count > limit - bytes.count else {
            bytes.append(contentsOf: run)
            return
        }
        // A run is ASCII, or one character, which goes in whole or not at all.
        isCut = true
        if let first = run.first, first < 0x80 { bytes.append(contentsOf: run.prefix(limit - bytes.count)) }
    }

    mutating func escape(_ scalar: Unicode.Scalar, _ spelling: EscapeSpelling) {
        let encoded = UTF8.encode(scalar)
        guard let encoded, !isCut, encoded.count <= limit - bytes.count else {
            isCut = true
            return
        }
        bytes.append(contentsOf: encoded)
    }

    mutating func replace(_ defect: Defect) {
        repairs += 1
        escape("\u{FFFD}", .short(0))
    }
}
