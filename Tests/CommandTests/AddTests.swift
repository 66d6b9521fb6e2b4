import Spool
import SystemPackage
import Testing

@testable import SpoolCommands

struct AddTests {
    @Test func `a report file becomes an analysis, byte for byte`() async throws {
        try await Bench.with { bench in
            let path = try bench.write("report-752112.json", Bench.report)
            let run = await bench.run("add", path.string)
            #expect(run.status == .success)
            #expect(run.out == "added inbox/joe-752112 from \(path) (\(Bench.report.utf8.count) B)\n")
            #expect(await bench.run("show", "inbox/752112", "--raw").out == Bench.report)
            #expect(try bench.spool.ledgerEntry(bench.id("752112")) != nil)
            #expect(try bench.spool.history(of: bench.id("752112")).map(\.event) == ["added"])
            let json = await bench.run("add", path.string, "--webid", "5", "--json")
            #expect(
                json.out
                    == #"{"ref":"inbox/joe-5","state":"ready","bytes":\#(Bench.report.utf8.count),"file":"\#(path)"}"#
                    + "\n")
        }
    }

    @Test(arguments: [
        ("752112.json", "752112"), ("/a/b/report-752112.json", "752112"), ("r1-752112-full.jsonfixed.json", "752112"),
        ("2019.d/x752112.json", "752112"), ("report.json", nil), ("12-34.json", nil), ("", nil), (".752112", "752112"),
    ])
    func `the webid is the longest number in the file's name`(name: String, webid: String?) {
        #expect(ReportFile.digits(in: name) == webid)
    }

    @Test func `without a number in the name the analysis id stands in, and that is said`() async throws {
        try await Bench.with { bench in
            let path = try bench.write("report.json", Bench.report)
            let run = await bench.run("add", path.string)
            #expect(run.out.hasPrefix("added inbox/joe-744288 from"))
            #expect(run.talk.contains("the analysis id 744288 stands in for it"))
            let nameless = try bench.write("x.json", #"{"analysis": {"generalinfo": {"target": {}}}}"#)
            #expect(await bench.run("add", nameless.string).status == .usage)
        }
    }

    @Test(arguments: [
        "", "not json", #"{"analysis": {"generalinfo": {}}"#, #"{"analysis": {"other": 1}}"#, #"{"data": []}"#, "[]",
        "{\"analysis\": {\"generalinfo\": {}}}x",
    ])
    func `what is no report never becomes an entry`(text: String) async throws {
        try await Bench.with { bench in
            let path = try bench.write("1.json", text)
            let run = await bench.run("add", path.string)
            #expect(run.status == .badData)
            #expect(run.talk.contains("1.json"))
            #expect(try bench.spool.list(.inbox, .ready).entries.isEmpty)
            #expect(try Folder.names(bench.spool.layout.temporary(.inbox)).isEmpty)
            #expect(try bench.spool.ledgerEntry(bench.id("1")) == nil)
        }
    }

    @Test func `what may be at TruSTAR already is looked up before it is sent`() async throws {
        try await Bench.with { bench in
            let path = try bench.write("1.json", Bench.report)
            try bench.spool.noteTaken(try bench.id("1"), digest: String(repeating: "b", count: 64))
            let run = await bench.run("add", path.string, "--json")
            #expect(run.out.contains(#""state":"deferred""#))
            #expect(try bench.spool.list(.inbox, .deferred).entries.count == 1)
        }
    }

    @Test func `an analysis that is there is not added again`() async throws {
        try await Bench.with { bench in
            let path = try bench.write("1.json", Bench.report)
            try bench.analysis("1")
            let run = await bench.run("add", path.string)
            #expect(run.status == .cannotCreate)
            #expect(run.talk.contains("inbox/joe-1 is in 'ready' already"))
        }
    }

    @Test func `several files, each by itself`() async throws {
        try await Bench.with { bench in
            let (good, bad) = (try bench.write("1.json", Bench.report), try bench.write("2.json", "{"))
            let run = await bench.run("add", bad.string, good.string, "/nowhere/3.json")
            #expect(run.status == .partial)
            #expect(run.outLines.count == 1)
            #expect(run.talk.contains("2.json") && run.talk.contains("/nowhere/3.json: no such file"))
            #expect(await bench.run("add", "/nowhere/3.json").status == .missing)
            #expect(await bench.run("add", bench.folder.string).status == .badData)
        }
    }

    @Test func `names are checked before anything is read`() async throws {
        try await Bench.with { bench in
            for arguments in [["a", "b", "--webid", "1"], ["a", "--webid", "../x"], ["a", "--source", "Joe!"], []] {
                #expect(await Run(["add"] + arguments + ["--spool", bench.root]).status == .usage, "\(arguments)")
            }
        }
    }

    @Test func `source and configuration name the entry`() async throws {
        try await Bench.with { bench in
            let path = try bench.write("1.json", Bench.report)
            #expect(await bench.run("add", path.string, "--source", "lab").out.hasPrefix("added inbox/lab-1"))
            let config = try bench.write(
                "c.yaml", ConfigTests.text().replacing("joe:\n", with: "joe:\n  source: acme\n"))
            let run = await Run(["add", path.string, "--config", config.string])
            #expect(run.out.hasPrefix("added inbox/acme-1"))
        }
    }
}
