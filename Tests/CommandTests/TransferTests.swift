import Spool
import SystemPackage
import TestSupport
import Testing

@testable import SpoolCommands

/// `transfer status`, `receipt`, `accept`, `export --again`, `--watch`, and the stages of an air gap, as users type them.
struct TransferTests {
    private func run(_ arguments: String..., config: String, input: String = "") async -> Run {
        await Run(arguments + ["--config", config], input: input)
    }

    private func json(_ line: String) throws -> JSONValue { try JSONValue(parsing: Array(line.utf8)) }

    /// Three bundles, of which the second is lost.
    private func cross(_ sides: Sides) async throws -> (there: String, here: String) {
        let (there, here) = (try sides.config(sides.there), try sides.config(sides.here))
        for webid in ["1", "2", "3"] {
            try sides.there.report(webid)
            let bundle = sides.medium.appending("\(webid).tar").string
            #expect(await run("export", bundle, config: there).status == .success)
            if webid != "2" { #expect(await run("import", bundle, config: here).status == .success) }
        }
        return (there, here)
    }

    @Test func `a lost bundle is seen on both sides, repeated, and receipted`() async throws {
        try await Sides.with { sides in
            let (there, here) = try await cross(sides)
            let gap = await run("transfer", "status", "--json", config: here)
            #expect(gap.status == .partial)
            let arrived = try json(gap.out)
            #expect(arrived["kind"]?.stringValue == "arrived")
            #expect(arrived["missing"]?.elements?.first?.elements?.map(\.intValue) == [2, 2])
            #expect(arrived["named"]?.elements?.first?["id"]?.stringValue == "\(sides.there.spool.id)/peer/2")
            let table = await run("transfer", "status", config: here)
            #expect(
                table.out.contains("1, 3") && table.out.contains("! missing: \(sides.there.spool.id)/peer/2, digest "))
            let health = await run("status", config: here)
            #expect(health.status == .partial && health.out.contains("are missing: 2"))
            let sent = try json(await run("transfer", "status", "--json", config: there).out)
            #expect(sent["complete"]?.intValue == 3 && sent["entries"]?.intValue == 3)
            #expect(sent["open"]?.elements?.count == 3 && sent["missing"]?.elements?.isEmpty == true)
            let oldest = sent["open"]?.elements?.first
            #expect(oldest?["number"]?.intValue == 1 && oldest?["entries"]?.intValue == 1)
            #expect(sent["oldestOpen"]?.stringValue == oldest?["completed"]?.stringValue)
            let waiting = await Run(
                ["transfer", "status", "--config", there], now: { Run.noon + .seconds(86_400 * 3) })
            #expect(waiting.out.contains("OLDEST OPEN") && waiting.out.contains("1, 3d ago"), "\(waiting.out)")

            let receipt = sides.medium.appending("receipt.txt").string
            let written = await run("transfer", "receipt", "-o", receipt, config: here)
            #expect(written.status == .success && written.talk.contains("receipt for 2 bundles"))
            #expect(written.talk.contains("missing: 2"))
            let accepted = await run("transfer", "accept", receipt, config: there)
            #expect(accepted.status == .success)
            #expect(
                accepted.out.hasSuffix("signature not checked: 2 new, 2 entries done; open: 2; missing there: 2\n"),
                "\(accepted.out)")
            let lost = await run("transfer", "status", config: there)
            #expect(lost.status == .partial && lost.out.contains("export --again 2"))
            #expect(await run("status", config: there).out.contains("no receipt for 2 of 'peer'"))

            let again = sides.medium.appending("again.tar").string
            let repeated = await run("export", again, "--again", "2", config: there)
            #expect(repeated.status == .success && repeated.out.contains("as number 2 for peer"))
            #expect(await run("import", again, config: here).out.hasPrefix("imported 1 entry"))
            let text = await run("transfer", "receipt", sides.there.spool.id, config: here).out
            let last = await run("transfer", "accept", "-", "--json", config: there, input: text)
            #expect(try json(last.out)["new"]?.elements?.map(\.intValue) == [2])
            #expect(try json(last.out)["open"]?.elements?.isEmpty == true)
            for config in [there, here] { #expect(await run("transfer", "status", config: config).status == .success) }
            #expect(try sides.there.spool.list(.outbox, .exported).entries.isEmpty)
        }
    }

    @Test func `what is wrong ends with its own status, and moves nothing`() async throws {
        try await Sides.with { sides in
            let (there, here) = try await cross(sides)
            let text = await run("transfer", "receipt", config: here).out
            let tampered = text.split(separator: "\n").map { $0.hasPrefix("3 ") ? "4 " + $0.dropFirst(2) : String($0) }
            let refused = await run("transfer", "accept", "-", config: there, input: tampered.joined(separator: "\n"))
            #expect(refused.status == .badData && refused.talk.contains("number 4, which was never completed here"))
            #expect(await run("transfer", "accept", "-", config: here, input: text).status == .badData)
            #expect(await run("transfer", "accept", "/nowhere/x", config: there).status == .missing)
            #expect(await run("transfer", "receipt", "nobody", config: here).status == .missing)
            #expect(await run("transfer", "receipt", config: there).status == .missing)
            #expect(await run("transfer", "receipt", "--from", "9", config: here).status == .missing)
            #expect(await run("export", sides.medium.string, "--again", "7", config: there).status == .missing)
            #expect(try sides.there.spool.list(.outbox, .exported).entries.count == 3)
        }
    }

