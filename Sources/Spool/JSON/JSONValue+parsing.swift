// From bytes to trees, with a stack of our own instead of the machine's.

extension JSONLimits {
    /// For trees: fewer levels, since a tree is taken apart recursively by Swift itself.
    package static let tree = JSONLimits(depth: 128)
}

extension JSONValue {
    /// The most bytes of JSON that become a tree unless the caller says otherwise.
    package static let usualBytes = 1 << 20

    /// The one value that the bytes hold.
    package init(parsing bytes: [UInt8], maximumBytes: Int = usualBytes, limits: JSONLimits = .tree) throws(JSONError) {
        try self.init(MemorySource(bytes), maximumBytes: maximumBytes, limits: limits)
    }

    /// The one value that the source holds.
    package init(
        _ source: any ByteSource, maximumBytes: Int = usualBytes, limits: JSONLimits = .tree
    ) throws(JSONError) {
        var reader = JSONReader(source, limits: limits)
        self = try reader.whole(maximumBytes: maximumBytes)
    }

    /// The value at one place of the source.
    package init(
        _ source: any ByteSource, slice: JSONSlice, maximumBytes: Int = usualBytes, limits: JSONLimits = .tree
    ) throws(JSONError) {
        var reader = JSONReader(source, slice: slice, limits: limits)
        self = try reader.whole(maximumBytes: maximumBytes)
    }
}

extension JSONReader {
    /// The next value as a tree; nil, and nothing is taken, when no value comes next (see ``skip()``). For a walk over a
    /// long array: the memory of one element at a time. The reader's limits hold, so give it ``JSONLimits/tree``.
    package mutating func value(maximumBytes: Int = JSONValue.usualBytes) throws(JSONError) -> JSONValue? {
        guard try hasValue() else { return nil }
        var tree = TreeBuilder()
        let start = offset
        while let event = try next() {
            guard offset - start <= maximumBytes else {
                throw JSONError(.tooLong, at: start, "a value of more than \(maximumBytes) bytes")
            }
            if let value = tree.take(event) { return value }
        }
        return nil
    }

    fileprivate mutating func whole(maximumBytes: Int) throws(JSONError) -> JSONValue {
        guard let value = try value(maximumBytes: maximumBytes), try next() == nil else {
            throw .end(at: offset, inside: "a value")
        }
        return value
    }
}

/// Puts events together.
private struct TreeBuilder {
    private enum Container {
        case array([JSONValue])
        case object([(name: String, value: JSONValue)], NameTable, name: String)
    }

    private var open: [Container] = []

    /// Takes one event; gives the value once it is whole.
    mutating func take(_ event: JSONEvent) -> JSONValue? {
        switch event {
        case .beginObject: open.append(.object([], NameTable(), name: ""))
        case .beginArray: open.append(.array([]))
        case .name(let name):
            if case .object(let members, let table, _) = open.popLast() {
                open.append(.object(members, table, name: name))
            }
        case .endObject, .endArray: return close()
        case .string(let text): return add(.string(text))
        case .number(let text): return add(.number(text))
        case .bool(let value): return add(.bool(value))
        case .null: return add(.null)
        }
        return nil
    }

    private mutating func close() -> JSONValue? {
        switch open.popLast() {
        case .array(let elements): add(.array(elements))
        case .object(let members, _, _): add(.object(members))
        case nil: nil
        }
    }

    private mutating func add(_ value: JSONValue) -> JSONValue? {
        // Taken off the stack while it grows, so that nothing is copied.
        switch open.popLast() {
        case nil:
            return value
        case .array(var elements):
            elements.append(value)
            open.append(.array(elements))
        case .object(var members, var table, let name):
            if let place = table.place(of: name, orAdd: members.count) {
                members[place].value = value
            } else {
                members.append((name, value))
            }
            open.append(.object(members, table, name: name))
        }
        return nil
    }
}
