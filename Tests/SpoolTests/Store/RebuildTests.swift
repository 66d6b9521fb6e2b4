import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct RebuildTests {
    /// A spool with something everywhere, and its ledger gone.
    private func lose(_ spool: SpoolStore) throws {
        let ledger = try spool.ledger("joe")
        for webid in ["1", "2", "3", "4"] {
            let ref = try spool.give(webid, payload: webid)
            try ledger.note(webid, .taken(digest: nil))
            if webid == "1" { try #require(try spool.claim(EntryPlace(ref, .ready))).done() }
            if webid == "2" { try #require(try spool.claim(EntryPlace(ref, .ready))).failed() }
        }
        try spool.give("1", .outbox, parent: String(repeating: "0a", count: 32))
        try spool.give("5", .outbox, parent: String(repeating: "0b", count: 32))
        try Kernel.unlink(spool.layout.ledger("joe"))
    }

    private func check(_ spool: SpoolStore, _ clock: TestClock) throws {
        let lines = try spool.ledgerEntries("joe")
        #expect(lines.keys.sorted() == ["1", "2", "3", "4", "5"])
        let place = EntryPlace(EntryRef(.inbox, SpoolStore.id("3")), .deferred)
        #expect(lines["3"] == .taken(digest: try spool.reader(place).envelope.sha256))
        #expect(lines["5"] == .taken(digest: String(repeating: "0b", count: 32)))
        for queue in [QueueName.inbox, .outbox] { #expect(try spool.list(queue, .ready).entries.isEmpty) }
        #expect(try spool.list(.inbox, .deferred).entries.map(\.ref.id.webid) == ["3", "4"])
        #expect(
            try spool.list(.outbox, .deferred).entries.map(\.modified) == [
                clock.time + .seconds(60), clock.time + .seconds(60),
            ])
        #expect(try spool.states(EntryRef(.inbox, SpoolStore.id("2"))) == [.failed])
        #expect(try spool.verify().findings.isEmpty)
    }

    @Test func `a lost ledger is rebuilt from the spool, and nothing counts as never sent`() throws {
        try withSpool { spool, clock throws in
            try lose(spool)
            #expect(try spool.verify().problems.map(\.code) == [.lostLedger])
            let report = try #require(try spool.recover(.outbox, settle: .seconds(60)).rebuilt.first)
            #expect(report.lines == 5)
            #expect(report.deferred.count == 4)
            try check(spool, clock)
            #expect(try spool.recover(.outbox).rebuilt.isEmpty)
        }
    }

    @Test func `whoever opens the ledger first rebuilds it as well`() throws {
        try withSpool { spool, _ throws in
            try lose(spool)
            #expect(try spool.ledger("joe").entries.count == 5)
            try lose2(spool)
            try spool.noteTaken(SpoolStore.id("77"), digest: nil)
            #expect(try spool.ledgerEntries("joe").count == 6)
        }
    }

    private func lose2(_ spool: SpoolStore) throws { try Kernel.unlink(spool.layout.ledger("joe")) }

    @Test func `an error at any point is made good by the next try`() throws {
        var isReached = true
        var index = 0
        while isReached {
            try withSpool { spool, clock throws in
                try lose(spool)
                let result = KernelProbe.failing(below: spool.layout.root, at: index, with: .ioError) {
                    _ = try spool.rebuildLedger("joe", settle: .seconds(60))
                }
                isReached = result.wasReached
                _ = try spool.recover(.inbox, settle: .seconds(60))
                try check(spool, clock)
            }
            index += 23
        }
        #expect(index > 100)
    }

    @Test func `after a restored backup the ledger gets what it lacks, and keeps what it says`() throws {
        try withSpool { spool, _ throws in
            let ledger = try spool.ledger("joe")
            try ledger.note("8", .skipped("deleted"))
            try ledger.note("1", .skipped("filtered"))
            try spool.give("1")
            try spool.give("2")
            let report = try spool.rebuildLedger("joe")
            #expect(report.lines == 1)
            #expect(report.deferred.map(\.id.webid) == ["1", "2"])
            let lines = try spool.ledgerEntries("joe")
            #expect(lines["8"] == .skipped("deleted"))
            #expect(lines["1"] == .skipped("filtered"))
            #expect(lines.count == 3)
        }
    }

    @Test func `entries of another source are left as they are`() throws {
        try withSpool { spool, _ throws in
            try spool.give("1")
            _ = try spool.rebuildLedger("other")
            #expect(try spool.list(.inbox, .ready).entries.count == 1)
        }
    }

    @Test func `what a worker holds is left to it`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            let claim = try #require(try spool.claim(EntryPlace(ref, .ready)))
            #expect(try spool.rebuildLedger("joe").deferred.isEmpty)
            #expect(try spool.states(ref) == [.active])
            try claim.done()
        }
    }
}
