// From sections to a body: survey them once; if that is too much, plan who gives up how much, and walk again.
//
// The plan is a function of sizes alone, so the same input gives the same bytes. The order of giving up is fixed
// (ReportSection.cutOrder); a cut body ends with all indicators, since those are what a report is for.

/// Makes the body of a report, or a smaller one of a body.
struct BodyBuilder {
    /// A member of the body.
    struct Part {
        let name: String
        /// nil for what no section is.
        let section: ReportSection?
        let slice: JSONSlice
    }

    /// What one walk over everything found.
    struct Survey {
        var facts: ReportFacts
        var remarks: [String]
        var repairs: Int
        var indicators: IndicatorCollector.Result
        /// Bytes of each part, compact.
        var sizes: [Int]
        /// Bytes of the whole body, compact; and the body itself unless that is too large.
        var size: Int
        var compact: [UInt8]?
    }

    let source: any ByteSource
    let parts: [Part]
    let maxBytes: Int
    let maxIndicators: Int
    let types: Set<IndicatorType>

    func survey() throws(JSONError) -> Survey {
        var walk = makeWalk()
        var sizes: [Int] = []
        walk.sink.append(UInt8(ascii: "{"))
        for part in parts {
            Self.writeName(part.name, to: &walk.sink)
            let start = walk.sink.count
            try walk.run(part.section, part.slice)
            sizes.append(walk.sink.count - start)
        }
        walk.sink.append(UInt8(ascii: "}"))
        return Survey(
            facts: walk.facts, remarks: walk.shape.remarks, repairs: walk.repairs, indicators: walk.collector.result,
            sizes: sizes, size: walk.sink.count, compact: walk.sink.isWhole ? walk.sink.bytes : nil)
    }

    /// The body, cut to the limits. `indicators` are those that stay, `leftOut` how many do not; what holds one of
    /// these is left out too, unless `keepsAll` says that this was done before.
    func cut(
        _ survey: Survey, indicators: [Indicator], leftOut: Int, keepsAll: Bool = false
    ) throws(JSONError) -> (bytes: [UInt8], remarks: [String]) {
        let list = IndicatorList(indicators, leftOut: leftOut, maxBytes: maxBytes / 2)
        let overhead = 2 + list.bytes.count + parts.reduce(0) { $0 + BodySink.mostBytes(quoted: $1.name) + 2 }
        let kept = leftOut > 0 && !keepsAll ? Set(indicators) : nil
        // What is left out for an indicator's sake is noted, which may take more room than it gave: then less is kept.
        var room = maxBytes - overhead
        for _ in 0..<4 {
            guard let budgets = budgets(survey.sizes, room: room) else { break }
            var walk = try cutWalk(survey.sizes, budgets, kept)
            Self.writeName(nil, to: &walk.sink)
            walk.sink.append(list.bytes)
            walk.sink.append(UInt8(ascii: "}"))
            if walk.sink.count <= maxBytes { return (walk.sink.bytes, (walk.cutting?.remarks ?? []) + list.remarks) }
            room = min(room, survey.sizes.reduce(0, +)) - (walk.sink.count - maxBytes)
        }
        return bare(indicators, leftOut)
    }

    private func cutWalk(_ sizes: [Int], _ budgets: [Int], _ kept: Set<Indicator>?) throws(JSONError) -> SectionWalk {
        var walk = makeWalk()
        walk.cutting = Cutting(kept: kept)
        walk.sink.append(UInt8(ascii: "{"))
        for (part, (size, budget)) in zip(parts, zip(sizes, budgets)) {
            Self.writeName(part.name, to: &walk.sink)
            try walk.run(part.section, named: part.name, part.slice, budget: budget < size ? budget : nil)
        }
        return walk
    }

    /// The same body on many lines, if that is not too large.
    func indented(_ compact: [UInt8]) throws(JSONError) -> [UInt8]? {
        let whole = JSONSlice(kind: .object, range: compact.indices)
        do {
            return try JSONReindenter(MemorySource(compact)).text(of: whole, style: .indented(), limit: maxBytes).bytes
        } catch {
            if error.code == .tooLong { return nil }
            throw error
        }
    }

    private func makeWalk() -> SectionWalk {
        // A string that is longer than a body must be cut anyway; short limits must not reach titles and dates.
        SectionWalk(
            source, types: types, longestString: max(maxBytes, 65_536) + 16, keep: maxBytes,
            collector: IndicatorCollector(limit: maxIndicators))
    }

    /// A comma unless it is the first, the name and its colon; for nil the comma alone.
    private static func writeName(_ name: String?, to sink: inout BodySink) {
        if sink.count > 1 { sink.append(UInt8(ascii: ",")) }
        guard let name else { return }
        sink.append(quoted: name)
        sink.append(UInt8(ascii: ":"))
    }

    /// Bytes for each part; nil if there is not even room for the notes. In the fixed order each gives up what is too
    /// much, but none more than leaves it an equal share: so one giant section does not cost all the others.
    private func budgets(_ sizes: [Int], room: Int) -> [Int]? {
        /// A part keeps room for the note that it was left out.
        let least = 64
        guard !sizes.isEmpty, room / sizes.count >= least else { return nil }
        let share = room / sizes.count
        var budgets = sizes
        var excess = sizes.reduce(0, +) - room
        let last = ReportSection.cutOrder.count
        func rank(_ index: Int) -> Int { parts[index].section.flatMap(ReportSection.cutOrder.firstIndex) ?? last }
        for index in sizes.indices.sorted(by: { (rank($0), $0) < (rank($1), $1) }) where excess > 0 {
            let given = min(excess, max(0, sizes[index] - share))
            budgets[index] -= given
            excess -= given
        }
        return budgets
    }

    /// A body of nothing but a note and what indicators have room: limits this small are nobody's, but must not trap.
    private func bare(_ indicators: [Indicator], _ leftOut: Int) -> (bytes: [UInt8], remarks: [String]) {
        let note = #"{"(cut)":"all sections left out","#
        let list = IndicatorList(indicators, leftOut: leftOut, maxBytes: maxBytes - note.utf8.count - 1)
        return (Array(note.utf8) + list.bytes + [UInt8(ascii: "}")], ["body: all sections left out"] + list.remarks)
    }
}

/// The last member of a cut body: indicators by type, and how many are missing.
struct IndicatorList {
    static let name = "indicators"
    static let leftOutName = "left out"

    /// Name and value.
    let bytes: [UInt8]
    let remarks: [String]

    /// As many indicators as have room, from the first on.
    init(_ indicators: [Indicator], leftOut: Int, maxBytes: Int) {
        var room = maxBytes - 128 - IndicatorType.allCases.count * 24
        let kept = indicators.prefix {
            room -= BodySink.mostBytes(quoted: $0.value) + 1
            return room >= 0
        }
        let missing = leftOut + indicators.count - kept.count
        var writer = JSONWriter()
        writer.object { writer in
            for type in IndicatorType.allCases {
                let values = kept.filter { $0.type == type }
                guard !values.isEmpty else { continue }
                writer.name(type.rawValue)
                writer.array { writer in
                    for indicator in values { writer.string(indicator.value) }
                }
            }
            if missing > 0 { writer.member(Self.leftOutName, missing) }
        }
        bytes = Array("\"\(Self.name)\":".utf8) + writer.bytes
        remarks =
            kept.count < indicators.count
            ? ["indicators: \(indicators.count - kept.count) have no room in the body"] : []
    }
}
