// The program on a small file system that really fills.

import Glibc
import MockJoe
import MockKit
import MockTruStar
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: SmallDisk.whyNot == nil, "\(SmallDisk.whyNot ?? "")"), .serialized)
struct FullDiskTests {
    /// Both servers, a configuration beside the disk, and a spool on it.
    private func withDisk(
        mebibytes: Int, analyses: Int, minimumFree: String = "auto",
        _ body: (SmallDisk, Program, SpoolStore, JoeServer, TruStarServer) async throws -> Void
    ) async throws {
        var options = JoeOptions()
        options.seed = 7
        options.analyses = analyses
        options.reportSize = 60_000
        options.unfinished = 0
        var trustarOptions = TruStarOptions()
        trustarOptions.duplicateIDs = .accept
        let (joe, trustar) = (try JoeServer(options), TruStarServer(trustarOptions))
        try await SmallDisk.with(mebibytes: mebibytes) { disk in
            try await withTemporaryFolder { folder in
                try await withMocks(MockServer(joe), MockServer(trustar)) { urls in
                    let text = Scene.configuration(urls, timeout: "30s")
                        .replacing("path: spool", with: "path: \(disk.folder)/spool")
                        .replacing("min_free: 1MB", with: "min_free: \(minimumFree)")
                        .replacing("minimum: 1m", with: "minimum: 1s")
                        .replacing("download_timeout", with: "interval: 1s\n  download_timeout")
                    try WholeFile.replace(folder.appending("config.yaml"), with: Array(text.utf8))
                    let program = try Program(in: folder)
                    let spool = try SpoolStore.create(
                        at: disk.folder.appending("spool"), program: "test", now: TestClock().now)
                    try await body(disk, program, spool, joe, trustar)
                }
            }
        }
    }

    private func wanted(_ joe: JoeServer) -> [String] {
        joe.fetchableWebids().map { ExternalIDEncoding.base64.encode(webid: $0, enclave: "") }.sorted()
    }

    @Test func `with no byte free submit still drains, the others pause and say why, and all go on when there is room`()
        async throws
    {
        try await withDisk(mebibytes: 24, analyses: 30) { (disk, program, spool, joe, trustar) async throws in
            _ = try await program("fetch", "--once")
            _ = try await program("map", "--once")
            let waiting = try spool.list(.outbox, .ready).entries.count
            #expect(waiting > 20)
            try disk.fill()
            #expect(try disk.available < 2048)

            for stage in ["fetch", "map"] {
                let pass = try await program(stage, "--once")
                #expect(pass.status == 74)
                #expect(pass.errors.contains("\(spool.layout.root) has") && pass.errors.contains("spool.min_free"))
            }
            // They paused above zero, so the reserve is still there for whoever needs it.
            #expect(try Kernel.status(spool.layout.reserve)?.size == SpoolStore.reserveSize)
            #expect(try await program("status").output.contains("short of room"))
            let submitted = try await program("submit", "--once")
            #expect(submitted.status == 0, "\(submitted.errors)")
            #expect(try spool.list(.outbox, .done).entries.count == waiting)
            #expect(trustar.reports.count == waiting)
            // Looking needs no room.
            #expect(try await program("list", "outbox/done", "--json").lines.count == waiting)
            #expect(try await program("verify").status == 0)

            try Kernel.unlink(disk.ballast)
            for stage in ["fetch", "map", "submit"] { _ = try await program(stage, "--once") }
            #expect(trustar.reports.compactMap(\.externalID).sorted() == wanted(joe))
            #expect(trustar.reports.allSatisfy { $0.createdCount == 1 })
        }
    }

    @Test func `a disk that is read-only when run starts makes it wait, and it goes on when the disk is mended`()
        async throws
    {
        try await withDisk(mebibytes: 24, analyses: 10, minimumFree: "1MB") {
            (disk, program, spool, joe, trustar) async throws in
            try await disk.remount("ro")
            let config = program.folder.appending("config.yaml").string
            let (server, all) = (trustar, wanted(joe))
            let (_, status) = try await program.whileRunning(
                ["run", "--config", config],
                { _ in
                    let looked = try await program("status", "--config", config)
                    #expect(looked.status == 1 && looked.output.contains("file system is read-only"), "\(looked)")
                    try await Patience.until("waiting") { try program.talk().contains("waits") }
                    try await disk.remount("rw")
                    try await Patience.until("through") { server.reports.count >= all.count }
                }, lines: 0)
            let talk = try program.talk()
            #expect(status == 0, "\(talk)")
            #expect(trustar.reports.compactMap(\.externalID).sorted() == all)
        }
    }

    @Test func `a disk that fills under fetch stops it in time, and it goes on by itself`() async throws {
        try await withDisk(mebibytes: 24, analyses: 60, minimumFree: "3MB") {
            (disk, program, spool, joe, trustar) async throws in
            try disk.fill(leaving: 4_500_000)
            let first = try await program("fetch", "--once")
            #expect(first.status == 74)
            let taken = try spool.list(.inbox, .ready).entries.count
            #expect(taken > 3 && taken < 55)
            // Four at a time may be under way when the limit is met.
            #expect(try disk.available > 3_000_000 - 4 * 100_000)
            #expect(try Folder.names(spool.layout.temporary(.inbox)).isEmpty)

            let config = program.folder.appending("config.yaml")
            let ballast = disk.ballast
            let server = trustar
            let all = wanted(joe)
            _ = try await program.whileRunning(
                ["run", "--config", config.string],
                { _ in
                    try await Patience.until("paused") { spool.stageRecord("fetch").code == "disk-full" }
                    try Kernel.unlink(ballast)
                    try await Patience.until("through") { server.reports.count >= all.count }
                }, lines: 0)
            #expect(trustar.reports.compactMap(\.externalID).sorted() == all)
        }
    }
}
