import Spool
import SystemPackage
import Testing

@testable import SpoolCommands

/// Malware chooses its names. Whatever they hold, nothing of it reaches a terminal but plain text, and JSON is exact.
struct HostileTextTests {
    private static let name = "in\u{1B}[2J\u{9B}31mvoice\u{202E}fdp\u{200B}\r\n.exe\u{7}"

    private func spoil(_ bench: Bench) throws {
        let name = Self.name
        var report = Bench.mapped
        report.title = name
        report.externalURL = name
        report.timeBegan = name
        report.tags = [name]
        report.remarks = [name]
        report.indicators = [Indicator(type: .url, value: name)]
        report.body = name
        try bench.report("1", report)
        try bench.fail(bench.report("2", report), code: name, error: name)
        try bench.fail(bench.report("3", report), code: "rejected", error: name)
        bench.spool.note(
            JournalEvent(name, stage: name, id: try bench.id("1"), code: name, detail: name, traceID: name))
        var record = StageRecord(stage: "submit")
        record.waitingSince = Run.noon.rfc3339
        record.waitingUntil = (Run.noon + .seconds(60)).rfc3339
        (record.code, record.reason) = (name, name)
        bench.spool.keep(record)
        let ledger = try bench.spool.ledger("joe")
        try ledger.note("1", .skipped("a\u{1B}[31m\u{202E}"))
        try WholeFile.replace(bench.spool.layout.folder(.inbox, .ready).appending("\u{1B}[31m\u{202E}.entry"), with: [])
    }

    private static let looks = [
        ["list"], ["list", "--long"], ["status"], ["why", "1"], ["why", "2"], ["show", "1"], ["show", "2"],
        ["show", "1", "--indicators"], ["verify"],
    ]

    private static let wrong = [
        ["list", name], ["show", name], ["why", name], ["requeue", name], ["hold", "--\(name)"], [name], ["add", name],
    ]

    @Test func `text for people holds nothing that a terminal would obey`() async throws {
        try await Bench.with { bench in
            try spoil(bench)
            for arguments in Self.looks + Self.wrong {
                let run = await Run(arguments + ["--spool", bench.root])
                let strange = (run.out + run.talk).unicodeScalars.filter { $0 != "\n" && !Visible.isPlain($0) }
                #expect(strange.isEmpty, "\(arguments): \(strange.map { String($0.value, radix: 16) })")
                #expect(!(run.out + run.talk).contains("\n.exe"), "\(arguments): a line of its own")
            }
        }
    }

    @Test func `json escapes it, and can be parsed`() async throws {
        try await Bench.with { bench in
            try spoil(bench)
            for arguments in Self.looks {
                let run = await Run(arguments + ["--json", "--spool", bench.root])
                #expect(run.out.unicodeScalars.allSatisfy { $0 == "\n" || Visible.isPlain($0) }, "\(arguments)")
                for line in run.outLines { _ = try JSONValue(parsing: Array(line.utf8)) }
            }
        }
    }

    @Test func `json gives the title back as it was`() async throws {
        try await Bench.with { bench in
            try spoil(bench)
            let run = await bench.run("show", "1", "--json")
            let value = try JSONValue(parsing: Array(run.out.utf8))
            #expect(value["report"]?["title"]?.stringValue == Self.name)
        }
    }

    @Test func `the body is shown as it is only where no terminal reads it`() async throws {
        try await Bench.with { bench in
            try spoil(bench)
            #expect(await bench.run("show", "1", "--body").out == Self.name + "\n")
            let terminal = OutputStyle(isTerminal: true, width: 80, hasColour: true)
            let shown = await bench.run("show", "1", "--body", style: terminal).out
            #expect(shown.unicodeScalars.allSatisfy { $0 == "\n" || Visible.isPlain($0) })
        }
    }
}