    @Test(arguments: [
        ["transfer", "receipt", "--from", "0"], ["transfer", "accept"], ["transfer", "accept", "-", "-"],
        ["export", "x", "--watch", "y"], ["export", "x", "--every", "5m"],
        ["export", "x", "--again", "1", "--queue", "inbox"],
        ["export", "--watch", "x", "--again", "1"], ["export", "--watch", "x", "--every", "0s"], ["export"], ["import"],
        ["import", "x", "--watch", "y"], ["import", "--watch", "x", "--dry-run"], ["import", "x", "--every", "1s"],
    ])
    func `these are wrong uses`(arguments: [String]) async throws {
        try await Sides.with { sides in
            let config = try sides.config(sides.there)
            #expect(await Run(arguments + ["--config", config]).status == .usage)
        }
    }

    @Test func `a watched folder that is not there is said at once`() async throws {
        try await Sides.with { sides in
            let config = try sides.config(sides.there)
            for verb in ["export", "import"] {
                #expect(await run(verb, "--watch", "/nowhere/x", config: config).status == .missing)
            }
        }
    }

    @Test func `the two halves of a pipeline are stages like any`() async throws {
        try await Sides.with { sides in
            let medium = sides.medium
            let there = try sides.config(sides.there, "run: {stages: [map, export]}\ntransfer: {outgoing: \(medium)}\n")
            let here = try sides.config(sides.here, "run: {stages: [import]}\ntransfer: {incoming: \(medium)}\n")
            try sides.there.analysis("1")
            let sent = await run("run", "--once", config: there)
            #expect(sent.status == .success, "\(sent.talk)")
            #expect(sent.outLines == ["map: 1 done", "export: 1 done"])
            let name = "peer-\(sides.there.spool.id.prefix(8))-000001.tar"
            #expect(try Folder.names(medium) == [name])
            #expect(await run("run", "--once", config: there).outLines.last == "export: 0 done")
            try OpenFile(medium.appending("half.tar"), .create).write(Array("too little".utf8))
            let come = await run("run", "--once", config: here)
            #expect(come.status == .success, "\(come.talk)")
            #expect(come.outLines == ["import: 1 done, 1 unfinished"])
            #expect(try sides.here.spool.list(.outbox, .ready).entries.count == 1)
            let stages = try json(await run("status", "--json", config: here).out)["stages"]?.elements
            #expect(stages?.compactMap { $0["stage"]?.stringValue } == ["fetch", "import", "map", "submit"])
            let standing = try await run("transfer", "status", "--json", config: here).outLines.map(json)
            #expect(
                standing.filter { $0["kind"]?.stringValue == "watched" }.compactMap { $0["state"]?.stringValue }
                    == ["arriving", "imported"])
        }
    }

    @Test func `a medium that is not there makes the stage wait`() async throws {
        try await Sides.with { sides in
            for (stages, folder) in [("export", "outgoing"), ("import", "incoming")] {
                let config = try sides.config(
                    sides.there, "run: {stages: [\(stages)]}\ntransfer: {\(folder): /nowhere/medium}\n")
                let run = await run("run", "--once", config: config)
                #expect(run.status == .missing && run.talk.contains("/nowhere/medium: no such folder"), "\(run.talk)")
                #expect(await self.run("status", config: config).out.contains("\(stages) waits"))
            }
        }
    }

    @Test func `a stage without its folder is a mistake of the configuration`() async throws {
        try await Sides.with { sides in
            for stage in ["export", "import"] {
                let config = try sides.config(sides.there, "run: {stages: [\(stage)]}\n")
                let run = await run("run", "--once", config: config)
                #expect(run.status == .configuration && run.talk.contains("but the stage '\(stage)' needs it"))
            }
            let both = try sides.config(
                sides.there, "run: {stages: [export]}\ntransfer: {outgoing: /x, incoming: /x}\n")
            #expect(await run("config", "check", config: both).out.contains("is the same folder as 'outgoing'"))
        }
    }

    @Test func `status says what was refused and what stays incomplete`() async throws {
        try await Sides.with { sides in
            let here = try sides.config(sides.here, "run: {stages: [import]}\ntransfer: {incoming: \(sides.medium)}\n")
            try OpenFile(sides.medium.appending("half.tar"), .create).write(Array("too little".utf8))
            func once(_ minutes: Int64) async -> Run {
                await Run(["run", "--once", "--config", here], now: { Run.noon + .seconds(60 * minutes) })
            }
            #expect(await once(0).status == .success)
            let late = await once(90)
            #expect(late.talk.contains("bundle stays incomplete"))
            let health = await run("status", config: here)
            #expect(health.status == .partial && health.out.contains("half.tar stays incomplete"), "\(health.out)")
            try Kernel.unlink(sides.medium.appending("half.tar"))
            _ = await once(91)
            #expect(await run("status", config: here).status == .success)
        }
    }
}
