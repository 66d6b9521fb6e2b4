// The order of tokens: RFC 8259 without what is inside strings and numbers. Whoever drives it takes those from the cursor,
// decoded or as they were sent, and so the reader and the re-indenter follow one and the same grammar.

/// Walks through one value, token by token, with a bit of memory for each open container.
struct TokenStream {
    /// After `name`, `string` and `number` the cursor stands on the first byte; take the content with ``readName(into:)``,
    /// ``readString(into:)`` or ``readNumber(_:)`` before going on.
    enum Token {
        case beginObject, endObject, beginArray, endArray
        case name, string, number
        case bool(Bool)
        case null
    }

    private enum Expected {
        case value, elementOrEnd, nameOrEnd, name, commaOrEnd, nothing
    }

    private var cursor: ByteCursor
    private var nesting = Nesting()
    private var expected = Expected.value
    private let limit: Int

    /// A stream over what the cursor covers; at most `limit` containers may be open.
    init(_ cursor: ByteCursor, limit: Int) {
        self.cursor = cursor
        self.limit = limit
    }

    /// Where the next byte stands in the source.
    var offset: Int { cursor.offset }

    /// How many containers are open.
    var depth: Int { nesting.depth }

    /// The next token; nil once the value, and whatever blanks follow it, have ended.
    mutating func next() throws(JSONError) -> Token? {
        if let first = try nextValue() { return try value(startingWith: first) }
        switch expected {
        case .nothing:
            try cursor.expectEnd()
            return nil
        case .name:
            return try name()
        case .nameOrEnd:
            return try token() == Mark.closeObject ? close() : name()
        case .value, .elementOrEnd, .commaOrEnd:
            return close()
        }
    }

    /// Passes the next value whole, with the lesser check of StructureScan. Nil if no value comes next.
    mutating func skip() throws(JSONError) -> JSONSlice? {
        guard let first = try nextValue() else { return nil }
        let slice = try cursor.skipValue(startingWith: first, depth: limit - nesting.depth)
        valueEnded()
        return slice
    }

    /// Whether a value comes next; a comma before it is taken.
    mutating func hasValue() throws(JSONError) -> Bool {
        try nextValue() != nil
    }

    mutating func readName(into sink: inout some TextSink) throws(JSONError) {
        try cursor.readText(into: &sink)
        expected = .value
    }

    /// Passes the colon after a name.
    mutating func readColon() throws(JSONError) {
        try cursor.expectColon()
    }

    mutating func readString(into sink: inout some TextSink) throws(JSONError) {
        try cursor.readText(into: &sink)
        valueEnded()
    }

    mutating func readNumber(
        _ body: (UnsafeBufferPointer<UInt8>) throws(JSONError) -> Void
    ) throws(JSONError) {
        try cursor.readNumber(body)
        valueEnded()
    }

    /// The first byte of the value that comes next. Nil when it is something else: then `expected` says what, and for
    /// `elementOrEnd` and `commaOrEnd` the right closing bracket is under the cursor.
    private mutating func nextValue() throws(JSONError) -> UInt8? {
        switch expected {
        case .nothing, .name, .nameOrEnd:
            return nil
        case .value:
            return nesting.isEmpty ? try cursor.firstByte() : try token()
        case .elementOrEnd:
            let byte = try token()
            return byte == Mark.closeArray ? nil : byte
        case .commaOrEnd:
            let isObject = nesting.isObject
            let byte = try token()
            if byte == (isObject ? Mark.closeObject : Mark.closeArray) { return nil }
            guard byte == Mark.comma else {
                throw .unexpected(byte, at: cursor.offset, wanted: isObject ? "',' or '}'" : "',' or ']'")
            }
            cursor.advance()
            expected = isObject ? .name : .value
            return isObject ? nil : try token()
        }
    }

    private mutating func token() throws(JSONError) -> UInt8 {
        try cursor.nextToken(inside: nesting.isObject ? "an object" : "an array")
    }

    private mutating func name() throws(JSONError) -> Token {
        let byte = try token()
        guard byte == Mark.quote else { throw .unexpected(byte, at: cursor.offset, wanted: "a name") }
        return .name
    }

    private mutating func value(startingWith first: UInt8) throws(JSONError) -> Token {
        switch try cursor.kind(startingWith: first) {
        case .object: return try open(object: true)
        case .array: return try open(object: false)
        case .string: return .string
        case .number: return .number
        case .bool, .null:
            try cursor.readWord()
            valueEnded()
            return first == UInt8(ascii: "n") ? .null : .bool(first == UInt8(ascii: "t"))
        }
    }

    private mutating func open(object: Bool) throws(JSONError) -> Token {
        guard nesting.push(object: object, limit: limit) else {
            throw JSONError(.tooDeep, at: cursor.offset, "more nested containers than allowed")
        }
        cursor.advance()
        expected = object ? .nameOrEnd : .elementOrEnd
        return object ? .beginObject : .beginArray
    }

    private mutating func close() -> Token {
        let object = nesting.isObject
        _ = nesting.pop(object: object)
        cursor.advance()
        valueEnded()
        return object ? .endObject : .endArray
    }

    private mutating func valueEnded() {
        expected = nesting.isEmpty ? .nothing : .commaOrEnd
    }
}
