// A pull parser: the full grammar of RFC 8259 (numbers, escapes, words, commas, nothing after the value), one event at a
// time, with the memory of one window and one string. Badly encoded text is not an error: it becomes U+FFFD and is counted
// (see ByteCursor+text). Duplicate names come as they are; who collects them decides, and here everybody lets the last one count.

/// Reads one value of a source, event by event.
package struct JSONReader {
    private var stream: TokenStream
    private let limits: JSONLimits
    private var text: DecodedText
    private var failure: JSONError?

    /// How many strings were cut, when the limits say that long ones are.
    package private(set) var cuts = 0

    /// A reader of the whole source, which it sees through a window of `windowSize` bytes.
    package init(_ source: any ByteSource, windowSize: Int? = nil, limits: JSONLimits = JSONLimits()) {
        self.init(ByteCursor(source, range: 0..<max(0, source.count), windowSize: windowSize), limits: limits)
    }

    /// A reader of one value of the source. Depth is counted from that value on.
    package init(
        _ source: any ByteSource, slice: JSONSlice, windowSize: Int? = nil, limits: JSONLimits = JSONLimits()
    ) {
        self.init(ByteCursor(source, range: slice.range, windowSize: windowSize), limits: limits)
    }

    private init(_ cursor: ByteCursor, limits: JSONLimits) {
        stream = TokenStream(cursor, limit: limits.depth)
        text = DecodedText(limit: limits.string)
        self.limits = limits
    }

    /// How many characters of names and strings so far were no valid text and were replaced by U+FFFD.
    package var repairs: Int { text.repairs }

    /// The byte of the source that is read next.
    package var offset: Int { stream.offset }

    /// How many containers are open.
    package var depth: Int { stream.depth }

    /// The next event; nil once the value, and whatever blanks follow it, have ended. After an error always that error.
    package mutating func next() throws(JSONError) -> JSONEvent? {
        try keepingFailure { reader throws(JSONError) in try reader.event() }
    }

    /// Passes the next value whole and says where it stands, so that an array or object of any length can be visited a slice
    /// at a time. Nil, and nothing is passed, when no value comes next: its container ends, a name is due, or all is read.
    /// What is skipped gets the lesser check that ``JSONScanner`` describes.
    package mutating func skip() throws(JSONError) -> JSONSlice? {
        try keepingFailure { reader throws(JSONError) in try reader.stream.skip() }
    }

    /// Whether a value comes next (see ``skip()``).
    package mutating func hasValue() throws(JSONError) -> Bool {
        try keepingFailure { reader throws(JSONError) in try reader.stream.hasValue() }
    }

    private mutating func keepingFailure<Answer>(
        _ body: (inout JSONReader) throws(JSONError) -> Answer
    ) throws(JSONError) -> Answer {
        if let failure { throw failure }
        do {
            return try body(&self)
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func event() throws(JSONError) -> JSONEvent? {
        switch try stream.next() {
        case .beginObject: .beginObject
        case .endObject: .endObject
        case .beginArray: .beginArray
        case .endArray: .endArray
        case .name: .name(try name())
        case .string: .string(try string())
        case .number: .number(try number())
        case .bool(let value): .bool(value)
        case .null: .null
        case nil: nil
        }
    }

    private mutating func name() throws(JSONError) -> String {
        let start = offset
        text.clear()
        try stream.readName(into: &text)
        if text.isCut { throw JSONError(.tooLong, at: start, "a name of more than \(limits.string) bytes") }
        try stream.readColon()
        return text.string
    }

    private mutating func string() throws(JSONError) -> String {
        let start = offset
        text.clear()
        try stream.readString(into: &text)
        if text.isCut {
            guard limits.cutsLongStrings else {
                throw JSONError(.tooLong, at: start, "a string of more than \(limits.string) bytes")
            }
            cuts += 1
        }
        return text.string
    }

    private mutating func number() throws(JSONError) -> String {
        let start = offset
        let limit = limits.number
        var digits: [UInt8] = []
        var fits = true
        try stream.readNumber { piece throws(JSONError) in
            fits = fits && piece.count <= limit - digits.count
            if fits { digits.append(contentsOf: piece) }
        }
        guard fits else { throw JSONError(.tooLong, at: start, "a number of more than \(limit) characters") }
        return String(decoding: digits, as: UTF8.self)
    }
}
