// The mass of a large report: thousands of process, packet, file and address records. They are stamped from
// templates: a block of an exact length, with a leading comma, in which only a few fields of fixed width change.
// That makes the size of a report known before a byte of it exists (Content-Length), and its making about as fast
// as copying memory.

/// A run of further elements in a list that already has one.
struct Bulk: Sendable {
    enum Kind: Int, Sendable, CaseIterable {
        case process, packet, dropped, link

        /// Bytes of one element in the fixed form, its comma included.
        var length: Int {
            switch self {
            case .process: 4096
            case .packet: 320
            case .dropped: 1024
            case .link: 256
            }
        }
    }

    var kind: Kind
    var count: Int
}

/// One element with places to stamp.
struct Template: Sendable {
    struct Place: Sendable {
        var offset: Int
        var digits: Int
        var style: Style
    }

    enum Style: Sendable { case upper, lower, decimal }

    var bytes: [UInt8]
    var places: [Place]

    /// Draws the fields of one copy. The number of draws depends on the template alone, so all forms get the same
    /// values.
    func stamp(_ room: UnsafeMutableBufferPointer<UInt8>, _ dice: inout Dice) {
        for place in places {
            var value: UInt64 = 0
            for digit in 0..<place.digits {
                if digit % 16 == 0 { value = dice.next() }
                room[place.offset + digit] = Template.character(value & 15, place.style)
                value >>= 4
            }
        }
    }

    private static func character(_ nibble: UInt64, _ style: Style) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: nibble)
        switch style {
        case .upper: return value < 10 ? 48 + value : 55 + value
        case .lower: return value < 10 ? 48 + value : 87 + value
        case .decimal: return 49 + value % 9
        }
    }
}
