import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct PruneTests {
    /// Entries 1…5, done one a day, all but 3 known to the ledger; beside them one in each state that waits for somebody.
    private func fill(_ spool: SpoolStore, _ clock: TestClock) throws {
        for number in 1...5 {
            let ref = try spool.give("\(number)", payload: String(repeating: "x", count: 976))
            if number != 3 { try spool.noteTaken(ref.id, digest: nil) }
            try #require(try spool.claim(EntryPlace(ref, .ready))).done()
            clock.advance(by: .seconds(86_400))
        }
        for (webid, state) in [("6", EntryState.failed), ("7", .hold), ("8", .exported), ("9", .ready)] {
            let ref = try spool.give(webid)
            try spool.noteTaken(ref.id, digest: nil)
            if state == .ready { continue }
            let claim = try #require(try spool.claim(EntryPlace(ref, .ready)))
            if state == .failed {
                try claim.failed()
            } else if state == .hold {
                try claim.held()
            } else {
                try claim.exported()
            }
        }
        clock.advance(by: .seconds(86_400))
    }

    private func done(_ spool: SpoolStore) throws -> [String] {
        try spool.list(.inbox, .done).entries.map(\.ref.id.webid)
    }

    @Test func `what was done long ago goes, but never what the ledger does not know`() throws {
        try withSpool { spool, clock throws in
            try fill(spool, clock)
            let report = try spool.prune(PruneRule(olderThan: .seconds(2 * 86_400 + 1)))
            #expect(report.removed.map(\.ref.id.webid) == ["1", "2", "4"])
            #expect(report.unknown.map(\.id.webid) == ["3"])
            #expect(report.bytes == 6000)
            #expect(try done(spool) == ["3", "5"])
            for state in [EntryState.failed, .hold, .exported, .ready] {
                #expect(try spool.list(.inbox, state).entries.count == 1)
            }
            #expect(try spool.history(of: SpoolStore.id("1")).last?.event == "pruned")
            #expect(try spool.verify().problems.isEmpty)
        }
    }

    @Test func `days that are empty go, but for those in use`() throws {
        try withSpool { spool, clock throws in
            try fill(spool, clock)
            try spool.makeFolders()
            _ = try spool.prune(PruneRule(olderThan: .seconds(1)))
            #expect(try spool.days(.inbox).map(\.name) == ["2026-11-25", "2026-11-29", "2026-11-30"])
        }
    }

    @Test func `by size the oldest go first, until it fits`() throws {
        try withSpool { spool, clock throws in
            try fill(spool, clock)
            let report = try spool.prune(PruneRule(keepBytes: 6500))
            #expect(report.removed.map(\.ref.id.webid) == ["1", "2"])
            #expect(try done(spool) == ["3", "4", "5"])
            #expect(try spool.prune(PruneRule(keepBytes: 6000)).removed.isEmpty)
        }
    }

    @Test func `a plan removes nothing`() throws {
        try withSpool { spool, clock throws in
            try fill(spool, clock)
            let plan = try spool.prune(PruneRule(olderThan: .seconds(1)), planOnly: true)
            #expect(plan.isPlan)
            #expect(plan.removed.count == 4)
            #expect(try done(spool).count == 5)
        }
    }

    @Test func `what waits for somebody goes only when its state is named`() throws {
        try withSpool { spool, clock throws in
            try fill(spool, clock)
            let rule = PruneRule(olderThan: .seconds(1), states: [.failed, .hold, .exported])
            #expect(try spool.prune(rule).removed.map(\.ref.id.webid) == ["6", "7", "8"])
            #expect(try done(spool).count == 5)
        }
    }

    @Test(arguments: [EntryState.ready, .active, .deferred]) func `what is worked on cannot be named`(state: EntryState)
        throws
    {
        try withSpool { spool, clock throws in
            try fill(spool, clock)
            #expect(throws: StoreError.self) { try spool.prune(PruneRule(olderThan: .zero, states: [.done, state])) }
            #expect(try done(spool).count == 5)
        }
    }

    @Test func `without a rule nothing goes, and other queues are left alone when one is named`() throws {
        try withSpool { spool, clock throws in
            try fill(spool, clock)
            #expect(try spool.prune(PruneRule()).removed.isEmpty)
            #expect(try spool.prune(PruneRule(olderThan: .zero, queues: [.outbox])).removed.isEmpty)
        }
    }

    @Test func `what somebody is at is left, and said`() throws {
        try withSpool { spool, clock throws in
            try fill(spool, clock)
            let place = try #require(try spool.list(.inbox, .done).entries.first?.place)
            let reader = try OpenFile(spool.layout.entry(place), .read)
            #expect(try reader.tryLock())
            #expect(try spool.prune(PruneRule(olderThan: .seconds(1))).locked.map(\.id.webid) == ["1"])
        }
    }

    @Test func `the folders are synced before it answers`() throws {
        try withSpool { spool, clock throws in
            try fill(spool, clock)
            let trace = try KernelProbe.trace(below: spool.layout.root) { () throws in
                _ = try spool.prune(PruneRule(keepBytes: 6500))
            }
            let unlinked = trace.filter { $0.call == .unlink }.map { $0.path.removingLastComponent() }
            let last = try #require(trace.lastIndex { $0.call == .unlink })
            #expect(Set(trace[last...].filter { $0.call == .fsync }.map(\.path)) == Set(unlinked))
        }
    }
}
