import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Spool

@Suite struct ListingTests {
    @Test func `a state is listed oldest first, deferred by when it is due`() throws {
        try withSpool { spool, clock throws in
            try spool.give("10", deferredUntil: clock.time + .seconds(5))
            try spool.give("9", deferredUntil: clock.time + .seconds(5))
            try spool.give("1", deferredUntil: clock.time + .seconds(1))
            #expect(try spool.list(.inbox, .deferred).entries.map(\.ref.id.webid) == ["1", "9", "10"])
            let summary = try spool.summary(.inbox, .deferred)
            #expect(summary.count == 3)
            #expect(summary.bytes == 3 * 1026)
            #expect(summary.oldest == clock.time + .seconds(1))
            #expect(summary.newest == clock.time + .seconds(5))
        }
    }

    @Test func `strangers are named, not counted, not followed, and nothing waits for them`() throws {
        try withSpool { spool, _ throws in
            try spool.give("1")
            let folder = spool.layout.folder(.inbox, .ready)
            #expect(symlink("/etc/passwd", folder.appending("joe-2.entry").string) == 0)
            #expect(mkfifo(folder.appending("joe-3.entry").string, 0o600) == 0)
            try Kernel.makeDirectory(folder.appending("joe-4.entry"))
            for name in ["readme", "joe-5.entry~", "joe-\u{1b}[31m.entry", ".hidden"] {
                try OpenFile(folder.appending(name), .create).write([1])
            }
            let listing = try spool.list(.inbox, .ready)
            #expect(listing.entries.map(\.ref.id.webid) == ["1"])
            #expect(listing.strangers.count == 7)
            var list = WorkList(spool, .inbox)
            #expect(try list.next(10).map(\.ref.id.webid) == ["1"])
        }
    }

    @Test func `a folder that is gone is an empty one`() throws {
        try withSpool { spool, _ throws in
            try Kernel.removeDirectory(spool.layout.folder(.inbox, .hold))
            #expect(try spool.list(.inbox, .hold).entries.isEmpty)
            #expect(try spool.places(of: EntryRef(.inbox, SpoolStore.id("1"))).isEmpty)
        }
    }

    @Test func `an entry is found wherever it is, the live one first, the newest day first`() throws {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1")
            try #require(try spool.claim(EntryPlace(ref, .ready))).done()
            clock.advance(by: .seconds(86_400))
            try spool.give("1")
            try #require(try spool.claim(EntryPlace(ref, .ready))).done()
            try spool.give("1")
            try spool.give("1", .outbox)
            #expect(
                try spool.places(of: ref).map { $0.day?.name ?? $0.state.rawValue } == [
                    "ready", "2026-11-24", "2026-11-23",
                ])
            #expect(try spool.places(of: ref.id).first?.ref.queue == .outbox)
            #expect(try spool.list(.inbox, .done).entries.count == 2)
            #expect(try spool.summary(.inbox, .done).count == 2)
            #expect(try spool.holds(ref))
        }
    }

    @Test func `several destinations are several queues, and a stray file is none`() throws {
        try withSpool { spool, _ throws in
            let blue = try #require(QueueName("outbox.blue"))
            try spool.addQueue(blue)
            try spool.addQueue(blue)
            try OpenFile(spool.layout.root.appending("outbox.bak"), .create).write([1])
            #expect(try spool.queues() == [.inbox, .outbox, blue])
            let ref = try spool.give("1", blue)
            try #require(try spool.claim(EntryPlace(ref, .ready))).done()
            #expect(try spool.states(ref) == [.done])
            #expect(try spool.verify().problems.map(\.code) == [.stranger])
        }
    }

    @Test func `sizes that no disk has are added up all the same`() {
        var summary = StateSummary()
        for webid in ["1", "2"] {
            let place = EntryPlace(EntryRef(.inbox, SpoolStore.id(webid)), .ready)
            summary.add(ListedEntry(place: place, size: .max, modified: TestClock.start))
        }
        #expect(summary.bytes == .max && summary.count == 2)
    }
}
