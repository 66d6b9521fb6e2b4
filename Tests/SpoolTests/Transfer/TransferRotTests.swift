import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// Bit rot and strangers among what is known of bundles.
@Suite struct TransferRotTests {
    private func withRecords(_ body: (SpoolStore, FilePath) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let clock = TestClock()
            let spool = try makeSpool(in: folder, clock)
            try await TransferRot.fill(spool, in: folder)
            #expect(try spool.verifyAll().findings.isEmpty)
            try await body(spool, folder)
        }
    }

    /// Nobody is kept from looking.
    private func look(_ spool: SpoolStore) throws {
        for status in try spool.sentStatus() { _ = spool.sentEntries(status.stream, status.complete) }
        _ = try spool.arrivedStatus()
        _ = spool.watchedBundles()
    }

    @Test func `each damaged record is named, and nothing else`() async throws {
        try await withRecords { spool, _ in
            let files = try TransferRot.contents(spool).files
            // Two logs, three records and their counts, what arrived, what was seen.
            #expect(files.count == 8)
            var random = SeededRandom(seed: 11)
            for path in files {
                let sound = try #require(try WholeFile.read(path))
                var name = path
                _ = name.removePrefix(spool.layout.root)
                for damage in RecordDamage.allCases + [RecordDamage](repeating: .bit, count: 12) {
                    try damage.apply(to: path, &random)
                    let findings = try spool.verifyAll().findings
                    #expect(
                        !findings.isEmpty && findings.allSatisfy { $0.path == name }, "\(name) \(damage): \(findings)")
                    #expect(findings.allSatisfy { $0.remedy == nil })
                    // A line without an end is what a crash leaves; anything else is a problem.
                    let isTorn = (damage == .shortened || damage == .lastBit) && path.lastComponent?.extension != "json"
                    #expect(
                        findings.allSatisfy { $0.code == .damagedRecord } || isTorn || damage == .bit, "\(findings)")
                    try look(spool)
                    try WholeFile.replace(path, with: sound)
                }
            }
            #expect(try spool.verifyAll().findings.isEmpty)
        }
    }

    @Test func `records of a future format, of another bundle, or gone, are named`() async throws {
        try await withRecords { spool, _ in
            let record = TransferRot.next(spool).appending("2.json")
            let sound = try #require(try WholeFile.read(record))
            func findings(_ bytes: [UInt8]) throws -> [String] {
                try WholeFile.replace(record, with: bytes)
                return try spool.verifyAll().problems.map(\.description)
            }
            let future = String(decoding: sound, as: UTF8.self).replacing("\"transfer\":1", with: "\"transfer\":2")
            #expect(try findings(Array(future.utf8)).first?.contains("use a newer spoolctl") == true)
            let other = try #require(try WholeFile.read(TransferRot.next(spool).appending("1.json")))
            #expect(try findings(other).first?.contains("is the record of") == true)
            try Kernel.unlink(record)
            #expect(
                try spool.verifyAll().problems.map(\.description) == [
                    "transfer/outgoing/next/2.json: is gone, which says what was in bundle 2 (damaged-record)"
                ])
            // Written by a version that sealed nothing.
            try WholeFile.replace(record, with: sound)
            let log = TransferRot.next(spool).appending("log")
            let lines = String(decoding: try WholeFile.read(log) ?? [], as: UTF8.self).split(separator: "\n")
            let plain = lines.map { $0.split(separator: " ").dropLast().joined(separator: " ") + "\n" }.joined()
            try WholeFile.replace(log, with: Array(plain.utf8))
            #expect(try spool.verifyAll().findings.isEmpty)
            #expect(try spool.sentStatus().first?.complete.description == "1-3")
        }
    }

    @Test func `with all of it damaged, among strangers, bundles go and come, and no number is used twice`()
        async throws
    {
        try await withRecords { spool, folder in
            var random = SeededRandom(seed: 12)
            var strangers = try Strangers(outside: folder.appending("outside"))
            let (folders, files) = try TransferRot.contents(spool)
            for path in files { try RecordDamage.nulls.apply(to: path, &random) }
            for path in folders { try strangers.add(to: path) }
            let records = files.filter { Int($0.lastComponent?.stem ?? "") != nil }
            try look(spool)

            let problems = try spool.verifyAll().problems.filter(\.isOfTransfer)
            #expect(Set(problems.filter { $0.code == .damagedRecord }.map(\.path.string)).count == files.count)
            // An empty folder may be called like a destination, or like a spool.
            #expect(problems.count { $0.code == .stranger } == strangers.count - 3)

            let ref = try spool.give("9950", .outbox)
            #expect(try await TransferRot.send(ref, from: spool, in: folder) == TransferRot.sent + 1)
            #expect(try spool.states(ref) == [.exported])
            let (_, pass) = try await takeAnother(in: folder, into: spool)
            #expect(pass.imported.count == 1 && pass.failure == nil)
            // What came once, and whose lines are gone: the spool itself still has it.
            let old = folder.appending("from-sender")
            let again = await WatchedFolder(spool, old, importer: Importer(spool, ImportOptions())).pass()
            #expect(again.imported.count == TransferRot.sent)
            #expect(again.imported.allSatisfy { $0.bundle.imported.isEmpty })
            try look(spool)

            for path in records {
                #expect(try WholeFile.read(path)?.allSatisfy { $0 == 0 } == true, "\(path)")
            }
            #expect(try strangers.changed() == [])
        }
    }

    @Test func `a receipt for a bundle whose record is damaged moves nothing, and says where the damage is`()
        async throws
    {
        try await Crossing.with { crossing in
            for number in 1...2 {
                try crossing.there.give("\(number)", .outbox)
                try await crossing.take(.folder(try await crossing.bundle()))
            }
            let arrived = try #require(try crossing.here.arrivedStatus().first)
            let receipt = Receipt(arrived, from: nil, limit: 10, by: crossing.here).encoded()
            let record = crossing.there.layout.outgoing("peer").appending("2.json")
            let sound = try #require(try WholeFile.read(record))
            try WholeFile.replace(record, with: Array(sound.dropLast(20)))
            let desk = ReceiptDesk(crossing.there, signatures: nil)
            let error = await #expect(throws: TransferError.self) { try await desk.accept(receipt) }
            #expect(error?.message.contains("\(record): ") == true)
            #expect(try crossing.there.list(.outbox, .exported).entries.count == 2)
            try WholeFile.replace(record, with: sound)
            #expect(try await desk.accept(receipt).moved.count == 2)
        }
    }

    enum InPlace: String, CaseIterable, Sendable {
        case transfer, outgoing = "transfer/outgoing", next = "transfer/outgoing/next"
        case log = "transfer/outgoing/next/log", record = "transfer/outgoing/next/4.json"
        case incoming = "transfer/incoming", arrived = "transfer/arrived", outbox = "transfer/arrived/outbox"
        case watched = "transfer/watched"

        /// Whether bundles can still go to `next`; whether they can still come.
        var keepsSending: Bool { ![.transfer, .outgoing, .next, .log].contains(self) }
        var keepsTaking: Bool { ![.transfer, .incoming, .arrived, .outbox].contains(self) }
    }

    /// What lies there is moved away, and something else is put in its place: a link to it, a FIFO, a file or a folder.
    @Test(arguments: InPlace.allCases, ["link", "fifo", "other"])
    func `what lies in place of a record or a folder is neither followed nor waited for`(place: InPlace, kind: String)
        async throws
    {
        try await withRecords { spool, folder in
            let path = spool.layout.root.appending(place.rawValue)
            let away = folder.appending("away")
            if try Kernel.status(path) != nil {
                try Kernel.rename(path, to: away)
            } else {
                try WholeFile.replace(away, with: [0x5a])
            }
            let isFolder = try Kernel.status(away)?.kind == .directory
            switch kind {
            case "link": #expect(symlink(away.string, path.string) == 0)
            case "fifo": #expect(mkfifo(path.string, 0o600) == 0)
            default: if isFolder { try WholeFile.replace(path, with: [1]) } else { try Kernel.makeDirectory(path) }
            }
            let before = try tree(away)
            let thing = try Kernel.status(path)
            let ref = try spool.give("9950", .outbox)
            let other = try spool.give("9951", .outbox)

            try look(spool)
            let problems = try spool.verifyAll().problems
            #expect(problems.contains { $0.path.string == place.rawValue && $0.code == .stranger }, "\(problems)")
            let number = try? await TransferRot.send(ref, from: spool, in: folder)
            #expect((number != nil) == place.keepsSending)
            #expect(try spool.states(ref) == [place.keepsSending ? .exported : .ready])
            if place == .next || place == .log {
                #expect(try await TransferRot.send(other, from: spool, to: "other", in: folder) == 1)
            }
            let (more, pass) = try await takeAnother(in: folder, into: spool)
            #expect((pass.imported.count == 1) == place.keepsTaking, "\(pass)")
            #expect(try spool.states(more).isEmpty == !place.keepsTaking)

            #expect(try tree(away) == before)
            #expect(try Kernel.status(path)?.identity == thing?.identity)
        }
    }

    /// Names and bytes of all that lies there.
    private func tree(_ path: FilePath) throws -> [String] {
        guard try Kernel.status(path)?.kind == .directory else { return ["\(try WholeFile.read(path) ?? [])"] }
        return try Folder.names(path).sorted().flatMap { name in try [name] + tree(path.appending(name)) }
    }

    /// One more entry of the other spool, through a watched folder.
    private func takeAnother(in folder: FilePath, into spool: SpoolStore) async throws -> (EntryRef, WatchReport) {
        let sender = try SpoolStore.open(folder.appending("sender"), program: "test", now: spool.now)
        let more = try sender.give("9960", .outbox)
        let medium = folder.appending("again")
        try Kernel.makeDirectory(medium)
        _ = try await Exporter(sender, ExportOptions(destination: "peer")).export(
            .named([EntryPlace(more, .ready)]), to: .tarInside(medium))
        return (more, await WatchedFolder(spool, medium, importer: Importer(spool, ImportOptions())).pass())
    }
}
