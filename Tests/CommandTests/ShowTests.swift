import FoundationEssentials
import Spool
import Testing

@testable import SpoolCommands

struct ShowTests {
    @Test func `an analysis shows its envelope and state`() async throws {
        try await Bench.with { bench in
            try bench.analysis("752112")
            let run = await bench.run("show", "752112")
            #expect(run.status == .success)
            for part in [
                "inbox/joe-752112", "ready since 2026-11-24 11:55:00Z (5m)", "webid 752112, analysis id 744288, run 0",
                "2018-12-20T19:48:25+01:00", "https://sandbox.example", "by spoolctl 0.1.0",
            ] { #expect(run.out.contains(part), "\(part)") }
        }
    }

    @Test func `a report shows what will be submitted`() async throws {
        try await Bench.with { bench in
            try bench.report("752112")
            let run = await bench.run("show", "752112")
            for part in [
                "title:      WbPmrTtnkw", "https://sandbox.example/analysis/744288/0/html",
                "confidence:64, Maliciousness:true",
                "2 (1 IP, 1 URL)", "fileinfo: missing", "\"generalinfo\": {}",
            ] { #expect(run.out.contains(part), "\(part)") }
        }
    }

    @Test func `json is one object with the envelope, the state and the report`() async throws {
        try await Bench.with { bench in
            try bench.report("1")
            let run = await bench.run("show", "outbox/1", "--json")
            #expect(run.outLines.count == 1)
            #expect(run.out.contains(#""envelope":{"spool":1,"id":"joe-1","kind":"report","#))
            #expect(
                run.out.contains(
                    #""report":{"title":"WbPmrTtnkw","externalUrl":"https://sandbox.example/analysis/744288/0/html","#
                        + #""timeBegan":"2018-12-20T19:48:25+01:00","bodyBytes":\#(Bench.mapped.body.utf8.count),"#
                        + #""tags":["confidence:64","Maliciousness:true"],"indicators":2,"remarks":["fileinfo: missing"]}"#
                ))
        }
    }

    @Test func `raw is the payload byte for byte, also from done`() async throws {
        try await Bench.with { bench in
            let payload = "{\"analysis\":{\"x\":\"\u{202E}é😀\"}}\n\n"
            try bench.analysis("1", payload: payload)
            #expect(await bench.run("show", "inbox/1", "--raw").out == payload)
            try bench.finish(EntryRef(.inbox, bench.id("1")))
            #expect(await bench.run("show", "inbox/1", "--raw").out == payload)
        }
    }

    @Test func `raw on a terminal has nothing that it would obey`() async throws {
        try await Bench.with { bench in
            let text = "{\"analysis\":\"\u{1B}[2J\u{202E}" + String(repeating: "é😀", count: 100_000) + "\"}"
            try bench.analysis("1", payload: text)
            let terminal = OutputStyle(isTerminal: true, width: 80, hasColour: true)
            let run = await bench.run("show", "1", "--raw", style: terminal)
            #expect(run.out == Visible.lines(text) + "\n")
            #expect(!run.out.unicodeScalars.contains("\u{1B}"))
        }
    }

    @Test func `a payload that was changed is shown, and then said to be damaged`() async throws {
        try await Bench.with { bench in
            let ref = try bench.analysis("1")
            let file = try OpenFile(bench.spool.layout.entry(EntryPlace(ref, .ready)), .readWrite)
            try file.write([0x58], at: Envelope.size + 3)
            let run = await bench.run("show", "1", "--raw")
            #expect(run.status == .badData)
            #expect(run.out.utf8.count == Bench.report.utf8.count)
            #expect(run.talk.contains("SHA-256"))
        }
    }

    @Test func `a damaged envelope says how to look at the bytes`() async throws {
        try await Bench.with { bench in
            let ref = try bench.analysis("1")
            try OpenFile(bench.spool.layout.entry(EntryPlace(ref, .ready)), .readWrite).write([0x58], at: 3)
            let run = await bench.run("show", "1")
            #expect(run.status == .badData)
            #expect(run.talk.contains("inbox/joe-1: ") && run.talk.contains("tail -c+1025"))
        }
    }

    @Test func `body and indicators of a report`() async throws {
        try await Bench.with { bench in
            try bench.report("1")
            #expect(await bench.run("show", "1", "--body").out == Bench.mapped.body + "\n")
            #expect(
                await bench.run("show", "1", "--indicators").outLines == [
                    "TYPE  VALUE", "IP    8.8.4.4", "URL   http://bad.example/x",
                ])
            #expect(
                await bench.run("show", "1", "--indicators", "--json").outLines
                    == [#"{"type":"IP","value":"8.8.4.4"}"#, #"{"type":"URL","value":"http://bad.example/x"}"#])
        }
    }

    @Test func `an analysis has no body, and a payload that is no report is bad data`() async throws {
        try await Bench.with { bench in
            try bench.analysis("1")
            #expect(await bench.run("show", "1", "--body").status == .usage)
            let envelope = Envelope(id: try bench.id("2"), kind: .report, created: Run.noon, origin: "x", program: "x")
            let writer = try bench.spool.writer(.outbox, envelope)
            try writer.write(Array("{}".utf8))
            try writer.commit()
            let run = await bench.run("show", "2")
            #expect(run.status == .badData)
            #expect(run.talk.contains("outbox/joe-2"))
        }
    }

    @Test func `one part at a time, and text as it is does not go with json`() async throws {
        try await Bench.with { bench in
            try bench.report("1")
            #expect(await bench.run("show", "1", "--raw", "--body").status == .usage)
            #expect(await bench.run("show", "1", "--raw", "--json").status == .usage)
        }
    }

    @Test func `tries are shown with the error and TruSTAR's name for the exchange`() async throws {
        try await Bench.with { bench in
            let ref = try bench.report("1")
            bench.spool.noteTry(ref, code: "timeout", error: "no answer in 30 s", traceID: "abc-1")
            try bench.fail(ref, code: "rejected", error: "no title")
            let run = await bench.run("show", "1")
            #expect(run.out.contains("2 times") && run.out.contains("rejected: no title (2 tries)"))
        }
    }
}
