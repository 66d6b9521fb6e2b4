// Cutting a section to a number of bytes while it passes by. What goes, goes whole: an element of the outermost list,
// or a member of an object that is in no list; only a long string that is in no list is shortened instead. From the
// first element on that has no room, all of its list is left out. Also left out is whatever holds an indicator too
// many.
//
// Each gap is noted beside it, so room for the notes and for the closing brackets is held back while something is open.

/// What is to be kept of a section.
struct Cutting {
    /// Where the section must end, by the sink's count.
    var end = 0
    /// The indicators that a report may have; nil if all.
    let kept: Set<Indicator>?
    /// Bytes for notes and closing brackets of what is open.
    var reserve = 0
    /// Whether the current element holds an indicator too many.
    var hasSurplus = false
    var remarks: [String] = []
    var sectionName = ""
}

/// What was left out of an open container.
struct CutState {
    var total = 0
    var leftOut = 0
    var reserved = 0
    /// Of an object: a list in it that was cut, and whose note is still to be written.
    var list: (name: String, kept: Int, total: Int, reserved: Int)?
}

extension SectionWalk {
    /// Writes one section in at most so many bytes; nil if only indicators too many are to be left out.
    mutating func run(_ section: ReportSection?, named name: String, _ slice: JSONSlice, budget: Int?) throws(JSONError)
    {
        let start = sink.count
        cutting?.end = budget.map { start + $0 } ?? Int.max
        cutting?.reserve = 0
        cutting?.hasSurplus = false
        cutting?.sectionName = name
        let remarks = cutting?.remarks ?? []
        try run(section, slice)
        guard let budget, sink.count - start > budget || !sink.isWhole else { return }
        sink.rollback(to: start)
        sink.append(quoted: CutNote.section(bytes: slice.range.count))
        cutting?.remarks = remarks + ["\(name): left out, \(slice.range.count) bytes as sent"]
    }

    // MARK: Room held back

    /// Holds back room for a container's closing bracket and for a note in it or beside it.
    mutating func reserve(for frame: Frame) {
        guard cutting != nil, listDepth == 0 || (listDepth == 1 && !frame.isObject) else { return }
        let bytes = 64 + BodySink.mostBytes(quoted: frame.name)
        frames[frames.count - 1].cut.reserved = bytes
        cutting?.reserve += bytes
    }

    mutating func release(_ frame: Frame) {
        cutting?.reserve -= frame.cut.reserved
    }

    // MARK: Values

    /// Writes a string, shortened if it is in no list and there is no room for it.
    mutating func writeCutting(_ text: String, _ member: Place.Member, isCut: Bool) {
        guard let cutting else { return }
        var surplus: Int?
        if let kept = cutting.kept {
            IndicatorFields.scan(text, member.field, types, scanner) { indicator, position in
                if surplus == nil, !kept.contains(indicator) { surplus = position }
            }
        }
        if listDepth > 0 {
            self.cutting?.hasSurplus = cutting.hasSurplus || surplus != nil
        } else {
            let room = cutting.end - cutting.reserve - sink.count
            if isCut || surplus != nil || text.utf8.count + 2 > room || BodySink.mostBytes(quoted: text) > room {
                if let short = CutNote.shortened(text, toJSONBytes: room - 2, before: surplus, isBeginning: isCut) {
                    sink.append(quoted: short)
                    remark("\(path): a string of \(text.utf8.count) bytes\(isCut ? " or more" : "") was shortened")
                    return
                }
                self.cutting?.hasSurplus = cutting.hasSurplus || surplus != nil
            }
        }
        sink.append(quoted: text)
    }

