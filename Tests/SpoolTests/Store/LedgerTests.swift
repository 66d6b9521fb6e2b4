import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct LedgerTests {
    private let digest = String(repeating: "ab", count: 32)

    @Test func `what was taken and skipped is known after a restart, the last line counting`() throws {
        try withSpool { spool, _ throws in
            do {
                let ledger = try spool.ledger("joe")
                try ledger.note("1", .taken(digest: digest))
                try ledger.note("2", .skipped("encrypted"))
                try ledger.note("3", .skipped("unfinished"))
                try ledger.note("3", .taken(digest: nil))
                #expect(ledger["2"] == .skipped("encrypted"))
            }
            let ledger = try spool.ledger("joe")
            #expect(
                ledger.entries == ["1": .taken(digest: digest), "2": .skipped("encrypted"), "3": .taken(digest: nil)])
            #expect(ledger["4"] == nil)
            #expect(try spool.ledgerEntry(SpoolStore.id("1")) == .taken(digest: digest))
            #expect(try spool.ledgerEntry(SpoolStore.id("4")) == nil)
        }
    }

    @Test func `who has fetched lets others fetch, however long its ledger is referred to`() throws {
        try withSpool { spool, _ throws in
            let first = try spool.ledger("joe")
            first.release()
            try spool.ledger("joe").note("1", .taken(digest: nil))
            withExtendedLifetime(first) {}
        }
    }

    @Test func `one process fetches from a source`() throws {
        try withSpool { spool, _ throws in
            let first = try spool.ledger("joe")
            let error = #expect(throws: StoreError.self) { try spool.ledger("joe") }
            #expect(error?.code == .locked)
            _ = try spool.ledger("other")
            // Beside it, lines are added without the lock.
            try spool.noteTaken(SpoolStore.id("9"), digest: digest)
            #expect(first["9"] == nil)
            #expect(try spool.ledgerEntry(SpoolStore.id("9")) != nil)
        }
    }

    @Test func `a line is written and synced before it counts`() throws {
        try withSpool { spool, _ throws in
            let ledger = try spool.ledger("joe")
            let first = try KernelProbe.trace(below: spool.layout.root) { try ledger.note("1", .taken(digest: nil)) }
            #expect(first.first == KernelCall(.write, "ledger/joe"))
            #expect(first.dropFirst().first == KernelCall(.fsync, "ledger/joe"))
            for index in 0..<4 {
                _ = KernelProbe.failing(below: spool.layout.root, at: index, with: .ioError) {
                    try ledger.note("2", .skipped("x"))
                }
            }
            #expect(ledger["2"] == nil)
        }
    }

    @Test func `a torn last line counts as none, and spoils nothing after it`() throws {
        try withSpool { spool, _ throws in
            let line = "2 taken 2026-11-23T09:15:00.000Z \(digest)"
            for count in [0, 1, 2, 7, 8, 31, 32, 33, 40, line.utf8.count - 1, line.utf8.count] {
                let path = spool.layout.ledger("joe")
                if try Kernel.status(path) != nil { try Kernel.unlink(path) }
                try OpenFile(path, .append).write(
                    Array("1 skipped 2026-11-23T09:15:00.000Z deleted\n\(line.prefix(count))".utf8))
                #expect(try spool.ledgerEntries("joe") == ["1": .skipped("deleted")])
                let ledger = try spool.ledger("joe")
                #expect(ledger.entries.keys.sorted() == ["1"])
                try ledger.note("3", .taken(digest: digest))
                #expect(try spool.ledgerEntries("joe").keys.sorted() == ["1", "3"], "torn after \(count)")
            }
        }
    }

    @Test(arguments: [
        "", " ", "1", "1 taken", "1 taken now \(String(repeating: "a", count: 64))",
        "1 taken 2026-11-23T09:15:00.000Z ",
        "1 taken 2026-11-23T09:15:00.000Z abc", "1 skipped 2026-11-23T09:15:00.000Z two words",
        "1  taken 2026-11-23T09:15:00.000Z -", "../1 taken 2026-11-23T09:15:00.000Z -",
        "1 eaten 2026-11-23T09:15:00.000Z -",
        "\u{0}\u{0}\u{0}\u{0}", "1 skipped 2026-11-23T09:15:00.000Z ", "é taken 2026-11-23T09:15:00.000Z -",
    ]) func `a strange line says nothing`(line: String) throws {
        try withSpool { spool, _ throws in
            try OpenFile(spool.layout.ledger("joe"), .append).write(Array((line + "\n").utf8))
            #expect(try spool.ledger("joe").entries.isEmpty)
            #expect(try spool.verify().findings.map(\.code) == [.strangeLine])
        }
    }

    @Test func `a class of several words cannot forge a line`() throws {
        try withSpool { spool, _ throws in
            try spool.ledger("joe").note("1", .skipped("x\n2 taken 2026-11-23T09:15:00.000Z -"))
            #expect(try spool.ledger("joe").entries == ["1": .skipped("other")])
        }
    }

    @Test func `an entry without a line gets one, once it is sure to last`() throws {
        try withSpool { spool, _ throws in
            try spool.give("1", payload: "abc")
            let ledger = try spool.ledger("joe")
            let trace = try KernelProbe.trace(below: spool.layout.root) { () throws in
                #expect(try spool.adopt(SpoolStore.id("1"), into: ledger))
                #expect(try !spool.adopt(SpoolStore.id("2"), into: ledger))
            }
            #expect(
                trace.prefix(3) == [
                    KernelCall(.fsync, "inbox/ready"), KernelCall(.write, "ledger/joe"),
                    KernelCall(.fsync, "ledger/joe"),
                ])
            let place = EntryPlace(EntryRef(.inbox, SpoolStore.id("1")), .ready)
            #expect(ledger["1"] == .taken(digest: try spool.reader(place).envelope.sha256))
        }
    }

    @Test func `a ledger that was never begun is not a lost one`() throws {
        try withSpool { spool, _ throws in
            try spool.give("1")
            #expect(try spool.recover(.inbox).rebuilt.isEmpty)
            let ledger = try spool.ledger("joe")
            #expect(ledger.entries.isEmpty)
            #expect(try spool.list(.inbox, .ready).entries.count == 1)
        }
    }
}
