import Glibc
import Spool
import SystemPackage
import Testing

@testable import SpoolCommands

/// What only a process shows: numbers, streams, signals, terminals.
struct ProcessTests {
    @Test func `help and version are data and end with 0`() async throws {
        try await Bench.with { bench in
            let version = try await Program.run(["--version"], in: bench.folder)
            #expect(version.status == 0)
            #expect(version.out == "spoolctl \(Version.current)\n")
            let help = try await Program.run(["list", "--help"], in: bench.folder)
            #expect(help.status == 0)
            #expect(help.out.contains("USAGE: spoolctl list") && help.talk.isEmpty)
        }
    }

    @Test(
        arguments: [
            (["nonsense"], 64), (["list", "--nonsense"], 64), (["show"], 64),
            (["show", "1", "--spool", "/nowhere"], 66),
            (["list", "--config", "/nowhere"], 78),
        ] as [([String], Int32)])
    func `a wrong use is talk and ends with its number`(arguments: [String], status: Int32) async throws {
        try await Bench.with { bench in
            let ended = try await Program.run(arguments, in: bench.folder)
            #expect(ended.status == status)
            #expect(ended.out.isEmpty && !ended.talk.isEmpty)
        }
    }

    @Test func `a reader that goes away ends a listing quietly`() async throws {
        try await Bench.with { bench in
            for webid in 1...400 { try bench.analysis("\(webid)") }
            let pipe = try #require(Program.pipe())
            close(pipe.reading)  // nobody reads
            defer { close(pipe.writing) }
            let out = "/proc/\(getpid())/fd/\(pipe.writing)"
            let ended = try await Program.run(["list", "--json", "--spool", bench.root], in: bench.folder, out: out)
            #expect(ended.status == 0)
            #expect(ended.talk.isEmpty)
        }
    }

    @Test func `output that cannot be written is an input or output error`() async throws {
        try await Bench.with { bench in
            try bench.analysis("1")
            let ended = try await Program.run(["list", "--spool", bench.root], in: bench.folder, out: "/dev/full")
            #expect(ended.status == 74)
            #expect(ended.talk.contains("standard output: the disk is full"))
        }
    }

    @Test func `names are read from a real standard input`() async throws {
        try await Bench.with { bench in
            try bench.analysis("1")
            let names = try bench.write("names", "1\n")
            let ended = try await Program.run(
                ["hold", "-", "--spool", bench.root], in: bench.folder, input: names.string)
            #expect(ended.status == 0)
            #expect(ended.out == "held inbox/joe-1 (was ready)\n")
        }
    }

    @Test func `what the program makes is its owner's alone`() async throws {
        try await Bench.with { bench in
            let path = bench.folder.appending("made")
            let ended = try await Program.run(["init", path.string], in: bench.folder)
            #expect(ended.status == 0)
            #expect(try Kernel.status(path)?.mode == 0o700)
            #expect(try Kernel.status(path.appending("format"))?.mode == 0o600)
        }
    }

    @Test(.enabled(if: Terminal.isThere)) func `colour and width are for terminals`() async throws {
        try await Bench.with { bench in
            try bench.fail(bench.report("1"), code: "rejected", error: String(repeating: "long ", count: 100))
            let coloured = try await Terminal.run(["list", "--spool", bench.root], columns: 60)
            #expect(coloured.contains("\u{1B}[1mREF"))
            #expect(coloured.contains("…"))
            #expect(coloured.split(separator: "\r\n").allSatisfy { $0.count <= 60 + 8 })
            let sober = try await Terminal.run(
                ["list", "--spool", bench.root], columns: 60, environment: ["NO_COLOR=1"])
            #expect(!sober.contains("\u{1B}") && sober.contains("…"))
            let plain = try await Program.run(["list", "--spool", bench.root], in: bench.folder)
            #expect(!plain.out.contains("\u{1B}") && !plain.out.contains("…"))
        }
    }
}
