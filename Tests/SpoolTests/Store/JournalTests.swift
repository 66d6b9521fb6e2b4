import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct JournalTests {
    private let id = SpoolStore.id("1")

    @Test func `a history is told over months, in order, and about one analysis only`() throws {
        try withSpool { spool, clock throws in
            spool.note(JournalEvent("fetched", stage: "fetch", id: id, digest: "d"))
            spool.note(JournalEvent("fetched", id: SpoolStore.id("11")))
            clock.advance(by: .seconds(30 * 86_400))
            spool.note(
                JournalEvent(
                    "submitted", ref: EntryRef(.outbox, id), code: "c", detail: "x \"id\":\"joe-11\"", traceID: "t"))
            let history = try spool.history(of: id)
            #expect(history.map(\.event) == ["fetched", "submitted"])
            #expect(history.map(\.time) == [TestClock.start.rfc3339, clock.time.rfc3339])
            #expect(history.last?.ref == "outbox/joe-1")
            #expect(try spool.history(of: SpoolStore.id("11")).map(\.event) == ["fetched"])
            #expect(try Folder.names(spool.layout.journal).sorted() == ["2026-11.jsonl", "2026-12.jsonl"])
        }
    }

    @Test func `torn lines, strange lines and lost files cost only themselves`() throws {
        try withSpool { spool, clock throws in
            spool.note(JournalEvent("one", id: id))
            let path = spool.layout.journal(clock.time.utcDay)
            let text =
                "\u{0}\u{0}\n[]\n{\"id\":\"joe-1\"}\nnull \"id\":\"joe-1\"\n{\"event\":\"torn\",\"id\":\"joe-1\",\"time\":\"x\"}"
            try OpenFile(path, .append).write(Array(text.utf8))
            spool.note(JournalEvent("two", id: id))
            #expect(try spool.history(of: id).map(\.event) == ["one", "two"])
            try Kernel.unlink(path)
            #expect(try spool.history(of: id).isEmpty)
            spool.note(JournalEvent("three", id: id))
            #expect(try spool.history(of: id).map(\.event) == ["three"])
        }
    }

    @Test func `a line says everything that its event does`() throws {
        try withSpool { spool, _ throws in
            var event = JournalEvent(
                "failed", stage: "submit", ref: EntryRef(.outbox, id), code: "refused", detail: "why", traceID: "t",
                digest: "d")
            spool.note(event)
            event.time = TestClock.start.rfc3339
            #expect(try spool.history(of: id) == [event])
        }
    }

    @Test func `a line holds whatever was said, as one line`() throws {
        try withSpool { spool, _ throws in
            let detail = "line\nbreak \u{1b}[31m \u{0} \"quoted\" \\ é \u{202e}"
            spool.note(JournalEvent("x", id: id, detail: detail))
            spool.note(JournalEvent("y", id: id, detail: String(repeating: "é", count: 5000)))
            let history = try spool.history(of: id)
            #expect(history.first?.detail == detail)
            #expect(history.last?.detail?.utf8.count == 2000)
        }
    }

    @Test func `a journal that cannot be written stops nobody`() throws {
        try withSpool { spool, _ throws in
            let result = KernelProbe.failing(below: spool.layout.root, at: 0, with: .noSpace, forGood: true) {
                spool.note(JournalEvent("x", id: id))
            }
            #expect(result.error == nil)
            #expect(try spool.history(of: id).isEmpty)
        }
    }
}
