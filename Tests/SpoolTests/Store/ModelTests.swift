import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

/// Random sequences of everything that can happen to a spool, crashes included, against a model of it.
///
/// SPOOL_MODEL_SEQUENCES says how many, SPOOL_MODEL_SEED where to begin; a failure names its seed.
@Suite struct ModelTests {
    private static let queues: [QueueName] = [.inbox, .outbox]
    private static let refs = queues.flatMap { queue in ["1", "22", "abc"].map { EntryRef(queue, SpoolStore.id($0)) } }

    private struct Walk {
        let spool: SpoolStore
        let clock: TestClock
        var random: SeededRandom
        var model = SpoolModel()
        var claims: [Claim] = []
        var orphans: Set<EntryRef> = []
        var births = 0
        var trail: [String] = []

        mutating func step() throws {
            let ref = random.pick(ModelTests.refs) ?? ModelTests.refs[0]
            switch Int.random(in: 0..<100, using: &random) {
            case ..<22: try birth(ref)
            case ..<40: try batch(ref.queue)
            case ..<60: try end()
            case ..<66: crash()
            case ..<73: try recover(ref.queue)
            case ..<90: try verb(ref)
            case ..<96: jump()
            case ..<98: try leaveRemains(ref.queue)
            default: try loseLedger()
            }
        }

        mutating func birth(_ ref: EntryRef) throws {
            births += 1
            let payload = "payload \(births)"
            let due =
                Bool.random(using: &random) ? nil : clock.time + .seconds(Int64.random(in: -5...100, using: &random))
            trail.append("birth \(ref) \(due?.rfc3339 ?? "ready")")
            var isBorn = true
            do throws(StoreError) {
                try spool.give(ref.id.webid, ref.queue, payload: payload, deferredUntil: due)
            } catch {
                #expect(error.code == .exists)
                isBorn = false
            }
            #expect(isBorn == model.birth(ref, payload, due: due), "\(trail)")
        }

        mutating func batch(_ queue: QueueName) throws {
            let limit = Int.random(in: 1...3, using: &random)
            let expected = model.claimable(queue, at: clock.time)
            var list = WorkList(spool, queue)
            let taken = try list.next(limit)
            trail.append("claimed \(taken.map(\.ref))")
            #expect(taken.count == min(limit, expected.count), "\(trail)")
            for claim in taken {
                #expect(expected[claim.ref] == claim.origin, "\(trail)")
                model.claim(claim.ref)
            }
            claims += taken
        }

        mutating func end() throws {
            guard let index = claims.indices.randomElement(using: &random) else { return }
            let claim = claims.remove(at: index)
            let due = clock.time + .seconds(Int64.random(in: 0...200, using: &random))
            let state = random.pick([EntryState.done, .done, .deferred, .failed, .hold, .exported]) ?? .done
            trail.append("\(claim.ref) ends \(state.rawValue)")
            switch state {
            case .done: try claim.done()
            case .deferred: try claim.deferred(until: due)
            case .failed: try claim.failed()
            case .hold: try claim.held()
            default: try claim.exported()
            }
            model.end(claim.ref, state, due: due, day: clock.time.utcDay)
        }

        /// One worker dies, or all of them.
        mutating func crash() {
            let count = Bool.random(using: &random) ? claims.count : min(1, claims.count)
            for claim in claims.suffix(count) { orphans.insert(claim.ref) }
            claims.removeLast(count)
            trail.append("crash of \(count)")
        }

        mutating func recover(_ queue: QueueName) throws {
            let found = try spool.recover(queue)
            trail.append("recovered \(found.deferred) \(found.held)")
            #expect(found.trouble.isEmpty, "\(found.trouble) \(trail)")
            let expected = orphans.filter { $0.queue == queue }
            #expect(Set(found.deferred + found.held) == expected, "\(trail)")
            for ref in expected { model.recover(ref, at: clock.time) }
            orphans.subtract(expected)
        }

        mutating func verb(_ ref: EntryRef) throws {
            let verb = random.pick(SpoolModel.Verb.allCases) ?? .hold
            trail.append("\(verb) \(ref)")
            var isDone = true
            do throws(StoreError) {
                switch verb {
                case .requeue: try spool.requeue(ref)
                case .release: try spool.release(ref)
                case .hold: try spool.hold(ref)
                case .drop:
                    guard let place = try spool.places(of: ref).first else { throw StoreError(.missing, "") }
                    try spool.drop(place)
                }
            } catch {
                #expect([.locked, .refused, .missing].contains(error.code), "\(error) \(trail)")
                isDone = false
            }
            #expect(isDone == model.apply(verb, ref, at: clock.time), "\(trail)")
        }

