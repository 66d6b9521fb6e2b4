// One section of an analysis on its way into a body, event by event: tidied, written, counted, searched for indicators.
//
// The raw and the fixed form of a report say the same in two ways (vendor notes, conversion rules): `@isArray` and
// `@arrayTag` hints and a lone child as an object, or lists always and null for an empty container. Both become the
// fixed way here, so both give the same body. A section can be larger than memory; nothing is held of it but the open
// containers, one string, and the output up to its limit.
//
// The same walk serves twice: to survey (write all, count, collect) and, when that was too much, to cut (see +cutting).

/// Walks through sections and writes them.
struct SectionWalk {
    /// An open container of the output.
    struct Frame {
        let isObject: Bool
        /// A list that the input does not have, around one value.
        var isAdded = false
        let place: Place
        let field: Place.Field?
        /// The member's name that it stands under; empty in a list.
        let name: String
        /// Where its bracket stands.
        let start: Int
        /// Children written; and where the last one began, comma and name included.
        var children = 0
        var childMark = 0
        /// Of an object: the member that comes next.
        var memberName = ""
        var member = Place.Member()
        var isHinted = false
        var arrayTag: String?
        var hasExpected = false
        var cut = CutState()
    }

    let source: any ByteSource
    let types: Set<IndicatorType>
    let scanner: TextScanner
    let limits: JSONLimits
    var sink: BodySink
    var collector: IndicatorCollector
    var facts = ReportFacts()
    var shape = ShapeWatch()
    /// Characters that were no valid text.
    private(set) var repairs = 0
    /// Set while cutting.
    var cutting: Cutting?

    var reader: JSONReader
    var section = ReportSection.generalinfo
    var frames: [Frame] = []
    var listDepth = 0

    init(
        _ source: any ByteSource, types: Set<IndicatorType>, longestString: Int, keep: Int,
        collector: IndicatorCollector
    ) {
        self.source = source
        self.types = types
        self.collector = collector
        scanner = TextScanner(types: types)
        limits = JSONLimits(string: longestString, cutsLongStrings: true)
        sink = BodySink(keep: keep)
        reader = JSONReader(source, limits: limits)
    }

    /// Writes one section; `name` is for members of a body that are no section (their place is none).
    mutating func run(_ section: ReportSection?, _ slice: JSONSlice) throws(JSONError) {
        reader = JSONReader(source, slice: slice, limits: limits)
        frames.removeAll(keepingCapacity: true)
        listDepth = 0
        let root = Place.Member(place: section.map { Place($0) } ?? .other)
        if let section { shape.begin(section, slice.kind) }
        var start = reader.offset
        while let event = try reader.next() {
            try take(event, root: root, start: start)
            start = reader.offset
        }
        if section != nil { shape.end() }
        repairs += reader.repairs
    }

    private mutating func take(_ event: JSONEvent, root: Place.Member, start: Int) throws(JSONError) {
        switch event {
        case .name(let name):
            try takeName(name)
        case .beginObject, .beginArray:
            let isObject = event == .beginObject
            let member = open(root: root, isObject ? .object : .array)
            if let fact = member.fact { facts.set(fact, nil) }
            push(
                Frame(
                    isObject: isObject, place: member.place, field: member.field, name: currentName, start: sink.count))
            if isObject, member.place == .strategy { facts.beginStrategy() }
        case .endObject:
            try endObject()
        case .endArray:
            try endArray()
        case .string(let text):
            let isCut = reader.cuts > cutStrings
            cutStrings = reader.cuts
            let member = open(root: root, text.isEmpty ? .null : .string)
            if let fact = member.fact { facts.set(fact, text) }
            try write(text, member, isCut: isCut, start: start)
            try valueEnded()
        case .number(let text):
            try writeWord(text, .number, root: root)
        case .bool(let value):
            try writeWord(value ? "true" : "false", .bool, root: root)
        case .null:
            try writeWord(nil, .null, root: root)
        }
    }

    private var cutStrings = 0

    private mutating func writeWord(_ text: String?, _ kind: JSONKind, root: Place.Member) throws(JSONError) {
        let member = open(root: root, kind)
        if let fact = member.fact { facts.set(fact, text) }
        sink.append((text ?? "null").utf8)
        try valueEnded()
    }

    private mutating func takeName(_ name: String) throws(JSONError) {
        guard let top = frames.indices.last else { return }
        if name == "@isArray" || name == "@arrayTag" {
            let text = try skippedText()
            if name == "@isArray" { frames[top].isHinted = text == "true" } else { frames[top].arrayTag = text }
            return
        }
        if try takeNote(name) { return }
        var member = CutNote.isName(name) ? Place.Member() : frames[top].place.member(name)
        guard member.isTaken else {
            _ = try reader.skip()
            return
        }
        if frames[top].isHinted, !name.hasPrefix("@"), frames[top].arrayTag ?? name == name { member.isList = true }
        if frames[top].place.expected == name { frames[top].hasExpected = true }
        if frames.count == 1 { shape.saw(name) }
        frames[top].memberName = name
        frames[top].member = member
    }

    /// Passes the next value; gives its text if it is a short scalar.
    mutating func skippedText() throws(JSONError) -> String? {
        guard let slice = try reader.skip(), slice.kind != .object, slice.kind != .array, slice.range.count <= 256
        else { return nil }
        return try JSONValue(source, slice: slice).scalarText
    }

    /// The name that a value under the top frame stands under; none in a list.
    private var currentName: String {
        guard let top = frames.last, top.isObject else { return "" }
        return top.memberName
    }
}
