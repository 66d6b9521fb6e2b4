// Every request that reached the application, in order, bounded. An entry holds nothing that differs between two
// runs with the same seed and the same requests, but its time: the admin listing therefore leaves the time out
// unless it is asked for. Secrets never get here: the query is masked before an entry is made.

import Synchronization

/// One request.
public struct JournalEntry: Sendable, Equatable {
    public let number: Int
    /// Virtual milliseconds since the epoch.
    public let time: Int
    public let method: String
    public let path: String
    /// Masked.
    public let query: String
    /// Bytes of the request's body.
    public let bytes: Int
    public let route: String?
    public let key: String?
    /// Nil while it is being worked on, and for good when no status was ever sent.
    public internal(set) var status: Int?
    /// The latest request that had arrived when the status was decided: between `number` and this, both were being worked on.
    public internal(set) var answeredAfter: Int?
    /// Names of the faults that hit it.
    public internal(set) var faults: [String]
    /// What it changed, e.g. `created`.
    public internal(set) var effect: String?
    /// What a 429 told the client to wait, in milliseconds.
    public internal(set) var waitTime: Int?

    func json(withTime: Bool) -> JSONValue {
        var members: [String: JSONValue] = [
            "number": .integer(number), "method": .string(method), "path": .string(path), "bytes": .integer(bytes),
            "faults": .array(faults.map(JSONValue.string)),
        ]
        if withTime { members["time"] = .integer(time) }
        if !query.isEmpty { members["query"] = .string(query) }
        if let route { members["route"] = .string(route) }
        if let key { members["key"] = .string(key) }
        if let status { members["status"] = .integer(status) }
        if let effect { members["effect"] = .string(effect) }
        if let waitTime { members["waitTime"] = .integer(waitTime) }
        return .object(members)
    }
}

/// All requests, or as many of the latest as fit.
public final class Journal: Sendable {
    private struct State {
        var entries: [JournalEntry] = []
        var last = 0
        var dropped = 0
    }

    private let state = Mutex(State())
    private let capacity: Int

    public init(capacity: Int = 100_000) { self.capacity = max(1, capacity) }

    /// All entries that are kept.
    public var entries: [JournalEntry] { state.withLock { $0.entries } }

    /// The number of the latest request.
    public var last: Int { state.withLock { $0.last } }

    /// How many early entries were given up.
    public var dropped: Int { state.withLock { $0.dropped } }

    /// The next request's number.
    func number() -> Int {
        state.withLock { state in
            state.last += 1
            return state.last
        }
    }

    func append(_ entry: JournalEntry) {
        state.withLock { state in
            // Two requests at the same time may come here in the other order.
            let index = state.entries.lastIndex { $0.number < entry.number }.map { $0 + 1 } ?? 0
            state.entries.insert(entry, at: index)
            guard state.entries.count > capacity else { return }
            let excess = max(1, capacity / 10)
            state.entries.removeFirst(excess)
            state.dropped += excess
        }
    }

    func update(_ number: Int, _ change: (inout JournalEntry) -> Void) {
        state.withLock { state in
            // From the end: it is one of the latest. Absent when it was dropped meanwhile, or after a reset.
            guard let index = state.entries.lastIndex(where: { $0.number == number }) else { return }
            change(&state.entries[index])
            if state.entries[index].status != nil, state.entries[index].answeredAfter == nil {
                state.entries[index].answeredAfter = state.last
            }
        }
    }

    /// Forgets everything; numbers begin again.
    public func clear() { state.withLock { $0 = State() } }
}

/// What to look for in the journal.
struct JournalFilter: Sendable {
    var route: String?
    var method: String?
    var key: String?
    var status: Int?
    var fault: String?
    var effect: String?
    var since = 0

    func matches(_ entry: JournalEntry) -> Bool {
        if entry.number <= since { return false }
        if let method, entry.method != method.uppercased() { return false }
        if let key, !Glob(key).matches(entry.key ?? "") { return false }
        if let status, entry.status != status { return false }
        if let fault, !entry.faults.contains(fault) { return false }
        if let effect, entry.effect != effect { return false }
        guard let route else { return true }
        let glob = Glob(route)
        return glob.matches("\(entry.method) \(entry.path)") || glob.matches(entry.path)
            || (entry.route.map { glob.matches($0) || glob.matches($0.drop { $0 != " " }.dropFirst()) } ?? false)
    }
}
