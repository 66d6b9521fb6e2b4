import MockKit
import MockTruStar
import Spool
import Testing

@Suite struct PipelineTests {
    @Test func `every analysis that can be fetched is at TruSTAR once, as the specification wants it`() async throws {
        try await withScene(analyses: 25) { (scene) async throws in
            try await scene.rounds(limit: 3)
            try Oracle.check(scene)
            let reports = scene.trustar.reports
            #expect(reports.count > 15)
            for report in reports {
                #expect(report.url?.hasPrefix(try await scene.servers[0].url + "/analysis/") == true)
                #expect(report.body.hasPrefix("{"))
                #expect(report.updates == 0)
            }
        }
    }

    @Test func `a second fetch downloads nothing, a second submit sends nothing`() async throws {
        try await withScene { (scene) async throws in
            try await scene.rounds(limit: 2)
            let before = scene.trustar.reports
            await scene.advance(.seconds(1))
            let again = try await scene.round()
            #expect(again[0].done == 0 && again[1].done == 0 && again[2].done == 0)
            #expect(scene.trustar.reports == before)
        }
    }

    @Test func `two submitters side by side send each report once`() async throws {
        try await withScene(analyses: 40) { (scene) async throws in
            _ = try await scene.connector.once(.fetch)
            _ = try await scene.connector.once(.map)
            async let first = scene.connector.once(.submit)
            async let second = scene.connector.once(.submit)
            let reports = try await [first, second]
            #expect(reports[0].done + reports[1].done == scene.trustar.reports.count)
            try Oracle.check(scene)
        }
    }

    @Test func `what finishes late is taken when it has finished`() async throws {
        try await withScene(analyses: 30) { (scene) async throws in
            try await scene.round()
            let early = scene.trustar.reports.count
            for _ in 0..<8 {
                await scene.advance(.seconds(3600))
                try await scene.round()
            }
            #expect(scene.trustar.reports.count > early)
            try Oracle.check(scene)
        }
    }

    @Test func `reports that TruSTAR calls too large arrive shortened, visibly`() async throws {
        try await withScene(change: { $0.maximumReportBytes = 12_000 }) { (scene) async throws in
            try await scene.rounds(limit: 3)
            try Oracle.check(scene)
            #expect(scene.trustar.reports.allSatisfy { $0.body.utf8.count <= 12_000 })
        }
    }
}
