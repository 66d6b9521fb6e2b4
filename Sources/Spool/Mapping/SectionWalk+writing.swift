// Commas, brackets and lists: what goes around the values.

extension SectionWalk {
    /// Prepares for a value: the comma and the name before it, and the list around it if it must be in one. Says what
    /// the value is. An empty string counts as `null`: that is how older versions write nothing.
    mutating func open(root: Place.Member, _ kind: JSONKind) -> Place.Member {
        guard let top = frames.indices.last else { return root }
        frames[top].childMark = sink.count
        frames[top].cut.total += 1
        if frames[top].children > 0 { sink.append(UInt8(ascii: ",")) }
        frames[top].children += 1
        guard frames[top].isObject else {
            if kind != .object, kind != .array { shape.element(frames[top].place) }
            return Place.Member(place: frames[top].place, field: frames[top].field)
        }
        let member = frames[top].member
        sink.append(quoted: frames[top].memberName)
        sink.append(UInt8(ascii: ":"))
        guard member.isList, kind != .array else { return member }
        if kind == .null {
            shape.nothing(member.place)
            return member
        }
        push(
            Frame(
                isObject: false, isAdded: true, place: member.place, field: member.field, name: frames[top].memberName,
                start: sink.count))
        let added = frames.count - 1
        frames[added].childMark = sink.count
        frames[added].children = 1
        frames[added].cut.total = 1
        if kind != .object { shape.element(member.place) }
        return Place.Member(place: member.place, field: member.field)
    }

    mutating func push(_ frame: Frame) {
        frames.append(frame)
        if !frame.isObject { listDepth += 1 }
        reserve(for: frame)
        sink.append(frame.isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
    }

    mutating func endObject() throws(JSONError) {
        writeNotes()
        guard let frame = frames.popLast() else { return }
        release(frame)
        if frame.place == .strategy { facts.endStrategy() }
        if frame.isHinted, frame.children == 0 {
            writeNull(insteadOf: frame)
        } else {
            sink.append(UInt8(ascii: "}"))
            shape.object(frame.place, isEmpty: frame.children == 0, hasExpected: frame.hasExpected)
        }
        try valueEnded()
    }

    /// An empty container of the raw form; in a list of our own it is the empty list itself.
    private mutating func writeNull(insteadOf frame: Frame) {
        var start = frame.start
        if let top = frames.last, top.isAdded {
            frames.removeLast()
            listDepth -= 1
            release(top)
            start = top.start
            shape.nothing(top.place)
        }
        sink.rollback(to: start)
        sink.append("null".utf8)
    }

    mutating func endArray() throws(JSONError) {
        guard let frame = frames.popLast() else { return }
        listDepth -= 1
        if frames.isEmpty { writeNote(ofRoot: frame) }
        sink.append(UInt8(ascii: "]"))
        if frame.cut.total == 0 { shape.nothing(frame.place) }
        listEnded(frame)
        try valueEnded()
    }

    /// After each value: closes the list that was put around it, and while cutting sees whether it may stay.
    mutating func valueEnded() throws(JSONError) {
        while let top = frames.indices.last {
            try keepOrDrop(top)
            guard frames[top].isAdded else { return }
            let frame = frames.removeLast()
            listDepth -= 1
            sink.append(UInt8(ascii: "]"))
            listEnded(frame)
        }
    }
}
