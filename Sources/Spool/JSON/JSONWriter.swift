// Writes documents of our own making: requests, entries, lines of `--json`. Members come out in the order in which they
// are written. Wrong order of calls (a value without its name, an end too many) is a bug of ours and traps.

/// Builds one JSON value in memory.
package struct JSONWriter {
    /// What has been written so far.
    package private(set) var bytes: [UInt8] = []
    private var layout: Layout
    /// For each open container, whether it is an object.
    private var open: [Bool] = []
    private var hasName = false

    package init(style: JSONStyle = .compact) {
        layout = Layout(style)
    }

    /// What has been written so far, as text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package mutating func beginObject() {
        willWriteValue()
        layout.open(Mark.openObject, in: &bytes)
        open.append(true)
    }

    package mutating func endObject() {
        let last = open.popLast()
        precondition(last == true && !hasName, "an object ends that is not open, or after a name")
        layout.close(Mark.closeObject, in: &bytes)
    }

    package mutating func beginArray() {
        willWriteValue()
        layout.open(Mark.openArray, in: &bytes)
        open.append(false)
    }

    package mutating func endArray() {
        let last = open.popLast()
        precondition(last == false, "an array ends that is not open")
        layout.close(Mark.closeArray, in: &bytes)
    }

    package mutating func name(_ name: String) {
        precondition(open.last == true && !hasName, "a name outside an object, or after another")
        hasName = true
        layout.separate(in: &bytes)
        JSONEscape.append(name, to: &bytes)
        layout.nameEnded(in: &bytes)
    }

    package mutating func string(_ text: String) {
        willWriteScalar()
        JSONEscape.append(text, to: &bytes)
    }

    package mutating func number(_ value: some FixedWidthInteger) {
        encoded(String(value).utf8)
    }

    package mutating func bool(_ value: Bool) {
        encoded(value ? "true".utf8 : "false".utf8)
    }

    package mutating func null() {
        encoded("null".utf8)
    }

    /// A value that is JSON already, from ``JSONReindenter`` for example; it is not looked at.
    package mutating func encoded(_ json: some Collection<UInt8>) {
        willWriteScalar()
        bytes.append(contentsOf: json)
    }

    /// A whole tree, in this writer's layout.
    package mutating func value(_ value: JSONValue) {
        var walk = TreeWalk(value)
        while let event = walk.next() { self.event(event) }
    }

    /// One event, as a reader gives it.
    package mutating func event(_ event: JSONEvent) {
        switch event {
        case .beginObject: beginObject()
        case .endObject: endObject()
        case .beginArray: beginArray()
        case .endArray: endArray()
        case .name(let name): self.name(name)
        case .string(let text): string(text)
        case .number(let text): encoded(text.utf8)
        case .bool(let value): bool(value)
        case .null: null()
        }
    }

    private mutating func willWriteScalar() {
        willWriteValue()
        layout.separate(in: &bytes)
    }

    private mutating func willWriteValue() {
        precondition(open.isEmpty ? bytes.isEmpty : open.last == hasName, "a second value, or one without its name")
        hasName = false
    }
}

extension JSONWriter {
    /// An object whose members `body` writes.
    package mutating func object<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginObject()
        try body(&self)
        endObject()
    }

    /// An array whose elements `body` writes.
    package mutating func array<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginArray()
        try body(&self)
        endArray()
    }

    package mutating func member(_ name: String, _ text: String) {
        self.name(name)
        string(text)
    }

    package mutating func member(_ name: String, _ value: some FixedWidthInteger) {
        self.name(name)
        number(value)
    }

    package mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        bool(value)
    }

    package mutating func member(_ name: String, _ value: JSONValue) {
        self.name(name)
        self.value(value)
    }
}

extension JSONValue {
    /// The tree as JSON without blanks.
    package func compact() -> [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// The tree as JSON without blanks, for a log or a test.
    package var compactText: String { String(decoding: compact(), as: UTF8.self) }
}

/// The events of a tree, with a stack of our own.
private struct TreeWalk {
    private enum Step {
        case value(JSONValue)
        case event(JSONEvent)
    }

    private var steps: [Step]

    init(_ value: JSONValue) {
        steps = [.value(value)]
    }

    mutating func next() -> JSONEvent? {
        switch steps.popLast() {
        case nil: return nil
        case .event(let event): return event
        case .value(let value): return enter(value)
        }
    }

    private mutating func enter(_ value: JSONValue) -> JSONEvent {
        switch value {
        case .object(let members):
            steps.append(.event(.endObject))
            for (name, value) in members.reversed() {
                steps.append(.value(value))
                steps.append(.event(.name(name)))
            }
            return .beginObject
        case .array(let elements):
            steps.append(.event(.endArray))
            for element in elements.reversed() { steps.append(.value(element)) }
            return .beginArray
        case .string(let text): return .string(text)
        case .number(let text): return .number(text)
        case .bool(let value): return .bool(value)
        case .null: return .null
        }
    }
}
