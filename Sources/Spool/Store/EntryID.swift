// Names. What comes from the wire reaches a path only through the initialisers here.

/// Which analysis an entry is about: `<source>-<webid>`, for example `joe-752112`.
package struct EntryID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// `[a-z0-9]{1,16}`
    package let source: String
    /// `[A-Za-z0-9-]{1,64}`
    package let webid: String

    /// nil unless both parts are of their alphabet and length.
    package init?(source: String, webid: String) {
        guard Self.isSource(source), Self.isWebid(webid) else { return nil }
        self.source = source
        self.webid = webid
    }

    /// Reads `joe-752112`; the source ends at the first hyphen, since it cannot hold one.
    package init?(_ text: String) {
        self.init(text[...])
    }

    /// By bytes, not by characters: there may be 100,000 names.
    private init?(_ text: Substring) {
        guard let hyphen = text.utf8.firstIndex(of: 0x2d) else { return nil }
        self.init(source: String(text[..<hyphen]), webid: String(text[text.utf8.index(after: hyphen)...]))
    }

    /// Reads `joe-752112.entry`.
    package init?(fileName: String) {
        let suffix = Self.suffix.utf8
        guard fileName.utf8.suffix(suffix.count).elementsEqual(suffix) else { return nil }
        self.init(Substring(fileName.utf8.dropLast(suffix.count)))
    }

    package static func isSource(_ text: String) -> Bool {
        (1...16).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) }
    }

    package static func isWebid(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
    }

    static let suffix = ".entry"

    package var description: String { "\(source)-\(webid)" }
    package var fileName: String { "\(source)-\(webid)\(Self.suffix)" }

    /// By source, then by webid: numbers by value, then others by text.
    package static func < (left: EntryID, right: EntryID) -> Bool {
        if left.source != right.source { return left.source < right.source }
        switch (UInt64(left.webid), UInt64(right.webid)) {
        case (let first?, let second?) where first != second: return first < second
        case (_?, nil): return true
        case (nil, _?): return false
        default: return left.webid < right.webid
        }
    }
}

/// A queue: `inbox` (analyses), `outbox` (reports), or a further destination's `outbox.<name>`.
package struct QueueName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let description: String

    package static let inbox = QueueName(known: "inbox")
    package static let outbox = QueueName(known: "outbox")

    private init(known: String) { description = known }

    /// nil for anything but the three forms above; a destination's name is `[a-z0-9]{1,16}`.
    package init?(_ text: String) {
        let isKnown = text == "inbox" || text == "outbox"
        guard isKnown || (text.hasPrefix("outbox.") && EntryID.isSource(String(text.dropFirst(7)))) else { return nil }
        description = text
    }

    package var isInbox: Bool { self == .inbox }
    /// What kind of entry lies in it.
    package var kind: Envelope.Kind { isInbox ? .analysis : .report }

    package static func < (left: QueueName, right: QueueName) -> Bool { left.description < right.description }
}

/// The folder that an entry is in: its state, and the only place where its state is kept.
package enum EntryState: String, Sendable, CaseIterable {
    case ready, active, deferred, hold, failed, done, exported

    /// Something is still to be done about it.
    package var isLive: Bool { self != .done }
}

/// An entry's name for people: `inbox/joe-752112`.
package struct EntryRef: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let queue: QueueName
    package let id: EntryID

    package init(_ queue: QueueName, _ id: EntryID) {
        self.queue = queue
        self.id = id
    }

    package var description: String { "\(queue)/\(id)" }

    package static func < (left: EntryRef, right: EntryRef) -> Bool {
        left.queue == right.queue ? left.id < right.id : left.queue < right.queue
    }
}

/// Where an entry lies at the moment.
package struct EntryPlace: Sendable, Hashable {
    package let ref: EntryRef
    package let state: EntryState
    /// The day's folder, for `done`.
    package let day: UTCDay?

    package init(_ ref: EntryRef, _ state: EntryState, day: UTCDay? = nil) {
        self.ref = ref
        self.state = state
        self.day = day
    }
}