    /// After a value, with its container on top: drops the value if it may not stay, and with it the rest of a list.
    mutating func keepOrDrop(_ top: Int) throws(JSONError) {
        guard let cutting, listDepth == (frames[top].isObject ? 0 : 1) else { return }
        self.cutting?.hasSurplus = false
        let isTooLong = sink.count + cutting.reserve > cutting.end
        guard isTooLong || cutting.hasSurplus else { return }
        sink.rollback(to: frames[top].childMark)
        frames[top].children -= 1
        frames[top].cut.leftOut += 1
        if frames[top].isObject, let list = frames[top].cut.list, list.name == frames[top].memberName {
            self.cutting?.reserve -= list.reserved
            frames[top].cut.list = nil
        }
        guard isTooLong, !frames[top].isObject, !frames[top].isAdded else { return }
        while try reader.skip() != nil {
            frames[top].cut.total += 1
            frames[top].cut.leftOut += 1
        }
    }

    // MARK: Notes

    /// A list has ended: if it was cut, its note waits until the next name, for the input may bring an older note.
    mutating func listEnded(_ frame: Frame) {
        guard frame.cut.leftOut > 0, let top = frames.indices.last, frames[top].isObject else { return release(frame) }
        // The bracket has been written: from here on only the note needs room.
        cutting?.reserve -= 1
        frames[top].cut.list = (frame.name, frame.children, frame.cut.total, frame.cut.reserved - 1)
    }

    /// At a name: writes the note that waits. True if the name was that of an older note, which is then gone.
    mutating func takeNote(_ name: String) throws(JSONError) -> Bool {
        guard cutting != nil, let top = frames.indices.last, listDepth == 0 else { return false }
        if let list = frames[top].cut.list {
            guard name == CutNote.name(of: list.name) else {
                writeListNote(top)
                return false
            }
            if let older = try skippedText().flatMap(CutNote.numbers) {
                frames[top].cut.list?.total = max(older.total, list.total)
            }
            writeListNote(top)
            return true
        }
        guard name == CutNote.name(of: "") else { return false }
        if let older = try skippedText().flatMap(CutNote.numbers) {
            frames[top].cut.leftOut += older.total - older.kept
            frames[top].cut.total += older.total - older.kept
        }
        return true
    }

    /// Before an object is closed.
    mutating func writeNotes() {
        guard cutting != nil, let top = frames.indices.last else { return }
        if frames[top].cut.list != nil { writeListNote(top) }
        guard frames[top].cut.leftOut > 0 else { return }
        let (kept, total) = (frames[top].cut.total - frames[top].cut.leftOut, frames[top].cut.total)
        writeNote(top, CutNote.name(of: ""), CutNote.members(kept: kept, of: total))
        remark("\(path(to: frames.count)): \(CutNote.members(kept: kept, of: total))")
    }

    /// Of a section that is a list itself: the note is its last element.
    mutating func writeNote(ofRoot frame: Frame) {
        guard frame.cut.leftOut > 0 else { return }
        let note = CutNote.elements(kept: frame.children, of: frame.cut.total)
        if frame.children > 0 { sink.append(UInt8(ascii: ",")) }
        sink.append(quoted: "\(CutNote.name(of: "")) \(note)")
        remark("\(path): \(note)")
    }

    private mutating func writeListNote(_ top: Int) {
        guard let list = frames[top].cut.list else { return }
        frames[top].cut.list = nil
        cutting?.reserve -= list.reserved
        let note = CutNote.elements(kept: list.kept, of: list.total)
        writeNote(top, CutNote.name(of: list.name), note)
        remark("\(path(to: frames.count)).\(list.name): \(note)")
    }

    private mutating func writeNote(_ top: Int, _ name: String, _ note: String) {
        if frames[top].children > 0 { sink.append(UInt8(ascii: ",")) }
        frames[top].children += 1
        sink.append(quoted: name)
        sink.append(UInt8(ascii: ":"))
        sink.append(quoted: note)
    }

    // MARK: Remarks

    private mutating func remark(_ text: String) {
        cutting?.remarks.append(text)
    }

    /// The way to the member that is being written.
    private var path: String {
        guard let top = frames.last, top.isObject, !top.memberName.isEmpty else { return path(to: frames.count) }
        return "\(path(to: frames.count)).\(top.memberName)"
    }

    private func path(to count: Int) -> String {
        ([cutting?.sectionName ?? ""] + frames.prefix(count).map(\.name).filter { !$0.isEmpty }).joined(separator: ".")
    }
}
