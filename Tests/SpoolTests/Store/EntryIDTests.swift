import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct EntryIDTests {
    @Test(arguments: [
        "joe-752112", "a-A", "0123456789abcdef-x", "joe--", "joe-a-b", "joe-" + String(repeating: "z", count: 64),
    ])
    func `an id comes back from its text and its file's name`(text: String) {
        #expect(EntryID(text)?.description == text)
        #expect(EntryID(fileName: "\(text).entry")?.description == text)
    }

    @Test(arguments: [
        "", "-", "joe-", "-752112", "joe", "Joe-1", "joe_1-1", "joe-1.2", "joe-1/2", "joe-..", "../joe-1", "joe-1\n",
        "joe-1\u{0}", "joe-é", "jöe-1", "joe-1 ", "0123456789abcdefg-x", "joe-" + String(repeating: "z", count: 65),
        "joe-\u{0661}", "joe-e\u{301}",
    ]) func `nothing else is an id`(text: String) {
        #expect(EntryID(text) == nil)
        #expect(EntryID(fileName: "\(text).entry") == nil)
    }

    @Test(arguments: ["joe-1", "joe-1.entr", "joe-1.entry.new", ".entry", "joe-1.ENTRY", "joe-1.entry "])
    func `a name without the suffix is no entry's`(name: String) {
        #expect(EntryID(fileName: name) == nil)
    }

    @Test func `numbers come first and by value, then the others by text, and the order is total`() {
        let ids = ["2", "10", "1a", "007", "7", "a", "-0", "0", "9", "18446744073709551616", "B"].map {
            SpoolStore.id($0)
        }
        #expect(
            ids.sorted().map(\.webid) == [
                "-0", "0", "2", "007", "7", "9", "10", "18446744073709551616", "1a", "B", "a",
            ])
        for first in ids {
            for second in ids {
                #expect([first < second, second < first, first == second].count { $0 } == 1)
                for third in ids where first < second && second < third { #expect(first < third) }
            }
        }
    }

    @Test(arguments: ["inbox", "outbox", "outbox.blue", "outbox.0"]) func `a queue is read`(text: String) {
        #expect(QueueName(text)?.description == text)
    }

    @Test(arguments: [
        "", "Inbox", "inbox.blue", "outbox.", "outbox.Blue", "outbox.a.b", "outbox/../x", "outboxes", "tmp",
    ])
    func `nothing else is a queue`(text: String) {
        #expect(QueueName(text) == nil)
    }

    @Test func `a destination's name never leads out of its folder`() {
        let layout = SpoolLayout(root: "/spool")
        #expect(layout.pace("../../etc/passwd").string == "/spool/stages/pace-.._.._etc_passwd")
        #expect(layout.pace("https://api.example.org:8181/x").removingLastComponent() == layout.stages)
        #expect(layout.pace(String(repeating: "é", count: 500)).lastComponent?.string.utf8.count == 105)
    }
}
