// One random walk through all operations of a spool, with the plug pulled between them and before any call within one.

import Spool
import SystemPackage
import TestSupport

struct PowerCutWalk {
    private let root: FilePath
    private let clock = TestClock()
    private let disk: UnsyncedDisk
    private var spool: SpoolStore
    private var random: SeededRandom
    private var model = PowerCutModel()
    private var claims: [Claim] = []
    private var births = 0
    private(set) var cuts = 0
    private(set) var trail: [String]
    /// What is wrong; empty as long as the promise holds.
    private(set) var wrong: [String] = []

    init(_ root: FilePath, _ disk: UnsyncedDisk, seed: UInt64) throws {
        (self.root, self.disk) = (root, disk)
        spool = try SpoolStore.open(root, program: "test", now: clock.now)
        random = SeededRandom(seed: seed)
        trail = ["SPOOL_MODEL_SEED=\(seed)"]
    }

    /// Some steps, a last cut, and a look at everything.
    mutating func toItsEnd() throws {
        for _ in 1...24 where wrong.isEmpty { try step() }
        if wrong.isEmpty { try cut() }
        try verify()
    }

    private mutating func step() throws {
        // One operation in five does not come to its end.
        let isFatal = Int.random(in: 0..<5, using: &random) == 0
        let fatal = isFatal ? Int.random(in: 0..<40, using: &random) : nil
        switch Int.random(in: 0..<100, using: &random) {
        case ..<26: try birth(fatal)
        case ..<44: try batch(fatal)
        case ..<64: try end(fatal)
        case ..<70: try recover(fatal)
        case ..<86: try verb(fatal)
        case ..<90: try prune(fatal)
        case ..<93: try rebuild(fatal)
        default: try loseWorkers()
        }
        if wrong.isEmpty, isFatal || Int.random(in: 0..<8, using: &random) == 0 { try cut() }
    }

    /// Whether `body` came to its end. Otherwise the machine stood still before call number `fatal`, and whatever the
    /// program tried to do after it did not happen.
    private func lives(_ fatal: Int?, _ body: () throws -> Void) throws -> Bool {
        guard let fatal else {
            try body()
            return true
        }
        let result = KernelProbe.failing(below: root, at: fatal, with: .ioError, forGood: true, body)
        if let error = result.error, !result.wasReached { throw error }
        return !result.wasReached
    }

    private mutating func birth(_ fatal: Int?) throws {
        births += 1
        let queue: QueueName = Bool.random(using: &random) ? .inbox : .outbox
        let ref = EntryRef(queue, SpoolStore.id("\(births)"))
        let due = Bool.random(using: &random) ? nil : clock.time
        let payload = "payload \(births)"
        trail.append("birth \(ref) \(due == nil ? "ready" : "deferred")")
        model.entries[ref] = PowerCutModel.Entry(payload: payload, places: [nil, due == nil ? .ready : .deferred])
        guard
            try lives(
                fatal,
                {
                    try spool.give(ref.id.webid, queue, payload: payload, deferredUntil: due)
                    if queue.isInbox { try spool.noteTaken(ref.id, digest: nil) }
                })
        else { return }
        model.mustBe(ref, due == nil ? .ready : .deferred)
        model.entries[ref]?.hasLine = queue.isInbox
    }

    private mutating func batch(_ fatal: Int?) throws {
        let queue: QueueName = Bool.random(using: &random) ? .inbox : .outbox
        let limit = Int.random(in: 1...4, using: &random)
        var taken: [Claim] = []
        let before = model
        model.mayMove(queue, from: [.ready, .deferred], to: [.active, .deferred])
        guard
            try lives(
                fatal,
                {
                    var list = WorkList(spool, queue)
                    taken = try list.next(limit)
                })
        else { return }
        model = before
        for claim in taken { model.mustBe(claim.ref, .active) }
        claims += taken
        trail.append("claimed \(taken.map(\.ref))")
    }

    private mutating func end(_ fatal: Int?) throws {
        guard let index = claims.indices.randomElement(using: &random) else { return }
        let claim = claims.remove(at: index)
        let state = random.pick([EntryState.done, .done, .deferred, .failed, .hold, .exported]) ?? .done
        trail.append("\(claim.ref) ends \(state.rawValue)")
        // Not synced: both are possible until something else moves it.
        model.mayBe(claim.ref, state)
        let now = clock.time
        _ = try lives(fatal) {
            switch state {
            case .done: try claim.done()
            case .deferred: try claim.deferred(until: now)
            case .failed: try claim.failed()
            case .hold: try claim.held()
            case .exported: try claim.exported()
            case .ready, .active: break
            }
        }
    }

    private mutating func recover(_ fatal: Int?) throws {
        trail.append("recovery")
        for queue in [QueueName.inbox, .outbox] {
            model.mayMove(queue, from: [.active], to: [.active, .deferred, .hold])
        }
        _ = try lives(fatal) { for queue in [QueueName.inbox, .outbox] { _ = try spool.recover(queue) } }
    }

