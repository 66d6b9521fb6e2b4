// Ledger, journal and tries, torn, deleted, or as old as a backup, between the real stages and servers; and what `run` alone
// removes from a spool.

import MockKit
import MockTruStar
import Spool
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct RecordTests {
    @Test func `journal and tries that are gone, and a torn ledger, cost history only`() async throws {
        try await withScene(analyses: 12) { (scene) async throws in
            let layout = scene.spool.layout
            for _ in 0..<4 {
                for stage in [Settings.Stage.fetch, .map, .submit] {
                    _ = try await scene.connector.once(stage)
                    TemporaryFolder.remove(layout.journal)
                    for queue in [QueueName.inbox, .outbox] { TemporaryFolder.remove(layout.tries(queue)) }
                    // Half a line, as a power cut leaves it.
                    try OpenFile(layout.ledger("joe"), .append).write(Array("752112 taken 2026-1".utf8))
                }
                await scene.advance(.seconds(3600))
            }
            try await scene.rounds()
            try Oracle.check(scene)
            #expect(scene.trustar.reports.allSatisfy { $0.createdCount == 1 })
            let findings = try scene.spool.verify().findings
            #expect(Set(findings.map(\.code)).isSubset(of: [.strangeLine, .missingFolder]))
            // Whatever half a line said, the whole ones count: nothing is fetched again.
            #expect(try await scene.connector.once(.fetch).done == 0)
        }
    }

    /// Duplicate external ids are accepted as second reports: the other side would not help.
    @Test(arguments: [false, true])
    func `after a backup was put back, or the ledger lost, nothing is created twice`(isBackup: Bool) async throws {
        try await withScene(analyses: 30) { (scene) async throws in
            let root = scene.spool.layout.root
            let backup = FilePath(root.string + "-backup")
            for stage in [Settings.Stage.fetch, .map] { _ = try await scene.connector.once(stage) }
            try await copy(root, to: backup)
            // Life goes on: what waited is sent, and what finished late is fetched, mapped and sent as well.
            for _ in 0..<8 {
                try await scene.round()
                await scene.advance(.seconds(3600))
            }
            let before = scene.trustar.reports.count
            #expect(before > 20)
            if isBackup {
                TemporaryFolder.remove(root)
                try Kernel.rename(backup, to: root)
                let reports = try scene.spool.distrustAll(settle: .seconds(60))
                #expect(reports.first.map { $0.deferred.count > 15 } == true)
            } else {
                // Nothing is left of what was done, nor of the ledger.
                for queue in [QueueName.inbox, .outbox] {
                    TemporaryFolder.empty(scene.spool.layout.folder(queue, .done))
                }
                try Kernel.unlink(scene.spool.layout.ledger("joe"))
            }
            try await scene.rounds()
            #expect(try scene.spool.list(.outbox, .ready).entries.isEmpty)
            for _ in 0..<3 {
                await scene.advance(.seconds(3600))
                try await scene.round()
            }
            #expect(try scene.spool.list(.outbox, .done).entries.count >= before)
            try Oracle.check(scene)
            #expect(scene.trustar.reports.count == before)
            #expect(scene.trustar.reports.allSatisfy { $0.createdCount == 1 })
        }
    }

    private func copy(_ folder: FilePath, to target: FilePath) async throws {
        let result = try await run(
            .name("cp"), arguments: ["-a", folder.string, target.string], output: .discarded, error: .discarded)
        #expect(result.terminationStatus.isSuccess)
    }

    @Test func `run sees to retention, once or as a service, and no stage alone does`() async throws {
        try await withScene(analyses: 5) { (scene) async throws in
            try await scene.rounds()
            let folder = scene.spool.layout.root.removingLastComponent()
            let urls = [try await scene.servers[0].url, try await scene.servers[1].url]
            try WholeFile.replace(
                folder.appending("config.yaml"), with: Array(Scene.configuration(urls, timeout: "30s").utf8))
            let program = try Program(in: folder)
            let config = folder.appending("config.yaml").string
            func old() throws -> FilePath {
                let place = try #require(try scene.spool.list(.outbox, .done).entries.first?.place)
                let path = scene.spool.layout.entry(place)
                try Kernel.setModified(path, to: 1_000_000_000_000_000_000)
                return path
            }
            let first = try old()
            for stage in ["fetch", "map", "submit"] { _ = try await program(stage, "--once", "--config", config) }
            #expect(try Kernel.status(first) != nil)
            let once = try await program("run", "--once", "--config", config)
            #expect(once.errors.contains("retention: removed 1 entry"))
            #expect(try Kernel.status(first) == nil)
            let second = try old()
            let (_, status) = try await program.whileRunning(
                ["run", "--config", config],
                { _ in try await Patience.until("removed") { try Kernel.status(second) == nil } }, lines: 0)
            #expect(status == 0)
        }
    }
}
