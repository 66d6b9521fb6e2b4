// What a stage takes next: `ready` and due `deferred` in turn, so that neither starves the other.
//
// The folders are read when the list has run out, not for each claim: with 100,000 entries waiting, a claim costs a few
// system calls. What somebody else has taken meanwhile is passed over.

/// The next claims of one stage. Used by one task at a time.
package struct WorkList {
    private let spool: SpoolStore
    private let queue: QueueName
    private var ready: [ListedEntry] = []
    private var due: [ListedEntry] = []
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
        var claims: [Claim] = []
        do throws(StoreError) {
            try take(limit, into: &claims, damaged)
            if !claims.isEmpty { try spool.syncClaims(queue, from: Set(claims.map(\.origin))) }
        } catch {
            claims.putBack()
            throw error
        }
        return claims
    }

    private mutating func take(_ limit: Int, into claims: inout [Claim], _ damaged: (EntryPlace, StoreError) -> Void)
        throws(StoreError)
    {
        var isFresh = false
        while claims.count < limit {
            let places = pop(limit - claims.count)
            guard !places.isEmpty else {
                if isFresh { return }
                try refill()
                isFresh = true
                continue
            }
            let spool = spool
            let results = Lanes.map(places.count, least: 32) { number in
                Result { () throws(StoreError) in try spool.claim(places[number]) }
            }
            // What was claimed is known before an error ends this.
            for case .success(let claim?) in results { claims.append(claim) }
            for (place, result) in zip(places, results) {
                guard case .failure(let error) = result else { continue }
                guard error.code == .damaged else { throw error }
                damaged(place, error)
            }
        }
    }

    private mutating func pop(_ count: Int) -> [EntryPlace] {
        var places: [EntryPlace] = []
        while places.count < count, let entry = pop() { places.append(entry.place) }
        return places
    }

    /// The next one that the folders had when they were read; nil: they are to be read again.
    mutating func pop() -> ListedEntry? {
        takesDue.toggle()
        if takesDue { return due.popLast() ?? ready.popLast() }
        return ready.popLast() ?? due.popLast()
    }

    /// Oldest at the end, where they are taken from.
    mutating func refill() throws(StoreError) {
        let now = spool.now()
        ready = try spool.list(queue, .ready).entries.reversed()
        due = try spool.list(queue, .deferred).entries.filter { spool.isDue($0, at: now) }.reversed()
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
