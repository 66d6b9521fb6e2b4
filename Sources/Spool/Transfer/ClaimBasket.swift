// Claims for bundles, in batches like a stage's, one entry at a time out; what does not fit into this bundle waits for the next.
//
// Each payload is read and compared before it counts, since a bundle that is half written to a stream cannot be mended: what is
// damaged goes to `failed` here, and nothing of it into a bundle.

import Synchronization

/// Which entries are to go.
package enum ExportSelection: Sendable {
    /// Everything in `ready`, and in `deferred` what is due.
    case queue(QueueName)
    /// These, in `ready` or `deferred`, due or not.
    case named([EntryPlace])
}

/// An entry that is ours, and whole.
struct HeldEntry: Sendable {
    let claim: Claim
    let reader: EntryReader

    var ref: EntryRef { claim.ref }
    var size: Int { Envelope.size + reader.count }
    /// With all that it costs in any form of bundle: tar header and padding, lines in manifest and record.
    var cost: Int { size + 2048 }
}

struct ClaimBasket {
    private let spool: SpoolStore
    private var list: WorkList?
    private var named: [EntryPlace]
    /// Claimed and read through; the next one last.
    private var examined: [Examined] = []
    /// Where claims came from that are not durable yet.
    private var unsynced: [QueueName: Set<EntryState>] = [:]
    private var kept: [HeldEntry] = []
    /// Too large for any bundle; held until the end, or they would come again.
    private var tooLarge: [HeldEntry] = []
    /// Could not go, and why.
    private(set) var refused: [(ref: EntryRef, reason: String)] = []
    /// So many are claimed and read through by all cores before the first of them is taken: they may be large.
    private static let examinedTogether = 32

    private typealias Examined = (claim: Claim, found: Result<EntryReader, any Error>)

    init(_ spool: SpoolStore, _ selection: ExportSelection) {
        self.spool = spool
        switch selection {
        case .queue(let queue): (list, named) = (WorkList(spool, queue), [])
        case .named(let places): (list, named) = (nil, places.reversed())
        }
    }

    /// Entries for one bundle: at most so many, at most so large; empty when there is nothing more to do. Their claims are durable.
    mutating func fill(entries: Int, bytes: Int, _ watch: TransferWatch) throws -> [HeldEntry] {
        var load: [HeldEntry] = []
        var cost = 0
        var names: Set<String> = []
        var later: [HeldEntry] = []
        do {
            while load.count < entries, let entry = try next(of: entries - load.count, watch) {
                guard entry.cost <= bytes else {
                    tooLarge.append(entry)
                    refused.append((entry.ref, "has \(entry.size) bytes, more than a bundle may have (\(bytes))"))
                    continue
                }
                if cost + entry.cost > bytes {
                    later.append(entry)
                    break
                }
                // One name on the media that people carry.
                guard names.insert(SeenPaths.fold("\(entry.ref)")).inserted else {
                    later.append(entry)
                    continue
                }
                load.append(entry)
                cost += entry.cost
            }
            try syncClaims()
        } catch {
            kept += load + later
            throw error
        }
        kept += later
        return load
    }

    /// Takes no more from the spool than may still be needed: what is claimed and not packed is not `ready` any more.
    private mutating func next(of wanted: Int, _ watch: TransferWatch) throws -> HeldEntry? {
        if !kept.isEmpty { return kept.removeFirst() }
        while true {
            try watch.check()
            if examined.isEmpty { examined = try claims(min(wanted, Self.examinedTogether), watch).reversed() }
            guard let (claim, found) = examined.last else { return nil }
            do {
                let reader = try found.get()
                examined.removeLast()
                return HeldEntry(claim: claim, reader: reader)
            } catch let error as StoreError where error.code == .damaged || error.code == .format {
                examined.removeLast()
                try fail(claim, error)
            }
        }
    }

    private mutating func fail(_ claim: Claim, _ error: StoreError) throws(StoreError) {
        spool.noteTry(claim.ref, code: "damaged", error: error.message)
        try claim.failed()
        spool.note(JournalEvent("failed", stage: "export", ref: claim.ref, code: "damaged", detail: error.message))
        refused.append((claim.ref, error.message))
    }

    private mutating func claims(_ limit: Int, _ watch: TransferWatch) throws(StoreError) -> [Examined] {
        let examine = { @Sendable (claim: Claim) -> Examined in
            let found = Result {
                try watch.check()
                let reader = try claim.reader()
                try reader.verify()
                return reader
            }
            return (claim, found)
        }
        let claims = try list == nil ? namedClaims(limit, examine) : listedClaims(limit, examine)
        for (claim, _) in claims { unsynced[claim.ref.queue, default: []].insert(claim.origin) }
        return claims
    }

    private mutating func listedClaims(_ limit: Int, _ examine: @Sendable (Claim) -> Examined) throws(StoreError)
        -> [Examined]
    {
        var strange: [(EntryPlace, StoreError)] = []
        let taken = try list?.take(limit, damaged: { strange.append(($0, $1)) }, work: examine)
        let claims = taken ?? []
        do throws(StoreError) {
            for (place, error) in strange {
                try spool.setAside(place, code: "damaged", reason: error.message)
                refused.append((place.ref, error.message))
            }
        } catch {
            claims.map(\.claim).putBack()
            throw error
        }
        return claims
    }

    private mutating func namedClaims(_ limit: Int, _ examine: @Sendable (Claim) -> Examined) throws(StoreError)
        -> [Examined]
    {
        var claims: [Examined] = []
        while claims.isEmpty, !named.isEmpty {
            let places = Array(named.suffix(limit).reversed())
            named.removeLast(places.count)
            let results = spool.claims(places, work: examine)
            for case .success(let one?) in results { claims.append(one.output) }
            do throws(StoreError) {
                for (place, result) in zip(places, results) where try result.get() == nil {
                    refused.append((place.ref, "is being worked on at this moment, or has moved on"))
                }
            } catch {
                claims.map(\.claim).putBack()
                throw error
            }
        }
        return claims
    }

    /// Before anything of them gets out: who dies then leaves entries that may have been sent, and no power cut makes them `ready`
    /// again.
    private mutating func syncClaims() throws(StoreError) {
        for (queue, states) in unsynced { try spool.syncClaims(queue, from: states) }
        unsynced = [:]
    }

    /// Gives back what was claimed and not packed.
    mutating func putBack() {
        (examined.map(\.claim) + (kept + tooLarge).map(\.claim)).putBack()
        (examined, kept, tooLarge) = ([], [], [])
    }
}
