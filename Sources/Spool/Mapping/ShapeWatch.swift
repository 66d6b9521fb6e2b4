// What a report lacks, or has in another shape than expected. Nothing of that stops a mapping; all of it is said,
// because a list that is suddenly empty may also mean that the vendor renamed it.

/// Notices what is unusual in the sections while they pass by.
struct ShapeWatch {
    private(set) var remarks: [String] = []
    private var section: ReportSection?
    private var kind = JSONKind.null
    private var names = 0
    private var sawList = false
    private var nothings: [Place] = []
    private var odd: [Place: Int] = [:]
    private var lacking: [Place: Int] = [:]

    mutating func begin(_ section: ReportSection, _ kind: JSONKind) {
        self.section = section
        self.kind = kind
        names = 0
        sawList = false
        nothings = []
        odd = [:]
        lacking = [:]
    }

    /// A member of the section itself that is taken.
    mutating func saw(_ name: String) {
        names += 1
        if name == section?.list { sawList = true }
    }

    /// A list without elements.
    mutating func nothing(_ place: Place) {
        if place.path != nil, !nothings.contains(place) { nothings.append(place) }
    }

    /// An element of a list that is a scalar.
    mutating func element(_ place: Place) {
        if place.path != nil { odd[place, default: 0] += 1 }
    }

    /// An object, in a list or not.
    mutating func object(_ place: Place, isEmpty: Bool, hasExpected: Bool) {
        guard place.path != nil else { return }
        if isEmpty {
            odd[place, default: 0] += 1
        } else if place.expected != nil, !hasExpected {
            lacking[place, default: 0] += 1
        }
    }

    /// The section is over. The two forms of a report write nothing in two ways, but the remark is one.
    mutating func end() {
        guard let section else { return }
        switch kind {
        case .object where names > 0: break
        case .object, .null: remarks.append("\(section.rawValue): nothing in it")
        case .array, .string, .number, .bool:
            remarks.append("\(section.rawValue): \(kind.rawValue) where an object should be")
        }
        if let list = section.list, names > 0, !sawList { remarks.append("\(section.rawValue).\(list): missing") }
        for place in nothings { note(place, "nothing in it") }
        for (place, count) in Self.sorted(odd) {
            note(place, "\(count) element(s) with nothing in them, or no objects")
        }
        for (place, count) in Self.sorted(lacking) { note(place, "\(count) without '\(place.expected ?? "")'") }
    }

    private mutating func note(_ place: Place, _ text: String) {
        if let path = place.path { remarks.append("\(path): \(text)") }
    }

    /// In an order that does not depend on hashing.
    private static func sorted(_ counts: [Place: Int]) -> [(Place, Int)] {
        counts.sorted { ($0.key.path ?? "") < ($1.key.path ?? "") }.map { ($0.key, $0.value) }
    }
}
