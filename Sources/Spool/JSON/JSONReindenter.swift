// Copies values of a document in another layout without building them: what is extracted is checked by the full grammar,
// numbers keep their digits, strings their escapes, members their order (and their duplicates). The output is always
// JSON in valid UTF-8: what was badly encoded is U+FFFD in it (raw for raw bytes, `\ufffd` for a lone surrogate's escape).

/// Copies slices of a source in a given layout.
package struct JSONReindenter {
    /// What a copy came to.
    package struct Outcome: Sendable, Equatable {
        /// The bytes that were written.
        package var bytes: Int
        /// How many characters were replaced by U+FFFD.
        package var repairs: Int
    }

    private let source: any ByteSource
    private let windowSize: Int?
    private let limits: JSONLimits

    package init(_ source: any ByteSource, windowSize: Int? = nil, limits: JSONLimits = JSONLimits()) {
        self.source = source
        self.windowSize = windowSize
        self.limits = limits
    }

    /// Copies a value to `sink`, in pieces of at most some hundred kilobytes. The sink never gets more than `limit` bytes: a
    /// longer copy is the error ``JSONError/Code/tooLong``. Of a copy that fails, part has been written.
    package func copy(
        _ slice: JSONSlice,
        style: JSONStyle,
        limit: Int = .max,
        to sink: (UnsafeRawBufferPointer) throws(JSONError) -> Void
    ) throws(JSONError) -> Outcome {
        try withoutActuallyEscaping(sink) { sink throws(JSONError) in
            let cursor = ByteCursor(source, range: slice.range, windowSize: windowSize)
            var stream = TokenStream(cursor, limit: limits.depth)
            var layout = Layout(style)
            var text = KeptText(limit: limit, sink: sink)
            while let token = try stream.next() {
                try Self.write(token, of: &stream, with: &layout, to: &text)
                try text.tokenEnded(at: stream.offset)
            }
            try text.finish()
            return Outcome(bytes: text.written, repairs: text.repairs)
        }
    }

    /// The same into memory.
    package func text(
        of slice: JSONSlice, style: JSONStyle, limit: Int = .max
    ) throws(JSONError) -> (bytes: [UInt8], repairs: Int) {
        var bytes: [UInt8] = []
        let outcome = try copy(slice, style: style, limit: limit) { bytes.append(contentsOf: $0) }
        return (bytes, outcome.repairs)
    }

    private static func write(
        _ token: TokenStream.Token, of stream: inout TokenStream, with layout: inout Layout, to text: inout KeptText
    ) throws(JSONError) {
        switch token {
        case .beginObject: layout.open(Mark.openObject, in: &text.staged)
        case .beginArray: layout.open(Mark.openArray, in: &text.staged)
        case .endObject: layout.close(Mark.closeObject, in: &text.staged)
        case .endArray: layout.close(Mark.closeArray, in: &text.staged)
        case .name:
            layout.separate(in: &text.staged)
            text.staged.append(Mark.quote)
            try stream.readName(into: &text)
            text.staged.append(Mark.quote)
            try stream.readColon()
            layout.nameEnded(in: &text.staged)
        case .string:
            layout.separate(in: &text.staged)
            text.staged.append(Mark.quote)
            try stream.readString(into: &text)
            text.staged.append(Mark.quote)
        case .number:
            layout.separate(in: &text.staged)
            try stream.readNumber { digits throws(JSONError) in try text.plain(digits) }
        case .bool(let value):
            layout.separate(in: &text.staged)
            text.staged.append(contentsOf: value ? "true".utf8 : "false".utf8)
        case .null:
            layout.separate(in: &text.staged)
            text.staged.append(contentsOf: "null".utf8)
        }
    }
}

/// Writes strings as they were sent, through a buffer that goes to the sink when it is full.
private struct KeptText: TextSink {
    private static let enough = 64 * 1024

    /// What the sink has not had yet.
    var staged: [UInt8] = []
    private(set) var written = 0
    private(set) var repairs = 0
    private var place = 0
    private let limit: Int
    private let sink: (UnsafeRawBufferPointer) throws(JSONError) -> Void

    init(limit: Int, sink: @escaping (UnsafeRawBufferPointer) throws(JSONError) -> Void) {
        self.limit = max(0, limit)
        self.sink = sink
        staged.reserveCapacity(Self.enough * 2)
    }

    mutating func plain(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) {
        if bytes.count >= Self.enough {
            try flush()
            try pass(UnsafeRawBufferPointer(bytes))
        } else {
            staged.append(contentsOf: bytes)
            if staged.count >= Self.enough { try flush() }
        }
    }

    mutating func escape(_ scalar: Unicode.Scalar, _ spelling: EscapeSpelling) throws(JSONError) {
        staged.append(Mark.backslash)
        switch spelling {
        case .short(let letter): staged.append(letter)
        case .unit(let digits): append(digits)
        case .pair(let first, let second):
            append(first)
            staged.append(Mark.backslash)
            append(second)
        }
        if staged.count >= Self.enough { try flush() }
    }

    mutating func replace(_ defect: Defect) throws(JSONError) {
        repairs += 1
        switch defect {
        case .surrogate: staged.append(contentsOf: #"\ufffd"#.utf8)
        case .encoding: staged.append(contentsOf: "\u{FFFD}".utf8)
        }
        if staged.count >= Self.enough { try flush() }
    }

    mutating func tokenEnded(at offset: Int) throws(JSONError) {
        place = offset
        if staged.count >= Self.enough || staged.count > limit - written { try flush() }
    }

    mutating func finish() throws(JSONError) {
        try flush()
    }

    private mutating func append(_ digits: [4 of UInt8]) {
        staged.append(UInt8(ascii: "u"))
        for place in digits.indices { staged.append(digits[place]) }
    }

    private mutating func flush() throws(JSONError) {
        let full = staged
        staged.removeAll(keepingCapacity: true)
        try full.withUnsafeBufferPointer { bytes throws(JSONError) in try pass(UnsafeRawBufferPointer(bytes)) }
    }

    private mutating func pass(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        guard bytes.count <= limit - written else {
            throw JSONError(.tooLong, at: place, "a copy of more than \(limit) bytes")
        }
        written += bytes.count
        if !bytes.isEmpty { try sink(bytes) }
    }
}
