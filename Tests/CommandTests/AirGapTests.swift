import Spool
import SystemPackage
import TestSupport
import Testing

@testable import SpoolCommands

/// `export`, `import` and `verify BUNDLE`, as users type them.
struct AirGapTests {
    private func run(_ arguments: String..., config: String, input: String = "", tape: StreamTape = StreamTape()) async
        -> Run
    {
        await Run(arguments + ["--config", config], input: input, inputStream: tape.stream())
    }

    private func json(_ line: String) throws -> JSONValue { try JSONValue(parsing: Array(line.utf8)) }

    @Test func `reports cross the gap in a folder`() async throws {
        try await Sides.with { sides in
            for webid in ["1", "2"] { try sides.there.report(webid) }
            let config = try sides.config(sides.there)
            let exported = await run("export", sides.medium.string, config: config)
            #expect(exported.status == .success, "\(exported.talk)")
            let name = "peer-\(sides.there.spool.id.prefix(8))-000001"
            #expect(exported.out.hasPrefix("exported 2 entries, "))
            #expect(exported.out.hasSuffix(" as number 1 for peer to \(sides.medium.appending(name))\n"))
            let bundle = sides.medium.appending(name).string
            let verified = await run("verify", bundle, config: config)
            #expect(verified.status == .success)
            #expect(verified.outLines.first == "warning: the bundle is not signed")
            #expect(
                verified.outLines.last?.contains("good: number 1 of \(sides.there.spool.id)/peer, 2 entries") == true)
            let here = try sides.config(sides.here)
            let dry = await run("import", "--dry-run", bundle, config: here)
            #expect(dry.out.hasPrefix("would import 2 entries from \(bundle): number 1 of"))
            #expect(try sides.here.spool.list(.outbox, .ready).entries.isEmpty)
            let imported = await run("import", bundle, config: here)
            #expect(imported.status == .success)
            #expect(imported.out.hasPrefix("imported 2 entries from \(bundle): number 1 of"))
            #expect(imported.out.hasSuffix(", 0 here already, signature not checked\n"))
            #expect(try sides.here.spool.list(.outbox, .ready).entries.count == 2)
            let again = await run("import", bundle, "--json", config: here)
            let line = try json(again.out)
            #expect(line["known"]?.intValue == 2 && line["imported"]?.intValue == 0 && line["number"]?.intValue == 1)
            #expect(await run("export", sides.medium.string, config: config).talk.contains("nothing to export"))
        }
    }

    @Test func `a folder full of bundles is imported in one go`() async throws {
        try await Sides.with { sides in
            let config = try sides.config(sides.there)
            for webid in ["1", "2", "3"] {
                try sides.there.report(webid)
                let target = webid == "2" ? sides.medium.appending("x.tar") : sides.medium
                #expect(await run("export", target.string, config: config).status == .success)
            }
            try Kernel.makeDirectory(sides.medium.appending(".peer-x.1.partial"))
            try Kernel.makeDirectory(sides.medium.appending("photographs"))
            let here = try sides.config(sides.here)
            let imported = await run("import", sides.medium.string, "--json", config: here)
            #expect(imported.status == .success, "\(imported.talk)")
            #expect(try imported.outLines.map { try json($0)["number"]?.intValue } == [1, 3, 2])
        }
    }

    @Test func `a stream goes through a pipe`() async throws {
        try await Sides.with { sides in
            try sides.there.report("1")
            try sides.there.analysis("2")
            let config = try sides.config(sides.there)
            let exported = await run("export", "-", "--queue", "inbox", "--to", "cloud-9", config: config)
            #expect(exported.status == .success)
            #expect(exported.talk.contains("exported 1 entry"))
            #expect(exported.talk.contains("as number 1 for cloud-9 to standard output"))
            let here = try sides.config(sides.here, "run: {stages: [map]}\ntransfer: {names: [cloud-9]}\n")
            let tape = StreamTape(exported.outBytes)
            let imported = await run("import", "-", config: here, tape: tape)
            #expect(imported.status == .success, "\(imported.talk)")
            #expect(imported.out.hasPrefix("imported 1 entry from standard input"))
            #expect(try sides.here.spool.list(.inbox, .ready).entries.count == 1)
            let verified = await run("verify", "-", "--json", config: here, tape: StreamTape(exported.outBytes))
            #expect(try json(verified.outLines.last ?? "")["valid"]?.boolValue == true)
        }
    }

    @Test func `named entries are exported, and what cannot be is said`() async throws {
        try await Sides.with { sides in
            for webid in ["1", "2", "3"] { try sides.there.report(webid) }
            try sides.there.fail(EntryRef(.outbox, sides.there.id("3")), code: "x", error: "y")
            let config = try sides.config(sides.there)
            let exported = await run(
                "export", sides.medium.string, "2", "-", "--json", config: config, input: "outbox/joe-3\nnobody-7\n")
            #expect(exported.status == .partial)
            #expect(exported.talk.contains("outbox/joe-3 is in 'failed'"))
            #expect(exported.talk.contains("no entry nobody-7"))
            let line = try json(exported.out)
            #expect(line["refs"]?.elements?.map(\.stringValue) == ["outbox/joe-2"])
            #expect(try sides.there.spool.states(EntryRef(.outbox, sides.there.id("1"))) == [.ready])
        }
    }

    @Test func `a damaged entry is said: 1 beside a bundle, 65 without one`() async throws {
        try await Sides.with { sides in
            let config = try sides.config(sides.there)
            for alone in [true, false] {
                let ref = try EntryRef(.outbox, sides.there.id(alone ? "1" : "2"))
                try sides.there.report(ref.id.webid)
                if !alone { try sides.there.report("3") }
                let path = sides.there.spool.layout.entry(EntryPlace(ref, .ready))
                try OpenFile(path, .readWrite).write([0], at: 1026)
                let exported = await run("export", sides.medium.string, config: config)
                #expect(exported.status == (alone ? .badData : .partial))
                #expect(exported.talk.contains("\(ref) was not exported: the payload is not what was written"))
                #expect(exported.out.contains("exported 1 entry") == !alone)
                #expect(!exported.talk.contains("nothing to export"))
            }
        }
    }

    @Test func `a bundle that is not what it should be is refused, with what is wrong`() async throws {
        try await Sides.with { sides in
            for webid in ["1", "2"] { try sides.there.report(webid) }
            let config = try sides.config(sides.there)
            let bundle = sides.medium.appending("bundle")
            #expect(await run("export", bundle.string, config: config).status == .success)
            for webid in ["1", "2"] {
                try OpenFile(bundle.pushing("data/outbox/joe-\(webid).entry".path), .readWrite).write([0], at: 1030)
            }
            let here = try sides.config(sides.here)
            let verified = await run("verify", bundle.string, "--json", config: here)
            #expect(verified.status == .badData)
            let lines = try verified.outLines.map(json)
            #expect(lines.filter { $0["kind"]?.stringValue == "error" }.count == 4)
            #expect(lines.last?["valid"]?.boolValue == false)
            let imported = await run("import", bundle.string, config: here)
            #expect(imported.status == .badData)
            #expect(imported.talk.contains("spoolctl: \(bundle): data/outbox/joe-1.entry: "))
            #expect(imported.talk.contains("and 3 more"))
            #expect(try sides.here.spool.list(.outbox, .ready).entries.isEmpty)
        }
    }

    @Test func `this spool's own source, and a bundle that is not there, are refused in their own ways`() async throws {
        try await Sides.with { sides in
            try sides.there.report("1")
            let bundle = sides.medium.appending("b.tar").string
            #expect(await run("export", bundle, config: try sides.config(sides.there)).status == .success)
            let fetching = try sides.config(sides.here, "run: {stages: [fetch, map]}\n")
            let refused = await run("import", bundle, config: fetching)
            #expect(refused.status == .badData && refused.talk.contains("this spool fetches 'joe' itself"))
            let renamed = try sides.config(sides.here, "run: {stages: [fetch]}\njoe: {source: mine}\n")
            #expect(await run("import", bundle, config: renamed).status == .success)
            #expect(await run("import", "/nowhere/x", config: renamed).status == .missing)
            let empty = sides.medium.appending("empty")
            try Kernel.makeDirectory(empty)
            #expect(await run("import", empty.string, config: renamed).status == .missing)
            try Kernel.makeDirectory(empty.appending("data"))
            #expect(await run("import", empty.string, config: renamed).status == .badData)
            #expect(await run("export", "/nowhere/x", config: try sides.config(sides.there)).status == .missing)
            #expect(await run("export", bundle, config: try sides.config(sides.there)).status == .cannotCreate)
        }
    }

    @Test(arguments: [
        ["export", "-", "--json"], ["export", "x", "--volume-size", "10kB"], ["export", "x", "--to", "A B"],
        ["export", "x", "--queue", "failed"], ["export", "x", "1", "--queue", "inbox"], ["export"], ["import"],
        ["verify", "x", "--repair"], ["verify", "x", "--quick"], ["export", "-", "--volume-size", "1GB"],
    ])
    func `these are wrong uses`(arguments: [String]) async throws {
        try await Sides.with { sides in
            let run = await Run(arguments + ["--config", try sides.config(sides.there)])
            #expect(run.status == .usage)
        }
    }

    @Test func `a bundle is never written to a terminal`() async throws {
        try await Sides.with { sides in
            try sides.there.report("1")
            let style = OutputStyle(isTerminal: true, width: 80, hasColour: false)
            let run = await Run(["export", "-", "--config", try sides.config(sides.there)], style: style)
            #expect(run.status == .usage)
        }
    }

    @Test func `an import that waits for standard input ends when it is told to`() async throws {
        try await Sides.with { sides in
            let config = try sides.config(sides.here)
            let isAsked = DrainSignal()
            let task = Task {
                await Run(
                    ["import", "-", "--config", config],
                    hasInput: {
                        isAsked.set()
                        return false
                    })
            }
            while !isAsked.isSet { await Task.yield() }
            task.cancel()
            let run = await task.value
            #expect(run.status == .tryAgain)
            #expect(run.talk.contains("told to stop"))
        }
    }

    @Test func `progress says how far, how fast, and how long yet`() {
        #expect(
            TransferLine.text("exporting", done: 1_800_000_000, of: 4_000_000_000, after: .seconds(20))
                == "exporting: 45 %, 1.8 GB of 4.0 GB, 90 MB/s, 24s left")
        #expect(TransferLine.text("x", done: 0, of: 10, after: .zero) == "x: 0 %, 0 B of 10 B, 0 B/s")
        #expect(TransferLine.text("x", done: 20, of: 0, after: .seconds(1)) == "x: 20 B, 20 B/s")
        #expect(TransferLine.text("x", done: 20, of: 10, after: .seconds(1)).hasPrefix("x: 100 %"))
    }
}

extension String {
    fileprivate var path: FilePath { FilePath(self) }
}
