// Values by their place in the source instead of by their content: what a scan of a large document leaves behind.

/// The six kinds of JSON value.
package enum JSONKind: String, Sendable {
    case object, array, string, number, bool, null
}

/// Where one value stands in its source: its bytes, without the blanks around it.
package struct JSONSlice: Sendable, Equatable {
    package var kind: JSONKind
    package var range: Range<Int>

    package init(kind: JSONKind, range: Range<Int>) {
        self.kind = kind
        self.range = range
    }
}

/// A member of an object: its name, decoded, and where its value stands.
package struct JSONMember: Sendable, Equatable {
    package var name: String
    package var value: JSONSlice

    package init(name: String, value: JSONSlice) {
        self.name = name
        self.value = value
    }
}

/// The members of one object.
package struct JSONOutline: Sendable, Equatable {
    /// The object itself, with its braces.
    package var object: JSONSlice
    /// Every name once, in document order. Of a name that occurs several times the last value counts, at the place of
    /// the first, as in Python and JavaScript.
    package var members: [JSONMember]
    /// The names that occur more than once, each once, for a remark.
    package var repeated: [String]

    package init(object: JSONSlice, members: [JSONMember], repeated: [String] = []) {
        self.object = object
        self.members = members
        self.repeated = repeated
    }

    /// The value of the member with that name. Names are equal when their bytes are: unlike Swift's strings, JSON
    /// does not take a composed letter for its decomposed form.
    package subscript(name: String) -> JSONSlice? {
        members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}
