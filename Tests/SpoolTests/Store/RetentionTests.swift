import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct RetentionTests {
    private let rule = RetentionRule(
        done: .seconds(30 * 86_400), doneBytes: 20_000, exported: nil, journal: .seconds(365 * 86_400))

    private func finish(_ spool: SpoolStore, _ webid: String, _ queue: QueueName = .inbox, line: Bool = true) throws {
        let ref = try spool.give(webid, queue, payload: String(repeating: "x", count: 4976))
        if line { try spool.noteTaken(ref.id, digest: nil) }
        try #require(try spool.claim(EntryPlace(ref, .ready))).done()
    }

    @Test func `what is done goes by age and by size, each queue by itself`() throws {
        try withSpool { spool, clock throws in
            try finish(spool, "1")
            try finish(spool, "2", line: false)
            clock.advance(by: .seconds(31 * 86_400))
            for webid in ["3", "4", "5", "6", "7"] { try finish(spool, webid) }
            try finish(spool, "3", .outbox)
            let report = try spool.retain(rule)
            #expect(report.entries == 3)
            #expect(report.bytes == 18_000)
            #expect(report.unknown == 1)
            // 1 was old; 2 was as well, but has no line; 3 and 4 were too many.
            #expect(try spool.list(.inbox, .done).entries.map(\.ref.id.webid) == ["2", "5", "6", "7"])
            #expect(try spool.list(.outbox, .done).entries.map(\.ref.id.webid) == ["3"])
        }
    }

    @Test func `what waits for somebody stays however old it is, and exported only goes when that is said`() throws {
        try withSpool { spool, clock throws in
            let states: [(String, EntryState)] = [
                ("1", .failed), ("2", .hold), ("3", .exported), ("4", .deferred), ("5", .ready), ("6", .active),
            ]
            for (webid, state) in states {
                let ref = try spool.give(webid)
                try spool.noteTaken(ref.id, digest: nil)
                spool.noteTry(ref, code: "x", error: "y")
                if state == .ready { continue }
                let claim = try #require(try spool.claim(EntryPlace(ref, .ready)))
                switch state {
                case .failed: try claim.failed()
                case .hold: try claim.held()
                case .exported: try claim.exported()
                case .deferred: try claim.deferred(until: clock.time)
                case .ready, .active, .done: break
                }
            }
            clock.advance(by: .seconds(3650 * 86_400))
            let kept = try spool.retain(RetentionRule(done: .zero, doneBytes: 0, journal: nil))
            #expect(kept.entries == 0 && kept.tries == 0)
            for (webid, state) in states {
                let ref = EntryRef(.inbox, SpoolStore.id(webid))
                #expect(try spool.states(ref) == [state])
                #expect(spool.tries(ref)?.code == "x")
            }
            #expect(try spool.retain(RetentionRule(exported: .seconds(90 * 86_400))).entries == 1)
            #expect(try spool.list(.inbox, .exported).entries.isEmpty)
        }
    }

    @Test func `the journal loses whole months, never the one that is written to, and no stranger's file`() throws {
        try withSpool { spool, _ throws in
            for name in ["2025-09.jsonl", "2025-10.jsonl", "2025-11.jsonl", "2024-13.jsonl", "notes.txt"] {
                try WholeFile.append("{}", to: spool.layout.journal.appending(name), synced: false)
            }
            #expect(symlink("/etc/passwd", spool.layout.journal.appending("2020-01.jsonl").string) == 0)
            spool.note(JournalEvent("now"))
            // It is the 23rd of November 2026.
            let report = try spool.retain(rule)
            #expect(report.months == 2)
            #expect(
                try Folder.names(spool.layout.journal).sorted() == [
                    "2020-01.jsonl", "2024-13.jsonl", "2025-11.jsonl", "2026-11.jsonl", "notes.txt",
                ])
            #expect(try spool.retain(RetentionRule()).isEmpty)
        }
    }

    @Test func `tries of what is not in the spool go after a month`() throws {
        try withSpool { spool, clock throws in
            let gone = EntryRef(.inbox, SpoolStore.id("1"))
            spool.noteTry(gone, code: "unfinished", error: "running")
            try Kernel.setModified(spool.layout.tries(gone), to: clock.time.nanoseconds)
            clock.advance(by: .seconds(29 * 86_400))
            #expect(try spool.retain(rule).tries == 0)
            clock.advance(by: .seconds(2 * 86_400))
            #expect(try spool.retain(rule).tries == 1)
            #expect(try Kernel.status(spool.layout.tries(gone)) == nil)
        }
    }
}
