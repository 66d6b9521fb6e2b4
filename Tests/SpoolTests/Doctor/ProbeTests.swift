// What the probes measure, on things whose measure is known.

import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct ProbeTests {
    @Test func `mount points are read with their blanks`() {
        let text = """
            21 1 0:20 / / rw - ext4 /dev/root rw
            35 21 0:30 / /srv/my\\040spool rw - tmpfs x rw
            36 35 0:31 /a /srv/my\\040spool/outbox/ready rw - ext4 /dev/x rw
            37 21 0:31 /a /srv/my\\040spoolish rw - ext4 /dev/x rw
            """
        let table = MountTable(parsing: text)
        #expect(table.points.count == 4)
        #expect(table.below("/srv/my spool") == ["/srv/my spool/outbox/ready"])
        #expect(MountTable(parsing: "").points.isEmpty)
        #expect(MountTable(parsing: "garbage\n\\").points.isEmpty)
    }

    @Test func `this machine has a root file system`() {
        #expect(MountTable.current().points.contains("/"))
    }

    @Test func `names are looked up, and one that cannot exist is not found`() async {
        #expect(await NameProbe.look("127.0.0.1", limit: .seconds(20)) == .addresses(["127.0.0.1"]))
        guard case .failed(let reason) = await NameProbe.look("no-such-host.invalid", limit: .seconds(20)) else {
            Issue.record("found")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func `a look-up is not waited for longer than asked`() async {
        #expect(await NameProbe.look("no-such-host.invalid", limit: .zero) != .addresses([]))
    }

    @Test func `what a dead writer and a dead worker left is counted, what a living one holds is not`() throws {
        try withSpool { spool, _ in
            #expect(try SpoolProbe.remains(spool) == .init())
            try WholeFile.replace(spool.layout.temporary(.inbox, "joe-1.x"), with: [])
            let held = try OpenFile.locked(creating: spool.layout.temporary(.outbox, "joe-2.x"))
            let id = try #require(EntryID(source: "joe", webid: "7"))
            let orphan = spool.layout.entry(EntryPlace(EntryRef(.inbox, id), .active))
            try WholeFile.replace(orphan, with: [])
            #expect(try SpoolProbe.remains(spool) == .init(temporary: 1, orphans: 1))
            withExtendedLifetime(held) {}
        }
    }

    @Test func `a sync leaves nothing behind`() throws {
        try withSpool { spool, _ in
            let before = try Folder.names(spool.layout.stages).sorted()
            let times = try SpoolProbe.syncTimes(spool.layout, rounds: 3)
            #expect(!times.isEmpty && times.allSatisfy { $0 > .zero })
            #expect(try Folder.names(spool.layout.stages).sorted() == before)
        }
    }

    @Test func `looking at a spool makes nothing`() throws {
        try withSpool { spool, _ in
            let folder = spool.layout.folder(.outbox, .hold)
            try Kernel.removeDirectory(folder)
            let seen = try SpoolStore.look(spool.layout.root, program: "test", now: spool.now)
            #expect(seen.id == spool.id)
            #expect(try Kernel.status(folder) == nil)
            _ = try SpoolStore.open(spool.layout.root, program: "test", now: spool.now)
            #expect(try Kernel.status(folder) != nil)
        }
    }

    @Test func `a reading of a clock is halfway between question and answer`() {
        let noon = Timestamp(nanoseconds: 1_000_000_000_000)
        let reading = DateWatch.Reading(date: 1000, asked: noon + .seconds(-2), answered: noon + .seconds(2))
        #expect(reading.ahead == .milliseconds(500) && reading.span == .seconds(4))
    }
}
