import Spool
import SystemPackage
import TestSupport
import Testing

/// The order of system calls is the durability: each move's exact sequence, but for the calls that only look.
@Suite struct CallOrderTests {
    /// The calls of `body`, with the random parts of names taken out.
    private func calls(_ spool: SpoolStore, _ body: () throws -> Void) rethrows -> [String] {
        try KernelProbe.trace(below: spool.layout.root, body).map { call in
            let path = call.path.string
            return path.contains("/tmp/") ? "\(call.call.rawValue) \(path.prefix { $0 != "." }).*" : call.description
        }
    }

    private func work(_ spool: SpoolStore, _ ref: EntryRef, _ end: (Claim) throws -> Void) throws {
        try end(#require(try spool.claim(EntryPlace(ref, .ready))))
    }

    @Test func `a birth: file, rename, destination, source`() throws {
        try withSpool { spool, clock throws in
            #expect(
                try calls(spool) { () throws in try spool.give("1", payload: "abc") } == [
                    "write inbox/tmp/joe-1.*", "write inbox/tmp/joe-1.*", "write inbox/tmp/joe-1.*",
                    "fsync inbox/tmp/joe-1.*",
                    "rename inbox/tmp/joe-1.*", "fsync inbox/ready", "fsync inbox/tmp",
                ])
            #expect(
                try calls(spool) { () throws in try spool.give("2", .outbox, deferredUntil: clock.time) } == [
                    "write outbox/tmp/joe-2.*", "write outbox/tmp/joe-2.*", "write outbox/tmp/joe-2.*",
                    "utimens outbox/tmp/joe-2.*", "fsync outbox/tmp/joe-2.*", "rename outbox/tmp/joe-2.*",
                    "fsync outbox/deferred", "fsync outbox/tmp",
                ])
        }
    }

    @Test func `a batch of claims: all renames, then active, then where they came from`() throws {
        try withSpool { spool, clock throws in
            try spool.give("1")
            try spool.give("2")
            try spool.give("3", deferredUntil: clock.time)
            var list = WorkList(spool, .inbox)
            var claims: [Claim] = []
            #expect(
                try calls(spool) { () throws in claims = try list.next(8) } == [
                    "rename inbox/ready/joe-1.entry", "rename inbox/deferred/joe-3.entry",
                    "rename inbox/ready/joe-2.entry",
                    "fsync inbox/active", "fsync inbox/ready", "fsync inbox/deferred",
                ])
            #expect(claims.count == 3)
        }
    }

    @Test func `nothing to claim, nothing to sync`() throws {
        try withSpool { spool, _ throws in
            var list = WorkList(spool, .inbox)
            #expect(try calls(spool) { () throws in _ = try list.next(8) }.isEmpty)
        }
    }

    @Test(
        arguments: [
            (.done, ["utimens inbox/ready/joe-1.entry", "rename inbox/active/joe-1.entry"]),
            (.deferred, ["utimens inbox/ready/joe-1.entry", "rename inbox/active/joe-1.entry"]),
            (.failed, ["utimens inbox/ready/joe-1.entry", "rename inbox/active/joe-1.entry"]),
            (.hold, ["utimens inbox/ready/joe-1.entry", "rename inbox/active/joe-1.entry"]),
            (.exported, ["utimens inbox/ready/joe-1.entry", "rename inbox/active/joe-1.entry"]),
        ] as [(EntryState, [String])]) func `a claim's end: the time, then the rename`(
            state: EntryState, expected: [String]
        ) throws
    {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1")
            let claim = try #require(try spool.claim(EntryPlace(ref, .ready)))
            let made = try calls(spool) { () throws in
                switch state {
                case .done: try claim.done()
                case .deferred: try claim.deferred(until: clock.time)
                case .failed: try claim.failed()
                case .hold: try claim.held()
                default: try claim.exported()
                }
            }
            #expect(made == expected)
        }
    }

    private let journal = "write journal/2026-11.jsonl"

    @Test func `each verb: rename, destination, source, and only then the journal`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            #expect(
                try calls(spool) { () throws in try spool.hold(ref) } == [
                    "utimens inbox/ready/joe-1.entry", "rename inbox/ready/joe-1.entry", "fsync inbox/hold",
                    "fsync inbox/ready", journal,
                ])
            #expect(
                try calls(spool) { () throws in try spool.release(ref) } == [
                    "utimens inbox/hold/joe-1.entry", "rename inbox/hold/joe-1.entry", "fsync inbox/deferred",
                    "fsync inbox/hold", journal,
                ])
            try #require(try spool.claim(EntryPlace(ref, .deferred))).done()
            #expect(
                try calls(spool) { () throws in try spool.requeue(ref) } == [
                    "utimens inbox/done/2026-11-23/joe-1.entry", "rename inbox/done/2026-11-23/joe-1.entry",
                    "fsync inbox/deferred", "fsync inbox/done/2026-11-23", journal,
                ])
            let place = EntryPlace(ref, .deferred)
            #expect(
                try calls(spool) { () throws in try spool.drop(place) } == [
                    "unlink inbox/deferred/joe-1.entry", "fsync inbox/deferred", journal,
                ])
        }
    }

    @Test func `a receipt and a setting aside are synced as well`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            try work(spool, ref) { try $0.exported() }
            #expect(
                try calls(spool) { () throws in try spool.receipted(ref) } == [
                    "utimens inbox/exported/joe-1.entry", "rename inbox/exported/joe-1.entry",
                    "fsync inbox/done/2026-11-23",
                    "fsync inbox/exported", journal,
                ])
            let bad = try spool.give("2")
            let made = try calls(spool) { () throws in
                try spool.setAside(EntryPlace(bad, .ready), code: "x", reason: "y")
            }
            #expect(
                made.prefix(4) == [
                    "utimens inbox/ready/joe-2.entry", "rename inbox/ready/joe-2.entry", "fsync inbox/failed",
                    "fsync inbox/ready",
                ])
        }
    }

    @Test func `recovery: the time, the rename, and then the count`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            _ = try spool.claim(EntryPlace(ref, .ready))
            #expect(
                try calls(spool) { () throws in _ = try spool.recover(.inbox) } == [
                    "utimens inbox/active/joe-1.entry", "rename inbox/active/joe-1.entry", journal,
                    "write inbox/tmp/joe-1.*", "rename inbox/tmp/joe-1.*",
                ])
        }
    }

    @Test func `a ledger's line is synced, and so is its file's name`() throws {
        try withSpool { spool, _ throws in
            #expect(
                try calls(spool) { () throws in try spool.noteTaken(SpoolStore.id("1"), digest: nil) } == [
                    "write ledger/joe", "fsync ledger/joe", "fsync ledger", "fsync ledger", "fsync stages",
                ])
            let ledger = try spool.ledger("joe")
            #expect(
                try calls(spool) { () throws in try ledger.note("2", .skipped("x")) } == [
                    "write ledger/joe", "fsync ledger/joe",
                ])
        }
    }
}
