import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct VerifyTests {
    private func path(_ spool: SpoolStore, _ webid: String, _ state: EntryState = .ready, _ queue: QueueName = .inbox)
        -> FilePath
    {
        spool.layout.entry(EntryPlace(EntryRef(queue, SpoolStore.id(webid)), state))
    }

    private func poke(_ path: FilePath, at offset: Int) throws {
        let file = try OpenFile(path, .readWrite)
        let byte = try file.bytes(at: offset, limit: 1)
        try file.write([(byte.first ?? 0) ^ 4], at: offset)
    }

    @Test func `a spool in use is clean`() throws {
        try withSpool { spool, clock throws in
            for number in 1...6 {
                let ref = try spool.give("\(number)", payload: "abc")
                try spool.noteTaken(ref.id, digest: nil)
                if number > 3 { try #require(try spool.claim(EntryPlace(ref, .ready))).deferred(until: clock.time) }
            }
            spool.noteTry(EntryRef(.inbox, SpoolStore.id("1")), code: "x", error: "y")
            spool.keep(StageRecord(stage: "map"))
            _ = try spool.reserveCall(to: "trustar", gap: .seconds(1))
            let claim = try #require(try spool.claim(EntryPlace(EntryRef(.inbox, SpoolStore.id("1")), .ready)))
            let writer = try spool.writer(
                .inbox, Envelope(id: SpoolStore.id("9"), kind: .analysis, created: clock.time, origin: "", program: ""))
            let report = try spool.verify()
            #expect(report.findings.isEmpty)
            #expect(report.entries == 6)
            #expect(report.bytes == 18)
            withExtendedLifetime((claim, writer)) {}
        }
    }

    @Test func `damage is found wherever it is, and told apart`() throws {
        try withSpool { spool, _ throws in
            for number in 1...7 { try spool.give("\(number)", payload: "{\"n\":\(number)}") }
            try poke(path(spool, "1"), at: 1024 + 3)
            try poke(path(spool, "2"), at: 20)
            #expect(truncate(path(spool, "3").string, 1026) == 0)
            #expect(truncate(path(spool, "4").string, 100) == 0)
            try OpenFile(path(spool, "5"), .readWrite).write([UInt8](repeating: 0, count: 1031), at: 0)
            // Swapped envelopes: each is whole, and neither is where it belongs.
            try spool.give("8", .outbox)
            try Kernel.unlink(path(spool, "6"))
            try Kernel.rename(path(spool, "8", .ready, .outbox), to: path(spool, "6"))
            let report = try spool.verify()
            let found = report.problems.map { "\($0.place?.ref.id.webid ?? "") \($0.code.rawValue)" }
            #expect(
                found == [
                    "1 damaged-payload", "2 damaged-envelope", "3 damaged-envelope", "4 damaged-envelope",
                    "5 damaged-envelope",
                    "6 damaged-envelope",
                ])
            #expect(report.problems.map(\.path.string).first == "inbox/ready/joe-1.entry")
            #expect(try spool.verify(payloads: false).problems.count == 5)
            for finding in report.problems { #expect(try spool.repair(finding)) }
            #expect(try spool.list(.inbox, .failed).entries.count == 6)
            #expect(try spool.list(.inbox, .ready).entries.map(\.ref.id.webid) == ["7"])
            // Set aside with their bytes as they are, and still told.
            #expect(try Kernel.status(path(spool, "4", .failed))?.size == 100)
            #expect(try spool.verify().problems.map(\.remedy) == [nil, nil, nil, nil, nil, nil])
        }
    }

    @Test func `every flipped bit of an entry is found`() throws {
        try withSpool { spool, _ throws in
            try spool.give("1", payload: "some payload")
            let size = 1024 + 12
            for offset in stride(from: 0, to: size, by: 37) {
                try poke(path(spool, "1"), at: offset)
                #expect(try spool.verify().problems.count == 1, "byte \(offset)")
                try poke(path(spool, "1"), at: offset)
            }
            #expect(try spool.verify().problems.isEmpty)
        }
    }

    @Test func `strangers are named in every folder, opened in none, and left alone`() throws {
        try withSpool { spool, _ throws in
            try spool.give("1")
            let names = ["README", "joe-1.entry.bak", "..entry", "a b", "-rf", "\u{1b}]0;x\u{7}"]
            var folders = spool.layout.folders
            folders.append(spool.layout.folder(.inbox, .done, day: spool.now().utcDay))
            folders.removeAll { $0 == spool.layout.temporary(.inbox) || $0 == spool.layout.temporary(.outbox) }
            folders.removeAll { $0 == spool.layout.transfer }
            for folder in folders {
                for name in names { try OpenFile(folder.appending(name), .create).write([1]) }
                #expect(symlink("/etc/passwd", folder.appending("link").string) == 0)
                #expect(mkfifo(folder.appending("fifo").string, 0o600) == 0)
            }
            let report = try spool.verify()
            #expect(Set(report.problems.map(\.code)) == [.stranger])
            #expect(report.problems.count == folders.count * (names.count + 2))
            #expect(report.problems.allSatisfy { $0.remedy == nil })
            // And the stages go on.
            _ = try spool.recover(.inbox)
            var list = WorkList(spool, .inbox)
            for claim in try list.next(9) { try claim.done() }
            #expect(try spool.list(.inbox, .done).entries.count == 1)
            #expect(try spool.verify().problems.count == report.problems.count)
        }
    }

    @Test func `what is called like an entry and is none is found in every state, and can be set aside`() throws {
        try withSpool { spool, _ throws in
            for (number, state) in EntryState.allCases.filter({ $0 != .done && $0 != .active }).enumerated() {
                let webid = "\(number)"
                switch number % 3 {
                case 0: #expect(symlink("/etc/passwd", path(spool, webid, state).string) == 0)
                case 1: #expect(mkfifo(path(spool, webid, state).string, 0o600) == 0)
                default: try Kernel.makeDirectory(path(spool, webid, state))
                }
            }
            let problems = try spool.verify().problems
            #expect(problems.map(\.code) == [.noFile, .noFile, .noFile, .noFile, .noFile])
            for finding in problems where finding.remedy != nil { #expect(try spool.repair(finding)) }
            #expect(try Folder.names(spool.layout.folder(.inbox, .failed)).count == 5)
            #expect(try Folder.names(spool.layout.folder(.inbox, .ready)).isEmpty)
        }
    }

    @Test func `one name in two live states is a duplicate; in done as well it is not`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            try #require(try spool.claim(EntryPlace(ref, .ready))).done()
            try spool.give("1", payload: "a")
            #expect(try spool.verify().problems.isEmpty)
            try Kernel.rename(path(spool, "1"), to: path(spool, "1", .hold))
            try #require(try WholeFile.read(path(spool, "1", .hold))).withUnsafeBytes { bytes in
                try OpenFile(path(spool, "1", .failed), .create).write(bytes)
            }
            #expect(try spool.verify().problems.map(\.code) == [.duplicate])
        }
    }

    @Test func `what a crash leaves is told, but is no problem`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            _ = try spool.claim(EntryPlace(ref, .ready))
            try OpenFile(spool.layout.temporary(.inbox).appending("joe-2.77"), .create).write([1])
            try OpenFile(spool.layout.ledger("joe"), .append).write(Array("torn".utf8))
            try spool.noteTaken(SpoolStore.id("7"), digest: nil)
            let report = try spool.verify()
            #expect(report.problems.isEmpty)
            #expect(Set(report.findings.map(\.code)) == [.orphan, .leftover, .strangeLine, .noLine])
        }
    }

    @Test func `a spool that others can look into is exposed, until it is repaired`() throws {
        try withSpool { spool, _ throws in
            try Kernel.setMode(spool.layout.root, 0o750)
            let finding = try #require(try spool.verify().problems.first)
            #expect(finding.code == .exposed)
            #expect(try spool.repair(finding))
            #expect(try spool.verify().problems.isEmpty)
        }
    }

    @Test func `a file in place of a folder is a finding, and no error`() throws {
        try withSpool { spool, _ throws in
            let folder = spool.layout.folder(.inbox, .hold)
            try Kernel.removeDirectory(folder)
            try OpenFile(folder, .create).write([1])
            #expect(Set(try spool.verify().problems.map(\.code)) == [.stranger, .unreadable])
        }
    }
}
