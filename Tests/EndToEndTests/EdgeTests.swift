// Where paying accounts hurt: quotas, rights, licences, and a mapping that changes after everything was sent.

import MockJoe
import MockKit
import MockTruStar
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct EdgeTests {
    @Test func `a daily quota is used up to its reserve, never beyond, and the rest goes on the next day`() async throws
    {
        let change: (inout TruStarOptions) -> Void = {
            $0.dailyQuota = 45
            $0.enforcesDailyQuota = true
        }
        try await withScene(analyses: 60, change: change, edit: Self.patient) { (scene) async throws in
            let first = try await scene.round()
            #expect(first[2].halt?.code == "quota")
            #expect(first[2].halt?.reason.contains("of 45 calls") == true)
            #expect(first[2].halt?.isFinal == false)
            let early = scene.trustar.reports.count
            #expect(early > 20 && early < 45)
            // Everything that was begun is finished, tags included.
            #expect(scene.trustar.reports.allSatisfy { $0.tags.contains { $0.hasPrefix("maliciousness:") } })
            // Until the reset nothing is claimed and nothing is called.
            let calls = scene.servers[1].journal.last
            await scene.advance(.seconds(3600))
            #expect(try await scene.connector.once(.submit).halt?.code == "quota")
            #expect(scene.servers[1].journal.last == calls)
            try await scene.rounds(limit: 50)
            try Oracle.check(scene)
            #expect(scene.servers[1].journal.entries.allSatisfy { $0.status != 429 })
        }
    }

    @Test func `a missing right stops with the enclave's name and the right, and nothing is lost`() async throws {
        let archive = "3cad4e60-7f82-4b5c-9d9e-2a3f4b5c6d7e"
        try await withScene(edit: { Self.patient($0).replacing("7a33144f-aef3-442b-87d4-dbf70d8afdb0", with: archive) })
        {
            (scene) async throws in
            let reports = try await scene.round()
            let halt = try #require(reports[2].halt)
            #expect(halt.isFinal && halt.code == "forbidden")
            #expect(halt.reason.contains("lacks the right to create in 'Archive' (\(archive))"))
            #expect(halt.reason.contains("'Joe Sandbox' (7a33144f-aef3-442b-87d4-dbf70d8afdb0)"))
            #expect(try scene.spool.list(.outbox, .failed).entries.isEmpty)
        }
    }

    @Test func `a licence without the report type stops with those that it has`() async throws {
        try await withScene(
            joe: {
                $0.product = "CloudBasic"
                $0.broken = 0
            },
            edit: { Self.patient($0).replacing("joe:\n", with: "joe:\n  report_type: lightjsonfixed\n") }
        ) { (scene) async throws in
            let halt = try #require(try await scene.connector.once(.fetch).halt)
            #expect(halt.isFinal && halt.code == "licence")
            #expect(halt.reason.contains("it may fetch jsonfixed, lightjson: set joe.report_type to one of them"))
            #expect(try scene.spool.ledgerEntries("joe").values.allSatisfy { !Self.isTaken($0) })
        }
    }

    @Test func `three submitters keep one pace between them, and send each report once`() async throws {
        let joe = try JoeServer(JoeOptions())
        let (trustar, gap) = (TruStarServer(TruStarOptions()), 25)
        let server = try MockServer(trustar)
        try await withTemporaryFolder { folder in
            try await withMocks(try MockServer(joe), server) { urls in
                let text = Scene.configuration(urls, timeout: "30s")
                    .replacing("calls_per_minute: 600000", with: "calls_per_minute: \(60_000 / gap)")
                try WholeFile.replace(folder.appending("config.yaml"), with: Array(text.utf8))
                let program = try Program(in: folder)
                _ = try await program("fetch", "--once")
                _ = try await program("map", "--once")
                async let first = program("submit", "--once")
                async let second = program("submit", "--once")
                async let third = program("submit", "--once")
                #expect(try await [first.status, second.status, third.status] == [0, 0, 0])
                #expect(trustar.reports.count > 15)
                #expect(Set(trustar.reports.map(\.externalID)).count == trustar.reports.count)
                let times = server.journal.entries.map(\.time)
                let span = try #require(times.max()) - #require(times.min())
                // Three paces side by side would need a third of it; a loaded machine may delay the first call.
                #expect(Double(span) > 0.6 * Double((times.count - 1) * gap), "\(times.count) calls in \(span) ms")
            }
        }
    }

    /// There are no faults here to wait for, and the machine may be busy.
    private static func patient(_ configuration: String) -> String {
        configuration.replacing("timeout: 3s", with: "timeout: 60s").replacing("timeout: 10s", with: "timeout: 60s")
    }

    private static func isTaken(_ entry: LedgerEntry) -> Bool {
        switch entry {
        case .taken: true
        case .skipped: false
        }
    }
}
