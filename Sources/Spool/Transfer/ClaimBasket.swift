// What goes into a bundle: picked by size, then claimed and looked at by all cores.
//
// Sizes are known before anything is claimed, so that an entry which does not fit is left alone. Each payload is read and compared
// before it counts, since a bundle that is half written to a stream cannot be mended: what is damaged goes to `failed` here, and
// nothing of it into a bundle.

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
    /// The digest of its file, if the bundle has it already.
    let copied: String?

    var ref: EntryRef { claim.ref }
    var size: Int { Envelope.size + reader.count }
}

struct ClaimBasket {
    private let spool: SpoolStore
    /// nil: entries were named.
    private var list: WorkList?
    /// Whether to read the folders when the list has run out: not again if nothing of it could be had, or we would never end.
    private var mayRead = true
    /// Named, or picked before and left for a later bundle; the next one last.
    private var waiting: [ListedEntry] = []
    private var tooLarge: Set<EntryRef> = []
    /// Could not go, and why.
    private(set) var refused: [(ref: EntryRef, reason: String)] = []
    /// What an entry costs beside its file in any form of bundle: tar header and padding, lines in manifest and record.
    static let overhead = 2048

    init(_ spool: SpoolStore, _ selection: ExportSelection) throws(StoreError) {
        self.spool = spool
        switch selection {
        case .queue(let queue):
            list = WorkList(spool, queue)
        case .named(let places):
            var known: Set<EntryRef> = []
            for place in places.reversed() where known.insert(place.ref).inserted {
                if let entry = try spool.listed(place) { waiting.append(entry) } else { refuseAsTaken(place.ref) }
            }
        }
    }

    /// Entries for one bundle: at most so many, at most so large; empty when there is nothing more to do. Nothing is claimed yet.
    mutating func pick(entries: Int, bytes: Int) throws(StoreError) -> [ListedEntry] {
        var picked: [ListedEntry] = []
        var left: [ListedEntry] = []
        var room = bytes
        var names: Set<String> = []
        while picked.count < entries, let entry = try next(isFirst: picked.isEmpty) {
            guard entry.size <= bytes - Self.overhead else {
                refuseAsTooLarge(entry, limit: bytes - Self.overhead)
                continue
            }
            if entry.size > room - Self.overhead {
                left.append(entry)
                break
            }
            // One name on the media that people carry.
            guard names.insert(SeenPaths.fold("\(entry.ref)")).inserted else {
                left.append(entry)
                continue
            }
            picked.append(entry)
            room -= entry.size + Self.overhead
        }
        waiting += left.reversed()
        return picked
    }

    private mutating func next(isFirst: Bool) throws(StoreError) -> ListedEntry? {
        if let entry = waiting.popLast() ?? list?.pop() { return entry }
        // What was picked is still where it was, and would be found again.
        guard isFirst, mayRead, list != nil else { return nil }
        mayRead = false
        try list?.refill()
        return list?.pop()
    }

    /// What is done with an entry that was just claimed, on any core, with a window of the core's own; nil if it is not what was
    /// picked any more, but another one of its name.
    typealias Taking = @Sendable (Claim, ListedEntry, inout [UInt8]) throws -> HeldEntry?

    /// Those of them that are still to be had and are whole, claimed durably.
    mutating func claim(_ picked: [ListedEntry], _ take: Taking) throws -> [HeldEntry] {
        var held: [HeldEntry] = []
        var damaged: [(claim: Claim, error: StoreError)] = []
        var trouble: (any Error)?
        for (entry, outcome) in zip(picked, claimAll(picked, take)) {
            switch outcome {
            case .held(let entry): held.append(entry)
            case .damaged(let claim, let error): damaged.append((claim, error))
            case .gone: if list == nil { refuseAsTaken(entry.ref) }
            case .strange(let error):
                do {
                    try setAside(entry, error)
                } catch {
                    trouble = trouble ?? error
                }
            case .failed(let error): trouble = trouble ?? error
            case nil: break
            }
        }
        do {
            if let trouble { throw trouble }
            while let (claim, error) = damaged.last {
                try fail(claim, error)
                damaged.removeLast()
            }
            for (queue, ours) in Dictionary(grouping: held, by: \.ref.queue) {
                try spool.syncClaims(queue, from: Set(ours.map(\.claim.origin)))
            }
        } catch {
            (held.map(\.claim) + damaged.map(\.claim)).putBack()
            throw error
        }
        if !held.isEmpty { mayRead = true }
        return held
    }

    private enum Outcome: Sendable {
        case held(HeldEntry)
        case damaged(Claim, StoreError)
        /// Somebody else has it, or it has moved on.
        case gone
        /// No entry at all.
        case strange(StoreError)
        /// What was claimed is put back.
        case failed(any Error)
    }

    /// nil: not tried any more, since something failed before.
    private func claimAll(_ picked: [ListedEntry], _ take: Taking) -> [Outcome?] {
        let isOver = Atomic(false)
        return Lanes.map(picked.count, state: { [UInt8]() }) { window, number -> Outcome? in
            if isOver.load(ordering: .relaxed) { return nil }
            let outcome = claim(picked[number], &window, take)
            if case .failed = outcome { isOver.store(true, ordering: .relaxed) }
            return outcome
        }
    }

    private func claim(_ entry: ListedEntry, _ window: inout [UInt8], _ take: Taking) -> Outcome {
        let claim: Claim
        do throws(StoreError) {
            guard let ours = try spool.claim(entry.place) else { return .gone }
            claim = ours
        } catch {
            return error.code == .damaged && list != nil ? .strange(error) : .failed(error)
        }
        do {
            if let held = try take(claim, entry, &window) { return .held(held) }
        } catch let error as StoreError where error.code == .damaged || error.code == .format {
            return .damaged(claim, error)
        } catch {
            [claim].putBack()
            return .failed(error)
        }
        [claim].putBack()
        return .gone
    }

    private mutating func setAside(_ entry: ListedEntry, _ error: StoreError) throws(StoreError) {
        try spool.setAside(entry.place, code: "damaged", reason: error.message)
        refused.append((entry.ref, error.message))
    }

    private mutating func fail(_ claim: Claim, _ error: StoreError) throws(StoreError) {
        spool.noteTry(claim.ref, code: "damaged", error: error.message)
        try claim.failed()
        spool.note(JournalEvent("failed", stage: "export", ref: claim.ref, code: "damaged", detail: error.message))
        refused.append((claim.ref, error.message))
    }

    private mutating func refuseAsTaken(_ ref: EntryRef) {
        refused.append((ref, "is being worked on at this moment, or has moved on"))
    }

    private mutating func refuseAsTooLarge(_ entry: ListedEntry, limit: Int) {
        guard tooLarge.insert(entry.ref).inserted else { return }
        refused.append((entry.ref, "has \(entry.size) bytes, more than a bundle may have (\(limit))"))
    }

    /// There will be no other bundle: what was named and did not fit is said. What was not named waits for the next export.
    mutating func end() {
        guard list == nil else { return }
        for entry in waiting.reversed() {
            refused.append((entry.ref, "does not fit into this bundle; export it again"))
        }
        waiting = []
    }
}