    private mutating func verb(_ fatal: Int?) throws {
        guard let ref = model.entries.keys.sorted().randomElement(using: &random) else { return }
        let verbs: [(String, EntryState?)] = [
            ("requeue", .deferred), ("release", .deferred), ("hold", .hold), ("drop", nil), ("receipted", .done),
            ("set aside", .failed),
        ]
        guard let (verb, target) = random.pick(verbs) else { return }
        let before = model
        model.mayBe(ref, target)
        do {
            let isDone = try lives(fatal) {
                switch verb {
                case "requeue": try spool.requeue(ref)
                case "release": try spool.release(ref)
                case "hold": try spool.hold(ref)
                case "receipted": try spool.receipted(ref)
                default:
                    guard let place = try spool.places(of: ref).first else { throw StoreError(.missing, "") }
                    if verb == "drop" { return try spool.drop(place) }
                    guard place.state == .ready || place.state == .deferred else { throw StoreError(.refused, "") }
                    try spool.setAside(place, code: "x", reason: "y")
                }
            }
            trail.append("\(verb) \(ref)\(isDone ? "" : ", cut off")")
            if isDone { model.mustBe(ref, target) }
        } catch let error as StoreError where [.locked, .refused, .missing].contains(error.code) {
            model = before
        }
    }

    private mutating func prune(_ fatal: Int?) throws {
        let before = model
        for queue in [QueueName.inbox, .outbox] { model.mayMove(queue, from: [.done], to: [nil]) }
        var removed: [EntryPlace] = []
        guard try lives(fatal, { removed = try spool.prune(PruneRule(keepBytes: 0)).removed }) else { return }
        model = before
        for place in removed { model.mustBe(place.ref, nil) }
        trail.append("pruned \(removed.map(\.ref))")
    }

    /// Nothing is known to be new any more.
    private mutating func rebuild(_ fatal: Int?) throws {
        trail.append("ledger rebuilt")
        for queue in [QueueName.inbox, .outbox] { model.mayMove(queue, from: [.ready], to: [.deferred]) }
        guard try lives(fatal, { _ = try spool.rebuildLedger("joe") }) else { return }
        for (ref, entry) in model.entries where entry.places.contains(.ready) {
            model.entries[ref]?.places.remove(.ready)
        }
    }

    /// Their process ends, the machine does not.
    private mutating func loseWorkers() throws {
        trail.append("workers die")
        claims = []
    }

    private mutating func cut() throws {
        cuts += 1
        trail.append("power cut")
        claims = []
        disk.cut(&random)
        spool = try SpoolStore.open(root, program: "test", now: clock.now)
        clock.advance(by: .seconds(1))
        var recovered: [EntryRef] = []
        for queue in [QueueName.inbox, .outbox] {
            let found = try spool.recover(queue)
            recovered += found.deferred + found.held
            if !found.trouble.isEmpty { wrong.append("trouble: \(found.trouble)") }
        }
        var places = try placesOfAll()
        if places.values.contains(where: { $0.count > 1 }) {
            // As a stage would when it locks the file: of two names one stays.
            for finding in try spool.verify().findings where finding.code == .twin { _ = try spool.repair(finding) }
            places = try placesOfAll()
        }
        try check(places)
        // Recovery's own moves are not synced: the next cut may find these in `active` again.
        for ref in recovered where model.entries[ref] != nil { model.mayBe(ref, .active) }
    }

    /// At the end, since it is most of what a walk costs.
    private mutating func verify() throws {
        let problems = try spool.verify().problems
        if wrong.isEmpty, !problems.isEmpty { wrong.append("verify: \(problems)") }
    }

    private func placesOfAll() throws -> [EntryRef: [EntryPlace]] {
        try Dictionary(uniqueKeysWithValues: model.entries.keys.map { ($0, try spool.places(of: $0)) })
    }

    private mutating func check(_ all: [EntryRef: [EntryPlace]]) throws {
        for ref in model.entries.keys.sorted() {
            guard let entry = model.entries[ref] else { continue }
            let places = all[ref] ?? []
            let state = places.first?.state
            if places.count > 1 { wrong.append("\(ref) is in \(places.map(\.state))") }
            if !model.afterRecovery(ref).contains(state) {
                wrong.append("\(ref) is in \(state?.rawValue ?? "no state"), not in \(model.afterRecovery(ref))")
            }
            if let place = places.first {
                let reader = try? spool.reader(place)
                if try reader?.payload(limit: 100) != Array(entry.payload.utf8) { wrong.append("\(ref) is torn") }
            }
            if entry.hasLine, try spool.ledgerEntry(ref.id) == nil { wrong.append("\(ref) has lost its line") }
            // What the medium held is what a later cut must find.
            model.mustBe(ref, state)
            if state == nil { model.entries[ref] = nil }
        }
    }
}
