// Decides for each entry of a bundle, as soon as its envelope is read: it is new and is kept, it is here already and is only
// checked, or it must not come in and the whole bundle is refused.

import Synchronization
import SystemPackage

/// What an entry is to this spool.
enum Acquaintance: Equatable {
    /// Never seen. `isFresh`: not even its analysis was.
    case new(isFresh: Bool)
    /// The same id, the same digest.
    case known
    case conflict(String)
}

final class ImportKeeper: EntryKeeper {
    private struct Memory {
        var arrivals: [QueueName: Arrivals] = [:]
        var ledgers: [String: [String: LedgerEntry]] = [:]
    }

    private let spool: SpoolStore
    private let own: Set<String>
    private let isDry: Bool
    private let queues: Set<QueueName>
    private let memory = Mutex(Memory())
    private let copies = Mutex<[EntryCopy]>([])

    /// `own`: sources that this spool fetches itself.
    init(_ spool: SpoolStore, own: Set<String>, isDry: Bool) throws(StoreError) {
        self.spool = spool
        self.own = own
        self.isDry = isDry
        queues = Set(try spool.queues())
    }

    func keep(_ ref: EntryRef, _ envelope: Envelope) throws -> EntryCopy? {
        guard queues.contains(ref.queue) else {
            throw TransferError.refused("\(ref): this spool has no queue '\(ref.queue)'")
        }
        guard !own.contains(ref.id.source) else {
            throw TransferError.refused(
                "\(ref): this spool fetches '\(ref.id.source)' itself, so that one name could mean two analyses;"
                    + " give one of the two sandboxes another joe.source, or take fetch out of run.stages here")
        }
        switch try acquaintance(ref, envelope) {
        case .known: return nil
        case .conflict(let reason): throw TransferError.refused("\(ref): \(reason)")
        case .new:
            guard !isDry else { return nil }
            let copy = try spool.copy(ref, envelope)
            copies.withLock { $0.append(copy) }
            return copy
        }
    }

    /// The bundle is refused: what was written for it goes, but for what was committed already.
    func discard() {
        for copy in copies.withLock({ $0 }) { copy.discard() }
    }

    func acquaintance(_ ref: EntryRef, _ envelope: Envelope) throws -> Acquaintance {
        let places = try spool.places(of: ref)
        for place in places {
            let digest = try spool.reader(place).envelope.sha256
            if digest == envelope.sha256 { return .known }
            if place.state.isLive || place == places.last {
                return .conflict(
                    "is in '\(place.state.rawValue)' here with another digest (\(digest.prefix(12))…, the bundle's is"
                        + " \(envelope.sha256.prefix(12))…)")
            }
        }
        return try memory.withLock { try Self.remembered(ref, envelope, spool, &$0) }
    }

    /// Of what was here and is gone.
    private static func remembered(_ ref: EntryRef, _ envelope: Envelope, _ spool: SpoolStore, _ memory: inout Memory)
        throws -> Acquaintance
    {
        let arrivals = try memory.arrivals[ref.queue] ?? Arrivals(spool, ref.queue)
        memory.arrivals[ref.queue] = arrivals
        if let digest = arrivals.known[ref.id] {
            return digest == envelope.sha256
                ? .known : .conflict("came before with another digest (\(digest.prefix(12))…)")
        }
        if ref.queue.isInbox {
            // The ledger's line may be the report's alone, which crossed by itself.
            let reports = try memory.arrivals[.outbox] ?? Arrivals(spool, .outbox)
            memory.arrivals[.outbox] = reports
            if reports.known[ref.id] != nil { return .new(isFresh: false) }
        }
        let ledger = try memory.ledgers[ref.id.source] ?? spool.ledgerEntries(ref.id.source)
        memory.ledgers[ref.id.source] = ledger
        switch ledger[ref.id.webid] {
        case .taken(let digest?) where ref.queue.isInbox:
            return digest == envelope.sha256
                ? .known : .conflict("was taken before with another digest (\(digest.prefix(12))…)")
        case .taken(nil) where ref.queue.isInbox: return .known
        case .taken: return .new(isFresh: false)
        case .skipped, nil: return .new(isFresh: true)
        }
    }

    /// After a commit: what is known from now on, first that it came, then the ledger's lines for those that have none. Also for
    /// entries that were here before: whoever brought them may have died before their lines.
    func note(_ entries: [EntryRef: ReadEntry], from origin: String) throws {
        try memory.withLock { memory in
            for (queue, group) in Dictionary(grouping: entries, by: \.key.queue).sorted(by: { $0.key < $1.key }) {
                var arrivals = try memory.arrivals[queue] ?? Arrivals(spool, queue)
                let lines = group.map { (id: $0.key.id, digest: $0.value.envelope.sha256) }.sorted { $0.id < $1.id }
                try arrivals.note(lines, from: origin)
                memory.arrivals[queue] = arrivals
            }
            var taken: [EntryID: String?] = [:]
            for (ref, entry) in entries {
                let ledger = try memory.ledgers[ref.id.source] ?? spool.ledgerEntries(ref.id.source)
                memory.ledgers[ref.id.source] = ledger
                if case .taken = ledger[ref.id.webid] { continue }
                if ref.queue.isInbox || taken[ref.id] == nil {
                    taken[ref.id] = ref.queue.isInbox ? entry.envelope.sha256 : entry.envelope.parent
                }
            }
            try spool.noteTaken(taken.sorted { $0.key < $1.key }.map { (id: $0.key, digest: $0.value) })
        }
    }
}
