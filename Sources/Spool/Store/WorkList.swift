// What a stage takes next: `ready` and due `deferred` in turn, so that neither starves the other.
//
// The folders are read when the list has run out, not for each claim: with 100,000 entries waiting, a claim costs a few
// system calls. What somebody else has taken meanwhile is passed over.

/// The next claims of one stage. Used by one task at a time.
package struct WorkList {
    private let spool: SpoolStore
    private let queue: QueueName
    private var ready: [EntryPlace] = []
    private var due: [EntryPlace] = []
    private var takesDue = false

    package init(_ spool: SpoolStore, _ queue: QueueName) {
        self.spool = spool
        self.queue = queue
    }

    /// A batch of at most `limit` claims, durable before it is returned; empty when there is nothing to do now.
    ///
    /// What cannot be claimed because it is no entry (a symbolic link, a FIFO) is handed to `damaged` and stays. After an
    /// error nothing is claimed: what had been taken was put back.
    package mutating func next(_ limit: Int, damaged: (EntryPlace, StoreError) -> Void = { _, _ in })
        throws(StoreError) -> [Claim]
    {
        let claims = try take(limit, least: 32, damaged: damaged) { $0 }
        do throws(StoreError) {
            if !claims.isEmpty { try spool.syncClaims(queue, from: Set(claims.map(\.origin))) }
        } catch {
            claims.putBack()
            throw error
        }
        return claims
    }

    /// The same, with what `work` makes of each claim as soon as it is taken. The caller makes them durable (`syncClaims`).
    ///
    /// `least`: fewer are not worth a core of their own.
    mutating func take<Output: Sendable>(
        _ limit: Int, least: Int = 1, damaged: (EntryPlace, StoreError) -> Void, work: @Sendable (Claim) -> Output
    ) throws(StoreError) -> [Output] {
        var taken: [(claim: Claim, output: Output)] = []
        do throws(StoreError) {
            var isFresh = false
            while taken.count < limit {
                let places = pop(limit - taken.count)
                guard !places.isEmpty else {
                    if isFresh { break }
                    try refill()
                    isFresh = true
                    continue
                }
                let results = spool.claims(places, least: least, work: work)
                // What was claimed is known before an error ends this.
                for case .success(let one?) in results { taken.append(one) }
                for (place, result) in zip(places, results) {
                    guard case .failure(let error) = result else { continue }
                    guard error.code == .damaged else { throw error }
                    damaged(place, error)
                }
            }
        } catch {
            taken.map(\.claim).putBack()
            throw error
        }
        return taken.map(\.output)
    }

    private mutating func pop(_ count: Int) -> [EntryPlace] {
        var places: [EntryPlace] = []
        while places.count < count, let place = pop() { places.append(place) }
        return places
    }

    private mutating func pop() -> EntryPlace? {
        takesDue.toggle()
        if takesDue { return due.popLast() ?? ready.popLast() }
        return ready.popLast() ?? due.popLast()
    }

    /// Oldest at the end, where they are taken from.
    private mutating func refill() throws(StoreError) {
        let now = spool.now()
        ready = try spool.list(queue, .ready).entries.reversed().map(\.place)
        due = try spool.list(queue, .deferred).entries.filter { spool.isDue($0, at: now) }.reversed().map(\.place)
    }
}

extension SpoolStore {
    /// No honest wait is longer; a due time beyond it comes from a clock that jumped, and counts as now.
    package static let farthestDue: Duration = .seconds(8 * 86_400)

    package func isDue(_ entry: ListedEntry, at now: Timestamp) -> Bool {
        entry.modified <= now || entry.modified > now + Self.farthestDue
    }

    /// When the next `deferred` entry is due; nil if none waits.
    package func nextDue(_ queue: QueueName) throws(StoreError) -> Timestamp? {
        let now = now()
        return try list(queue, .deferred).entries.map { isDue($0, at: now) ? min($0.modified, now) : $0.modified }.min()
    }
}
