// The stages as a user runs them: processes of their own on one spool, against both servers.

import MockJoe
import MockKit
import MockTruStar
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct ProcessTests {
    @Test func `three stages in three processes bring each of 200 analyses over, once`() async throws {
        try await withProcesses(analyses: 200) { (program, joe, trustar) async throws in
            // 1: one analysis can never be downloaded.
            #expect(try await program("fetch", "--once").status == 1)
            #expect(try await program("map", "--once").status == 0)
            // Two submitters side by side: still each once.
            async let first = program("submit", "--once")
            async let second = program("submit", "--once")
            let statuses = try await [first.status, second.status]
            #expect(statuses == [0, 0])

            let wanted = joe.fetchableWebids().map { ExternalIDEncoding.base64.encode(webid: $0, enclave: "") }
            #expect(wanted.count == 190)
            #expect(trustar.reports.compactMap(\.externalID).sorted() == wanted.sorted())
            #expect(trustar.reports.allSatisfy { $0.tags.contains { $0.hasPrefix("maliciousness:") } })

            // Fetched again, nothing is downloaded but what cannot be.
            let again = try await program("fetch", "--once")
            #expect(again.output.contains("0 done") || again.errors.contains("0 done"))
            #expect(try await program("list", "inbox/done", "--json").lines.count == 190)
            #expect(try await program("verify").status == 0)
        }
    }

    @Test func `the list is read every joe interval, however seldom the other stages look`() async throws {
        try await withProcesses(analyses: 3) { (program, _, _) async throws in
            let config = program.folder.appending("config.yaml")
            let text = String(decoding: try WholeFile.read(config) ?? [], as: UTF8.self)
                .replacing("joe:\n", with: "joe:\n  interval: 1s\n")
            try WholeFile.replace(config, with: Array((text + "\nrun: {poll: 1h}\n").utf8))
            #expect(try await program("init").status == 0)
            let spool = try SpoolStore.open(
                program.folder.appending("spool"), program: "test", now: { Timestamp(nanoseconds: 0) })
            _ = try await program.whileRunning(
                ["fetch"],
                { _ in
                    try await Patience.until("at work") { spool.stageRecord("fetch").lastPass != nil }
                    let first = spool.stageRecord("fetch").lastPass
                    try await Patience.until("at work again") { spool.stageRecord("fetch").lastPass != first }
                }, lines: 0)
        }
    }

    @Test func `a user looks at what went through`() async throws {
        try await withProcesses(analyses: 3) { (program, _, _) async throws in
            _ = try await program("run", "--once")
            let raw = try await program("show", "inbox/752112", "--raw")
            #expect(raw.output.contains("\"generalinfo\""))
            let shown = try await program("show", "752112")
            #expect(shown.output.contains("WbPmrTtnkw") && shown.output.contains("confidence:64"))
            let history = try await program("why", "752112")
            #expect(["fetched", "mapped", "submitted"].allSatisfy(history.output.contains))
            #expect(try await program("status").status == 0)
        }
    }

    @Test func `a changed mapping is shown, made anew and updated, and TruSTAR holds no second report`() async throws {
        try await withProcesses(analyses: 12) { (program, _, trustar) async throws in
            let config = program.folder.appending("config.yaml")
            let text = String(decoding: try WholeFile.read(config) ?? [], as: UTF8.self)
                .replacing("trustar:\n", with: "trustar:\n  settle: 1ms\n")
            // With more than the limit a body is cut, and ends with its indicators.
            func map(_ indicators: String) throws {
                let mapping = "mapping: {max_indicators: 3, indicators: [\(indicators)]}\n"
                try WholeFile.replace(config, with: Array((text + "\n" + mapping).utf8))
            }
            try map("ip, url, bitcoin")
            _ = try await program("run", "--once")
            let before = trustar.reports
            #expect(before.count > 5)

            let same = try await program("map", "--again", "--diff", "--json")
            #expect(same.status == 0 && same.lines.count == 1)
            #expect(same.output.contains("\"changed\":0,\"new\":0,\"same\":\(before.count),"))

            try map("ip, url, bitcoin, domain, md5, sha1, sha256")
            let diff = try await program("map", "--again", "--diff", "--json")
            let changed = diff.lines.count { $0.contains("\"change\":\"changed\"") }
            #expect(diff.status == 0 && changed > 3)
            #expect(diff.lines.first?.contains("{\"name\":\"indicators\",") == true)
            let shown = try await program("map", "--again", "--diff")
            #expect(shown.output.contains("would change\n") && shown.output.contains("indicators (not sent): + "))
            #expect(try await program("list", "outbox/deferred", "--json").lines.isEmpty)
            #expect(trustar.reports == before)

            let again = try await program("map", "--again")
            #expect(again.status == 0 && again.output.contains("map --again: \(changed) made anew"))
            #expect(try await program("list", "outbox/deferred", "--json").lines.count == changed)
            let refused = try await program("verify")
            #expect(refused.status == 0)
            #expect(try await program("submit", "--once").output.contains("\(changed) done, \(changed) updated"))
            #expect(trustar.reports.map(\.id).sorted() == before.map(\.id).sorted())
            #expect(trustar.reports.filter { $0.updates == 1 }.count == changed)
            #expect(trustar.reports.allSatisfy { $0.tags.count { $0.hasPrefix("maliciousness:") } == 1 })
            #expect(try await program("map", "--again").output.hasPrefix("map --again: 0 made anew"))
        }
    }

    @Test func `over a gap: fetched and mapped there, imported and submitted here, each once`() async throws {
        try await withProcesses(analyses: 12) { (there, joe, trustar) async throws in
            try await withTemporaryFolder { folder in
                let here = try Program(in: folder)
                let medium = folder.appending("medium")
                try Kernel.makeDirectory(medium)
                let config = there.folder.appending("config.yaml")
                let text = String(decoding: try WholeFile.read(config) ?? [], as: UTF8.self)
                func side(_ program: Program, _ stages: String, _ transfer: String) throws {
                    let lines = "\nrun: {stages: [\(stages)]}\ntransfer: {\(transfer)}\n"
                    try WholeFile.replace(program.folder.appending("config.yaml"), with: Array((text + lines).utf8))
                }
                try side(there, "fetch, map, export", "destination: cloud, outgoing: \(medium)")
                try side(here, "import, submit", "names: [cloud], incoming: \(medium)")
                // 1: one analysis can never be downloaded.
                #expect(try await there("run", "--once").status == 1)
                #expect(trustar.reports.isEmpty)
                for _ in 1...2 { #expect(try await here("run", "--once").status == 0) }
                let wanted = joe.fetchableWebids().map { ExternalIDEncoding.base64.encode(webid: $0, enclave: "") }
                #expect(!wanted.isEmpty && trustar.reports.compactMap(\.externalID).sorted() == wanted.sorted())
                let receipt = try await here("transfer", "receipt")
                #expect(receipt.status == 0, "\(receipt.errors)")
                let accepted = try await there("transfer", "accept", "-", input: receipt.output)
                #expect(accepted.output.contains("nothing is open"), "\(accepted.errors)")
                #expect(try await there("list", "outbox/done", "--json").lines.count == wanted.count)
                for program in [there, here] { #expect(try await program("verify").status == 0) }
            }
        }
    }

    private func withProcesses(
        analyses: Int, _ body: (Program, JoeServer, TruStarServer) async throws -> Void
    ) async throws {
        var joeOptions = JoeOptions()
        joeOptions.seed = 7
        joeOptions.analyses = analyses
        var trustarOptions = TruStarOptions()
        trustarOptions.duplicateIDs = .accept
        let (joe, trustar) = (try JoeServer(joeOptions), TruStarServer(trustarOptions))
        try await withTemporaryFolder { folder in
            try await withMocks(MockServer(joe), MockServer(trustar)) { urls in
                let text = Scene.configuration(urls, timeout: "30s")
                try WholeFile.replace(folder.appending("config.yaml"), with: Array(text.utf8))
                try await body(Program(in: folder), joe, trustar)
            }
        }
    }
}