        mutating func jump() {
            let days = random.pick([0, 0, 0, 1, 9, -3, -400] as [Int64]) ?? 0
            clock.advance(by: .seconds(days * 86_400 + Int64.random(in: 0...300, using: &random)))
            trail.append("clock \(clock.time.rfc3339)")
        }

        /// A writer dies; so does a stranger's copy.
        mutating func leaveRemains(_ queue: QueueName) throws {
            let name = "joe-1.\(births)-\(trail.count)"
            try OpenFile(spool.layout.temporary(queue).appending(name), .create).write([1, 2, 3])
            trail.append("remains")
        }

        mutating func loseLedger() throws {
            trail.append("ledger lost")
            _ = try spool.rebuildLedger("joe")
            model.distrust(at: clock.time)
        }

        func check() throws {
            for ref in ModelTests.refs {
                var found: Set<String> = []
                for place in try spool.places(of: ref) {
                    let reader = try spool.reader(place)
                    let payload = String(decoding: try reader.payload(limit: 100), as: UTF8.self)
                    let due = try spool.list(ref.queue, .deferred).entries.first { $0.ref == ref }?.modified
                    let time = place.state == .deferred ? due?.rfc3339 ?? "?" : place.day?.name ?? ""
                    found.insert("\(place.state.rawValue) \(time) \(payload)")
                }
                #expect(found == model.places(ref), "\(ref) \(trail)")
            }
        }

        /// Whatever has happened: once the crashes are over and the operator has seen to the rest, all of it gets done.
        mutating func finish() throws {
            claims = []
            for queue in ModelTests.queues { _ = try spool.recover(queue) }
            for ref in ModelTests.refs.reversed() {
                let state = try spool.states(ref).first
                if state == .hold { try spool.release(ref) }
                if state == .exported { try spool.receipted(ref) }
            }
            for queue in ModelTests.queues.reversed() {
                for entry in try spool.list(queue, .failed).entries where queue == .outbox {
                    try spool.requeue(entry.ref)
                }
                try workOff(queue)
            }
            for entry in try spool.list(.inbox, .failed).entries { try spool.requeue(entry.ref) }
            try workOff(.inbox)
            for ref in ModelTests.refs {
                let payloads = (model.done[ref] ?? [:]).values + (model.live[ref].map { [$0.payload] } ?? [])
                let places = try spool.places(of: ref)
                #expect(places.allSatisfy { $0.state == .done }, "\(ref) \(trail)")
                // The newest of a day takes the place of an older one.
                #expect(places.count == payloads.count || places.count == payloads.count - 1, "\(ref) \(trail)")
                if let last = model.live[ref] {
                    let found = try places.map { try spool.reader($0).payload(limit: 100) }
                    #expect(found.contains(Array(last.payload.utf8)), "\(ref) \(trail)")
                }
            }
            let problems = try spool.verify().problems
            #expect(problems.isEmpty, "\(problems) \(trail)")
        }

        /// As a stage would: takes what is due, and waits for what is not.
        func workOff(_ queue: QueueName) throws {
            while true {
                var list = WorkList(spool, queue)
                for claim in try list.next(100) { try claim.done() }
                guard let due = try spool.nextDue(queue) else { return }
                clock.time = max(clock.time, due)
            }
        }
    }

    private static func number(_ variable: String) -> UInt64? {
        getenv(variable).flatMap { UInt64(String(cString: $0)) }
    }

    @Test func `whatever happens, every entry is where the model says, once and whole`() throws {
        let count = Self.number("SPOOL_MODEL_SEQUENCES") ?? 12
        let first = Self.number("SPOOL_MODEL_SEED") ?? 1
        try withSpool { spool, clock throws in
            for seed in first..<(first + count) {
                for queue in Self.queues { TemporaryFolder.empty(spool.layout.queue(queue)) }
                for folder in [spool.layout.ledgers, spool.layout.stages] { TemporaryFolder.empty(folder) }
                clock.time = TestClock.start
                var walk = Walk(spool: spool, clock: clock, random: SeededRandom(seed: seed))
                walk.trail = ["SPOOL_MODEL_SEED=\(seed)"]
                for number in 1...30 {
                    try walk.step()
                    if number % 10 == 0 { try walk.check() }
                }
                try walk.finish()
            }
        }
        print("model: \(count) sequences from seed \(first)")
    }
}
