import FoundationEssentials
import Spool
import SystemPackage
import Testing

@testable import SpoolCommands

struct ListTests {
    @Test func `a table for people has ref, state, size and age`() async throws {
        try await Bench.with { bench in
            try bench.analysis("752112")
            let run = await bench.run("list")
            #expect(run.status == .success)
            #expect(run.outLines.first?.split(separator: " ") == ["REF", "STATE", "SIZE", "AGE"])
            #expect(
                run.outLines.last?.split(separator: " ") == [
                    "inbox/joe-752112", "ready", "\(Bench.report.utf8.count)", "B", "5m",
                ])
        }
    }

    @Test func `json has stable names, one object per line`() async throws {
        try await Bench.with { bench in
            try bench.analysis("752112")
            try bench.report("9", due: Run.noon + .seconds(120))
            let lines = await bench.run("list", "--json").outLines
            #expect(
                lines.first
                    == #"{"ref":"inbox/joe-752112","id":"joe-752112","source":"joe","webid":"752112","queue":"inbox","state":"ready","#
                    + #""bytes":\#(Bench.report.utf8.count),"modified":"2026-11-24T11:55:00.000Z","age":300}"#)
            #expect(lines.count == 2)
            #expect(lines[1].hasSuffix(#""due":"2026-11-24T12:02:00.000Z"}"#))
        }
    }

    @Test func `what failed says with which error`() async throws {
        try await Bench.with { bench in
            try bench.fail(bench.report("1"), code: "rejected", error: "title missing")
            let text = await bench.run("list", "/failed")
            #expect(text.out.contains("rejected: title missing"))
            let json = await bench.run("list", "outbox/failed", "--json").out
            #expect(json.contains(#""code":"rejected","error":"title missing","tries":1,"#))
        }
    }

    @Test func `queues and states select, in the order that entries go`() async throws {
        try await Bench.with { bench in
            try bench.report("1")
            try bench.analysis("2")
            try bench.finish(bench.analysis("3"))
            func refs(_ selection: String...) async -> [String] {
                let run = await Run(["list", "--json", "--spool", bench.root] + selection)
                return run.outLines.compactMap { $0.split(separator: "\"").dropFirst(3).first.map(String.init) }
            }
            #expect(await refs() == ["inbox/joe-2", "inbox/joe-3", "outbox/joe-1"])
            #expect(await refs("inbox") == ["inbox/joe-2", "inbox/joe-3"])
            #expect(await refs("/ready") == ["inbox/joe-2", "outbox/joe-1"])
            #expect(await refs("inbox/done") == ["inbox/joe-3"])
            #expect(await refs("outbox/failed") == [])
        }
    }

    @Test func `long reads the envelope, and says so when it is damaged`() async throws {
        try await Bench.with { bench in
            try bench.analysis("1")
            let ref = try bench.analysis("2")
            let file = try OpenFile(bench.spool.layout.entry(EntryPlace(ref, .ready)), .readWrite)
            try file.write([0x58], at: 10)
            let run = await bench.run("list", "--long")
            #expect(run.status == .success)
            #expect(run.out.contains("2018-12-20T19:48:25+01:00"))
            #expect(run.out.contains("damaged: the envelope is not what was written"))
            let json = await bench.run("list", "--long", "--json")
            #expect(json.out.contains(#""envelope":{"spool":1,"id":"joe-1","kind":"analysis","#))
            #expect(json.out.contains(#""damage":"the envelope"#))
        }
    }

    @Test func `strangers are counted, not listed`() async throws {
        try await Bench.with { bench in
            try WholeFile.replace(bench.spool.layout.folder(.inbox, .ready).appending("notes.txt"), with: [])
            let run = await bench.run("list")
            #expect(run.out.isEmpty)
            #expect(run.talk.contains("1 name is no entry's"))
        }
    }

    @Test func `a queue that is not there is missing`() async throws {
        try await Bench.with { bench in #expect(await bench.run("list", "outbox.other").status == .missing) }
    }

    @Test func `a spool that is not there is missing, not empty`() async throws {
        let run = await Run(["list", "--spool", "/nowhere/spool"])
        #expect(run.status == .missing)
        #expect(run.talk.contains("is its disk mounted?"))
    }
}
