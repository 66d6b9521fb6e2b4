// Reading a compiled time zone (RFC 8536). A file from /usr/share/zoneinfo is outside data like any other: whatever is
// in it, the answer is rules or an error.

extension TimeZoneRules {
    /// The zone in a TZif file of version 1 to 4. Of a version 1 file, whose table ends in 2038, the last offset stays.
    package init(tzif bytes: [UInt8], name: String = "TZif") throws(MappingError) {
        var reader = TZifReader(bytes: bytes, name: name)
        let first = try reader.header()
        guard first.version > 1 else {
            self = try reader.table(first, wide: false).rules(name: name, rule: nil)
            return
        }
        try reader.skip(first.length(wide: false))
        let second = try reader.header()
        let table = try reader.table(second, wide: true)
        let rule = try reader.footer()
        self = try table.rules(name: name, rule: rule)
    }
}

private struct TZifHeader {
    let version: Int
    let utCount: Int
    let standardCount: Int
    let leapCount: Int
    let timeCount: Int
    let typeCount: Int
    let characterCount: Int

    /// Bytes of the block that follows.
    func length(wide: Bool) -> Int {
        let size = wide ? 8 : 4
        return timeCount * (size + 1) + typeCount * 6 + characterCount + leapCount * (size + 4) + standardCount
            + utCount
    }
}

private struct TZifTable {
    let times: [Int64]
    let types: [Int]
    let offsets: [Int]

    func rules(name: String, rule: POSIXZoneRule?) throws(MappingError) -> TimeZoneRules {
        guard let initial = offsets.first else {
            throw MappingError(.badTimeZone, "time zone \(name): the file names no local time at all")
        }
        var transitions: [TimeZoneRules.Transition] = []
        transitions.reserveCapacity(times.count)
        for (time, type) in zip(times, types) {
            guard offsets.indices.contains(type) else {
                throw MappingError(
                    .badTimeZone, "time zone \(name): a transition to local time \(type), which is not in the file")
            }
            if let last = transitions.last, time <= last.at {
                throw MappingError(.badTimeZone, "time zone \(name): transitions out of order")
            }
            transitions.append(TimeZoneRules.Transition(at: time, offset: offsets[type]))
        }
        return TimeZoneRules(name: name, initialOffset: initial, transitions: transitions, rule: rule)
    }
}

private struct TZifReader {
    let bytes: [UInt8]
    let name: String
    var position = 0

    func damaged(_ what: String) -> MappingError {
        MappingError(.badTimeZone, "time zone \(name): \(what) (byte \(position) of \(bytes.count))")
    }

    mutating func skip(_ count: Int) throws(MappingError) {
        guard count <= bytes.count - position else { throw damaged("the file is cut short") }
        position += count
    }

    mutating func byte() throws(MappingError) -> UInt8 {
        guard position < bytes.count else { throw damaged("the file is cut short") }
        position += 1
        return bytes[position - 1]
    }

    /// A big-endian number in two's complement.
    mutating func number(bytes count: Int) throws(MappingError) -> Int64 {
        var value = Int64(Int8(bitPattern: try byte()))
        for _ in 1..<count { value = value << 8 | Int64(try byte()) }
        return value
    }

    mutating func header() throws(MappingError) -> TZifHeader {
        for expected in "TZif".utf8 where try byte() != expected {
            throw damaged("not a TZif file")
        }
        let version: Int
        switch try byte() {
        case 0: version = 1
        case UInt8(ascii: "2")...UInt8(ascii: "4"): version = 2
        default: throw damaged("an unknown version of TZif")
        }
        try skip(15)
        var counts: [Int] = []
        for _ in 0..<6 {
            let count = Int(try number(bytes: 4))
            guard count >= 0, count <= bytes.count else { throw damaged("a count beyond the end of the file") }
            counts.append(count)
        }
        let header = TZifHeader(
            version: version, utCount: counts[0], standardCount: counts[1], leapCount: counts[2], timeCount: counts[3],
            typeCount: counts[4], characterCount: counts[5])
        guard header.leapCount == 0 else { throw damaged("counts leap seconds, which clocks of sandboxes do not") }
        return header
    }

    mutating func table(_ header: TZifHeader, wide: Bool) throws(MappingError) -> TZifTable {
        guard header.length(wide: wide) <= bytes.count - position else { throw damaged("the file is cut short") }
        var times: [Int64] = []
        for _ in 0..<header.timeCount { times.append(try number(bytes: wide ? 8 : 4)) }
        var types: [Int] = []
        for _ in 0..<header.timeCount { types.append(Int(try byte())) }
        var offsets: [Int] = []
        for _ in 0..<header.typeCount {
            let offset = Int(try number(bytes: 4))
            guard abs(offset) <= 26 * 3600 else { throw damaged("an offset of more than a day") }
            offsets.append(offset)
            try skip(2)
        }
        try skip(header.characterCount + header.standardCount + header.utCount)
        return TZifTable(times: times, types: types, offsets: offsets)
    }

    /// The rule between two newlines; nil if the zone has none.
    mutating func footer() throws(MappingError) -> POSIXZoneRule? {
        guard try byte() == UInt8(ascii: "\n") else { throw damaged("no footer") }
        let rest = bytes[position...]
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { throw damaged("the footer has no end") }
        if end == position { return nil }
        guard let rule = POSIXZoneRule(rest[position..<end]) else { throw damaged("the footer is no POSIX rule") }
        return rule
    }
}
