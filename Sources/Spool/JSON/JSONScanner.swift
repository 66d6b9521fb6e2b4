// One pass over a whole document that leaves behind only where things are. A report's bulk (tens of megabytes of
// behaviour) is passed in blocks; the few sections that matter are read afterwards, from their slices.
//
// Of the objects that are listed, names, colons, commas, words and numbers are checked by the full grammar. Everything
// else gets the lesser check of StructureScan: a document that passes here may still be refused by JSONReader. Duplicate
// names: the last one counts, as in Python and JavaScript. A UTF-8 byte order mark is passed, as by Python.

/// Finds members of objects in a document of any size.
package struct JSONScanner {
    private var cursor: ByteCursor
    private let count: Int
    private let limits: JSONLimits

    /// A scanner over everything in `source`, which sees it through a window of `windowSize` bytes.
    package init(_ source: any ByteSource, windowSize: Int? = nil, limits: JSONLimits = JSONLimits()) {
        count = max(0, source.count)
        cursor = ByteCursor(source, range: 0..<count, windowSize: windowSize)
        self.limits = limits
    }

    /// Checks the structure of the whole document: exactly one value. Gives that value.
    package mutating func check() throws(JSONError) -> JSONSlice {
        cursor.seek(to: 0)
        let first = try cursor.firstByte()
        let root = try cursor.skipValue(startingWith: first, depth: limits.depth)
        try cursor.expectEnd()
        return root
    }

    /// Checks the structure of the whole document, like ``check()``, and on the way lists the object that stands at
    /// `path` (the root for an empty path). Nil if there is none, or something else stands there.
    package mutating func outline(at path: [String] = []) throws(JSONError) -> JSONOutline? {
        cursor.seek(to: 0)
        let first = try cursor.firstByte()
        guard first == Mark.openObject, path.count < limits.depth else {
            _ = try cursor.skipValue(startingWith: first, depth: limits.depth)
            try cursor.expectEnd()
            return nil
        }
        var walk = MemberWalk(path: path, limits: limits)
        try walk.run(&cursor)
        try cursor.expectEnd()
        return walk.outline
    }

    /// Lists one object of this document.
    package mutating func outline(of slice: JSONSlice) throws(JSONError) -> JSONOutline {
        guard try start(of: slice) == Mark.openObject else {
            throw JSONError(.wrongKind, at: slice.range.lowerBound, "no object starts here")
        }
        var walk = MemberWalk(path: [], limits: limits)
        try walk.run(&cursor)
        guard let outline = walk.outline, outline.object == slice else { throw Self.changed(slice) }
        return outline
    }

    /// The members of one object of this document: ``JSONOutline/members``.
    package mutating func members(of slice: JSONSlice) throws(JSONError) -> [JSONMember] {
        try outline(of: slice).members
    }

    /// The elements of one array of this document. For arrays of any length see ``JSONReader/skip()``.
    package mutating func elements(of slice: JSONSlice) throws(JSONError) -> [JSONSlice] {
        guard try start(of: slice) == Mark.openArray else {
            throw JSONError(.wrongKind, at: slice.range.lowerBound, "no array starts here")
        }
        cursor.advance()
        var elements: [JSONSlice] = []
        var byte = try cursor.nextToken(inside: "an array")
        while byte != Mark.closeArray {
            guard elements.count < limits.children else {
                throw JSONError(.tooMany, at: cursor.offset, "more than \(limits.children) elements")
            }
            elements.append(try cursor.skipValue(startingWith: byte, depth: limits.depth - 1))
            byte = try cursor.nextToken(inside: "an array")
            guard byte == Mark.comma else { break }
            cursor.advance()
            byte = try cursor.nextToken(inside: "an array")
            if byte == Mark.closeArray { throw .unexpected(byte, at: cursor.offset, wanted: "a value") }
        }
        guard byte == Mark.closeArray else { throw .unexpected(byte, at: cursor.offset, wanted: "',' or ']'") }
        cursor.advance()
        guard cursor.offset == slice.range.upperBound else { throw Self.changed(slice) }
        return elements
    }

    private mutating func start(of slice: JSONSlice) throws(JSONError) -> UInt8? {
        guard slice.range.lowerBound >= 0, slice.range.upperBound <= count else { throw Self.changed(slice) }
        cursor.seek(to: slice.range.lowerBound)
        return try cursor.peek()
    }

    private static func changed(_ slice: JSONSlice) -> JSONError {
        JSONError(.sourceChanged, at: slice.range.lowerBound, "the value that was found here is not here any more")
    }
}
