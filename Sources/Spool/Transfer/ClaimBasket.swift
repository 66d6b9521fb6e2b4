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
    /// Of the whole file, if the bundle has it already.
    var copied: String?

    var ref: EntryRef { claim.ref }
    var size: Int { Envelope.size + reader.count }
}

struct ClaimBasket {
    private let spool: SpoolStore
    /// nil: entries were named.
    private var list: WorkList?
    /// Whether to read the folders again when the list has run out: not if nothing of it could be had, or we would never end.
    private var goesOn = true
    /// Picked before and left for a later bundle, or named; the next one last.
    private var waiting: [ListedEntry] = []
    private var tooLarge: Set<EntryRef> = []
    /// Could not go, and why.
    private(set) var refused: [(ref: EntryRef, reason: String)] = []

    init(_ spool: SpoolStore, _ selection: ExportSelection) throws(StoreError) {
        self.spool = spool
        switch selection {
        case .queue(let queue):
            list = WorkList(spool, queue)
        case .named(let places):
            for place in places.reversed() {
                if let entry = try spool.listed(place) { waiting.append(entry) } else { refuseAsTaken(place.ref) }
            }
        }
    }

    /// With all that it costs in any form of bundle: tar header and padding, lines in manifest and record.
    static func cost(_ entry: ListedEntry) -> Int { entry.size + 2048 }

    /// Entries for one bundle: at most so many, at most so large; empty when there is nothing more to do. Nothing is claimed yet.
    mutating func pick(entries: Int, bytes: Int) throws(StoreError) -> [ListedEntry] {
        var picked: [ListedEntry] = []
        var left: [ListedEntry] = []
        var sum = 0
        var names: Set<String> = []
        while picked.count < entries, let entry = try next(mayRead: picked.isEmpty) {
            let cost = Self.cost(entry)
            guard cost <= bytes else {
                if tooLarge.insert(entry.ref).inserted {
                    refused.append((entry.ref, "has \(entry.size) bytes, more than a bundle may have (\(bytes))"))
                }
                continue
            }
            if sum + cost > bytes {
                left.append(entry)
                break
            }
            // One name on the media that people carry.
            guard names.insert(SeenPaths.fold("\(entry.ref)")).inserted else {
                left.append(entry)
                continue
            }
            picked.append(entry)
            sum += cost
        }
        waiting += left.reversed()
        return picked
    }

    private mutating func next(mayRead: Bool) throws(StoreError) -> ListedEntry? {
        if let entry = waiting.popLast() ?? list?.pop() { return entry }
        // What was picked is still where it was, and would be found again.
        guard mayRead, goesOn, list != nil else { return nil }
        goesOn = false
        try list?.refill()
        return list?.pop()
    }

    /// Reads an entry through that was just claimed, with a window of the core's own.
    typealias Look = @Sendable (Claim, inout [UInt8]) throws -> HeldEntry

    /// Those of them that are still to be had and are whole, claimed durably.
    mutating func claim(_ picked: [ListedEntry], _ look: Look) throws -> [HeldEntry] {
        let found = found(picked, look)
        var held: [HeldEntry] = []
        var damaged: [(claim: Claim, error: StoreError)] = []
        var trouble: (any Error)?
        for (entry, found) in zip(picked, found) {
            switch found {
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
        if !held.isEmpty { goesOn = true }
        return held
    }

    private enum Found: Sendable {
        case held(HeldEntry)
        case damaged(Claim, StoreError)
        /// Somebody else has it, or it has moved on.
        case gone
        /// No entry at all.
        case strange(StoreError)
        /// What was claimed is put back.
        case failed(any Error)
    }

    /// nil: not looked at any more, since something failed before.
    private func found(_ picked: [ListedEntry], _ look: Look) -> [Found?] {
        let isOver = Atomic(false)
        let (spool, areNamed) = (spool, list == nil)
        return Lanes.map(picked.count, state: { BagReader.window }) { window, number -> Found? in
            if isOver.load(ordering: .relaxed) { return nil }
            let found = Self.found(picked[number].place, spool, areNamed: areNamed, &window, look)
            if case .failed = found { isOver.store(true, ordering: .relaxed) }
            return found
        }
    }

    private static func found(
        _ place: EntryPlace, _ spool: SpoolStore, areNamed: Bool, _ window: inout [UInt8], _ look: Look
    ) -> Found {
        let claim: Claim
        do throws(StoreError) {
            guard let ours = try spool.claim(place) else { return .gone }
            claim = ours
        } catch {
            return error.code == .damaged && !areNamed ? .strange(error) : .failed(error)
        }
        do {
            return .held(try look(claim, &window))
        } catch let error as StoreError where error.code == .damaged || error.code == .format {
            return .damaged(claim, error)
        } catch {
            [claim].putBack()
            return .failed(error)
        }
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
}
