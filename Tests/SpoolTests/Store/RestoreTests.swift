import Spool
import SystemPackage
import TestSupport
import Testing

/// A spool that was put back from a backup, or that lost a ledger: it does not know what was sent.
@Suite struct RestoreTests {
    @Test func `nothing in a restored spool counts as never sent, whatever its source`() throws {
        try withSpool { spool, clock throws in
            try spool.give("1")
            try spool.give("1", .outbox)
            let active = try spool.give("2")
            _ = try #require(try spool.claim(EntryPlace(active, .ready)))
            let failed = try spool.give("3")
            try #require(try spool.claim(EntryPlace(failed, .ready))).failed()
            let other = try #require(EntryID(source: "other", webid: "9"))
            // No name for the writer: it would hold the lock.
            try spool.writer(
                .inbox, Envelope(id: other, kind: .analysis, created: clock.time, origin: "", program: "")
            ).commit()

            let reports = try spool.distrustAll(settle: .seconds(60))
            #expect(reports.map(\.source) == ["joe", "other"])
            #expect(reports.map(\.lines) == [3, 1])
            #expect(reports[0].deferred.map(\.description) == ["inbox/joe-1", "inbox/joe-2", "outbox/joe-1"])
            for queue in [QueueName.inbox, .outbox] {
                #expect(try spool.list(queue, .ready).entries.isEmpty)
                #expect(try spool.list(queue, .active).entries.isEmpty)
            }
            // No crash was counted: nobody died on it.
            #expect(spool.tries(active) == nil)
            #expect(try spool.states(failed) == [.failed])
            let due = try spool.list(.outbox, .deferred).entries.map(\.modified)
            #expect(due == [clock.time + .seconds(60)])
            #expect(try spool.verify().findings.isEmpty)
            // Again: nothing is left to do.
            #expect(try spool.distrustAll(settle: .zero).allSatisfy { $0.lines == 0 && $0.deferred.isEmpty })
        }
    }

    @Test func `while a fetch is running it is no spool that was just restored`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            let ledger = try spool.ledger("joe")
            #expect { try spool.distrustAll(settle: .zero) } throws: { ($0 as? StoreError)?.code == .locked }
            #expect(try spool.states(ref) == [.ready])
            withExtendedLifetime(ledger) {}
        }
    }

    @Test func `after a loss what is older than it may have been taken before`() throws {
        try withSpool { spool, clock throws in
            let first = try spool.ledger("joe")
            #expect(!first.mayHaveTaken("1", at: clock.time))
            #expect(!first.mayHaveTaken("1", at: nil))
            try first.note("2", .taken(digest: nil))
            try first.note("3", .skipped("filtered"))
            #expect(first.mayHaveTaken("2", at: nil))
            #expect(!first.mayHaveTaken("3", at: nil))
            withExtendedLifetime(first) {}
        }
        try withSpool { spool, clock throws in
            try spool.noteTaken(SpoolStore.id("1"), digest: nil)
            try Kernel.unlink(spool.layout.ledger("joe"))
            let ledger = try spool.ledger("joe")
            #expect(ledger.mayHaveTaken("1", at: clock.time))
            #expect(ledger.mayHaveTaken("1", at: nil))
            #expect(!ledger.mayHaveTaken("1", at: clock.time + .seconds(2 * 86_400)))
            #expect(try spool.hasLostLedger("joe"))
        }
    }
}
