// Which names an object has had. Swift's strings compare by canonical equivalence ("é" equals "e" and an accent), JSON's
// names by their characters alone, so the table compares bytes. Its hash is seeded by the process: names chosen to collide
// do not.

/// Names and their places in a list.
struct NameTable {
    private struct Name: Hashable {
        let text: String

        static func == (one: Name, other: Name) -> Bool { one.text.utf8.elementsEqual(other.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    private var places: [Name: Int] = [:]

    /// The place that the name has already; otherwise nil, and from now on it has `next`.
    mutating func place(of name: String, orAdd next: Int) -> Int? {
        let key = Name(text: name)
        if let place = places[key] { return place }
        places[key] = next
        return nil
    }
}
