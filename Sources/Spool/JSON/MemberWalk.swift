// The walk along a path of names: into the objects on the path, past everything beside it, in one pass and without
// recursion.

/// Lists the object at a path, starting from an object's opening brace.
struct MemberWalk {
    private let path: [String]
    private let limits: JSONLimits
    /// How many objects on the path are open; the last of them is at `path[open - 2]`.
    private var open = 0
    /// The object at the path, while it is open and after.
    private(set) var outline: JSONOutline?
    private var table = NameTable()
    private var repeated = NameTable()
    private var nameBytes = 0

    init(path: [String], limits: JSONLimits) {
        self.path = path
        self.limits = limits
    }

    /// Walks until the object under the cursor is closed.
    mutating func run(_ cursor: inout ByteCursor) throws(JSONError) {
        enter(&cursor)
        var mayClose = true
        while open > 0 {
            let byte = try cursor.nextToken(inside: "an object")
            if byte == Mark.closeObject, mayClose {
                leave(&cursor)
            } else {
                guard byte == Mark.quote else { throw .unexpected(byte, at: cursor.offset, wanted: "a name") }
                if try member(&cursor) {
                    mayClose = true
                    continue
                }
            }
            mayClose = try separator(&cursor)
        }
    }

    /// After a value: closes the objects that end here and takes the comma before the next member. False, since a name
    /// must follow; or no object is open any more.
    private mutating func separator(_ cursor: inout ByteCursor) throws(JSONError) -> Bool {
        while open > 0 {
            let byte = try cursor.nextToken(inside: "an object")
            switch byte {
            case Mark.comma:
                cursor.advance()
                return false
            case Mark.closeObject: leave(&cursor)
            default: throw .unexpected(byte, at: cursor.offset, wanted: "',' or '}'")
            }
        }
        return false
    }

    /// Takes a name, its colon, and its value. True if that is the next object on the path, which is now open.
    private mutating func member(_ cursor: inout ByteCursor) throws(JSONError) -> Bool {
        let name = try cursor.readName(limit: limits.string)
        try cursor.expectColon()
        let first = try cursor.nextToken(inside: "an object")
        let isTarget = open == path.count + 1
        if !isTarget, name.utf8.elementsEqual(path[open - 1].utf8) {
            // The last member of that name counts, so what an earlier one held is forgotten.
            outline = nil
            if first == Mark.openObject {
                enter(&cursor)
                return true
            }
        }
        let start = cursor.offset
        let value = try cursor.skipValue(startingWith: first, depth: limits.depth - open)
        if isTarget { try add(JSONMember(name: name, value: value), at: start) }
        return false
    }

    private mutating func enter(_ cursor: inout ByteCursor) {
        if open == path.count {
            let start = cursor.offset
            outline = JSONOutline(object: JSONSlice(kind: .object, range: start..<start), members: [])
            table = NameTable()
            repeated = NameTable()
            nameBytes = 0
        }
        open += 1
        cursor.advance()
    }

    private mutating func leave(_ cursor: inout ByteCursor) {
        cursor.advance()
        if open == path.count + 1, let start = outline?.object.range.lowerBound {
            outline?.object.range = start..<cursor.offset
        }
        open -= 1
    }

    private mutating func add(_ member: JSONMember, at offset: Int) throws(JSONError) {
        guard var found = outline else { return }
        outline = nil  // so that the list is not copied
        if let place = table.place(of: member.name, orAdd: found.members.count) {
            found.members[place].value = member.value
            if repeated.place(of: member.name, orAdd: 0) == nil { found.repeated.append(member.name) }
        } else {
            nameBytes += member.name.utf8.count
            guard found.members.count < limits.children, nameBytes <= limits.names else {
                throw JSONError(.tooMany, at: offset, "an object with more members than allowed")
            }
            found.members.append(member)
        }
        outline = found
    }
}

extension ByteCursor {
    /// Passes blanks inside a container, which must go on.
    mutating func nextToken(inside place: StaticString) throws(JSONError) -> UInt8 {
        guard let byte = try skipBlanks() else { throw .end(at: offset, inside: "\(place)") }
        return byte
    }

    /// Takes a name, whose quote is under the cursor. One that is too long is an error: cut, it would be another name.
    mutating func readName(limit: Int) throws(JSONError) -> String {
        let start = offset
        var text = DecodedText(limit: limit)
        try readText(into: &text)
        if text.isCut { throw JSONError(.tooLong, at: start, "a name of more than \(limit) bytes") }
        return text.string
    }
}
