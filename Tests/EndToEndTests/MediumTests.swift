// The program and media as they are: one that really fills, one that is really read-only, and folders that are watched.

import Glibc
import Spool
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct MediumTests {
    /// A program with a spool that has reports in its outbox.
    private func withReports(_ count: Int, bytes: Int, _ body: (Program, SpoolStore, FilePath) async throws -> Void)
        async throws
    {
        try await withTemporaryFolder { folder in
            let spool = try makeSpool(in: folder, TestClock())
            for number in 1...count {
                try spool.give("\(number)", .outbox, payload: String(repeating: "x", count: bytes))
            }
            let text = "spool: {path: spool, min_free: 1MB}\nrun: {stages: [map]}\n"
            try WholeFile.replace(folder.appending("config.yaml"), with: Array(text.utf8))
            try await body(try Program(in: folder), spool, folder)
        }
    }

    @Test(.enabled(if: SmallDisk.whyNot == nil, "\(SmallDisk.whyNot ?? "")"))
    func `a medium that is full, or turns read-only, costs nothing but the bundle`() async throws {
        try await withReports(4, bytes: 200_000) { (program, spool, folder) async throws in
            try await SmallDisk.with(mebibytes: 4) { disk in
                try disk.fill(leaving: 900_000)
                for target in ["\(disk.folder)", "\(disk.folder)/x.tar"] {
                    // Room at first sight, and taken by others meanwhile: or not even that.
                    let result = try await program("export", target)
                    #expect(result.status == 0 || result.status == 74, "\(result.errors)")
                    if result.status == 0 { continue }
                    #expect(
                        try Folder.names(disk.folder).allSatisfy {
                            ["ballast", "lost+found"].contains($0) || $0.hasPrefix("peer-")
                        })
                }
                try disk.fill()
                let full = try await program("export", "\(disk.folder)/y.tar")
                #expect(full.status == 74 || full.errors.contains("nothing to export"), "\(full.errors)")
                #expect(try Kernel.status(disk.folder.appending("y.tar")) == nil)
                for number in 1...4 {
                    let states = try spool.states(EntryRef(.outbox, SpoolStore.id("\(number)")))
                    #expect(states == [.exported] || states == [.deferred] || states == [.ready])
                }
                try await disk.remount("ro")
                try spool.give("9", .outbox)
                let readOnly = try await program("export", "\(disk.folder)/z.tar")
                #expect(readOnly.status == 74, "\(readOnly.errors)")
                #expect(try spool.states(EntryRef(.outbox, SpoolStore.id("9"))) != [.exported])
            }
            // There it goes where there is room.
            let medium = folder.appending("medium")
            try Kernel.makeDirectory(medium)
            #expect(try await program("export", medium.string).status == 0)
            #expect(try spool.states(EntryRef(.outbox, SpoolStore.id("9"))) == [.exported])
            #expect(try await program("verify").status == 0)
        }
    }

    @Test func `watched folders on both sides, until they are told to stop`() async throws {
        try await withReports(2, bytes: 1000) { (program, spool, folder) async throws in
            let medium = folder.appending("medium")
            try Kernel.makeDirectory(medium)
            let (line, status) = try await program.whileRunning(
                ["export", "--watch", medium.string, "--every", "50ms", "--json"], { $0 }, lines: 1)
            #expect(status == 0)
            #expect(line.first?.contains("\"entries\":2") == true)
            #expect(try spool.list(.outbox, .exported).entries.count == 2)
            try await withTemporaryFolder { other in
                let here = try makeSpool(in: other, TestClock())
                let text = "spool: {path: spool, min_free: 1MB}\nrun: {stages: [map]}\n"
                try WholeFile.replace(other.appending("config.yaml"), with: Array(text.utf8))
                let receiver = try Program(in: other)
                let (came, end) = try await receiver.whileRunning(
                    ["import", "--watch", medium.string, "--every", "50ms", "--json"], { $0 }, lines: 1)
                #expect(end == 0)
                #expect(came.first?.contains("\"imported\":2") == true)
                #expect(try here.list(.outbox, .ready).entries.count == 2)
                #expect(try Folder.names(medium).count == 1)
            }
        }
    }
}
