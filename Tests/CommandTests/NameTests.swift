import Spool
import Testing

@testable import SpoolCommands

struct NameTests {
    @Test(arguments: [
        ("inbox", QueueName.inbox as QueueName?, nil as EntryState?), ("outbox/failed", .outbox, .failed),
        ("/failed", nil, .failed),
        ("failed", nil, .failed), ("inbox/", .inbox, nil),
    ])
    func `queues and states select entries`(text: String, queue: QueueName?, state: EntryState?) {
        #expect(EntrySelection(text) == EntrySelection(queue: queue, state: state))
    }

    @Test(arguments: ["", "/", "elsewhere", "inbox/elsewhere", "inbox/failed/x", "../inbox", "inbox/joe-1"])
    func `anything else selects nothing, and says what would`(text: String) async {
        #expect(EntrySelection(text) == nil)
        let run = await Run(["list", text, "--spool", "/nowhere"])
        #expect(run.status == .usage)
        #expect(run.talk.contains("QUEUE/STATE"))
    }

    @Test(arguments: ["inbox/joe-752112", "inbox/752112", "joe-752112", "752112"])
    func `an entry has four names`(name: String) async throws {
        try await Bench.with { bench in
            try bench.analysis("752112")
            let run = await bench.run("show", name, "--json")
            #expect(run.status == .success)
            #expect(run.out.hasPrefix(#"{"ref":"inbox/joe-752112","#))
        }
    }

    @Test func `looking finds the entry that is furthest along`() async throws {
        try await Bench.with { bench in
            try bench.finish(bench.analysis("1"))
            try bench.report("1")
            #expect(await bench.run("show", "1", "--json").out.hasPrefix(#"{"ref":"outbox/joe-1","#))
            #expect(await bench.run("show", "inbox/1", "--json").out.contains(#""state":"done""#))
        }
    }

    @Test func `acting asks which one is meant when two queues hold it outside done`() async throws {
        try await Bench.with { bench in
            try bench.analysis("1")
            try bench.report("1")
            let run = await bench.run("hold", "1")
            #expect(run.status == .usage)
            #expect(run.talk.contains("inbox/joe-1 or outbox/joe-1"))
            #expect(run.out.isEmpty)
            #expect(await bench.run("hold", "outbox/1").status == .success)
        }
    }

    @Test func `acting takes the one outside done without asking`() async throws {
        try await Bench.with { bench in
            try bench.finish(bench.analysis("1"))
            try bench.report("1")
            #expect(await bench.run("hold", "1").out == "held outbox/joe-1 (was ready)\n")
        }
    }

    @Test func `a webid of two sources is never guessed`() async throws {
        try await Bench.with { bench in
            try bench.analysis("1")
            try bench.analysis("1", source: "lab")
            try bench.spool.noteTaken(try bench.id("1", source: "lab"), digest: String(repeating: "b", count: 64))
            let run = await bench.run("show", "1")
            #expect(run.status == .usage)
            #expect(run.talk.contains("inbox/joe-1 or inbox/lab-1"))
            #expect(await bench.run("show", "lab-1").status == .success)
        }
    }

    @Test func `a uuid is a webid although it reads like an id`() async throws {
        try await Bench.with { bench in
            let uuid = "7a33144f-aef3-442b-87d4-dbf70d8afdb0"
            try bench.analysis(uuid)
            #expect(await bench.run("show", uuid).status == .success)
        }
    }

    @Test(arguments: ["x y", "../../etc/passwd", "inbox/../x", "nowhere/joe-1", "", "joe_1", "\u{1B}[31m"])
    func `what can name nothing is a wrong use`(name: String) async throws {
        try await Bench.with { bench in
            let run = await bench.run("show", name)
            #expect(run.status == .usage)
            #expect(!run.talk.contains("\u{1B}"))
        }
    }

    @Test func `what is not there is said to be missing`() async throws {
        try await Bench.with { bench in
            for verb in ["show", "why", "requeue", "hold", "release"] {
                let run = await bench.run(verb, "999")
                #expect(run.status == .missing)
                #expect(run.talk.contains("no entry 999"))
            }
        }
    }

    @Test func `names come from standard input, one per line`() async throws {
        try await Bench.with { bench in
            for webid in ["1", "2", "3"] { try bench.analysis(webid) }
            let run = await bench.run("hold", "-", input: "inbox/joe-1\n\n  joe-2  \r\n3")
            #expect(run.status == .success)
            #expect(run.outLines.count == 3)
        }
    }

    @Test func `standard input is read once`() async throws {
        try await Bench.with { bench in #expect(await bench.run("hold", "-", "-").status == .usage) }
    }
}
