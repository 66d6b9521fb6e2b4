import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Spool

@Suite struct ImportTests {
    private func ref(_ webid: String, _ queue: QueueName = .outbox) -> EntryRef {
        EntryRef(queue, SpoolStore.id(webid))
    }

    @Test(arguments: ["folder", "tar", "stream"])
    func `what was exported arrives, byte for byte`(form: String) async throws {
        try await Crossing.with { crossing async throws in
            let payload = String(repeating: "0123456789", count: 40_000)
            try crossing.there.give("1", .outbox, payload: payload, parent: String(repeating: "a", count: 64))
            try crossing.there.give("2", .outbox, payload: "")
            let path = crossing.there.layout.entry(EntryPlace(ref("1"), .ready))
            let sent = try WholeFile.read(path)
            let tape = StreamTape()
            let target: ExportTarget =
                form == "folder"
                ? .inside(crossing.medium)
                : form == "tar" ? .tar(crossing.medium.appending("x.tar")) : .stream(tape.drain)
            let report = try await crossing.export(to: target)
            let bundle = try #require(report.bundles.first)
            let location: BundleLocation =
                switch bundle.path {
                case nil: .stream(StreamTape(tape.bytes).stream(), named: "tape")
                case let path? where form == "folder": .folder(path)
                case let path?: .tar(path)
                }
            let result = try await crossing.take(location)
            #expect(result.imported == [ref("1"), ref("2")])
            #expect(result.known.isEmpty)
            #expect(result.digest == bundle.digest)
            #expect(result.number == 1)
            #expect(try WholeFile.read(crossing.here.layout.entry(EntryPlace(ref("1"), .ready))) == sent)
            #expect(try crossing.here.states(ref("2")) == [.ready])
            #expect(
                try crossing.here.ledgerEntry(SpoolStore.id("1")) == .taken(digest: String(repeating: "a", count: 64)))
            #expect(try crossing.here.ledgerEntry(SpoolStore.id("2")) == .taken(digest: nil))
            #expect(try crossing.here.verify().problems.isEmpty)
            #expect(try Folder.names(crossing.here.layout.temporary(.outbox)).isEmpty)
        }
    }

    @Test func `an analysis comes into the inbox, with its digest in the ledger`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .inbox, payload: "{}")
            let result = try await crossing.take(.folder(try await crossing.bundle(.queue(.inbox))))
            #expect(result.imported == [ref("1", .inbox)])
            let digest = try crossing.here.reader(EntryPlace(ref("1", .inbox), .ready)).envelope.sha256
            #expect(try crossing.here.ledgerEntry(SpoolStore.id("1")) == .taken(digest: digest))
        }
    }

    @Test func `what was claimed before it was exported is looked up before it is sent`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .outbox)
            try crossing.there.give("2", .outbox, deferredUntil: crossing.clock.time)
            try crossing.there.give("3", .inbox, deferredUntil: crossing.clock.time)
            try await crossing.take(.folder(try await crossing.bundle()))
            try await crossing.take(.folder(try await crossing.bundle(.queue(.inbox))))
            #expect(try crossing.here.states(ref("1")) == [.ready])
            let deferred = try crossing.here.list(.outbox, .deferred).entries
            #expect(deferred.map(\.ref) == [ref("2")])
            #expect(deferred.map(\.modified) == [crossing.clock.time + .seconds(60)])
            #expect(try crossing.here.list(.inbox, .deferred).entries.map(\.modified) == [crossing.clock.time])
        }
    }

    @Test func `a report whose analysis was here is looked up as well`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.here.noteTaken(SpoolStore.id("1"), digest: nil)
            try crossing.there.give("1", .outbox)
            try await crossing.take(.folder(try await crossing.bundle()))
            #expect(try crossing.here.states(ref("1")) == [.deferred])
        }
    }

    @Test func `a bundle that comes again brings nothing, whatever became of its entries`() async throws {
        try await Crossing.with { crossing async throws in
            for number in 1...4 {
                try crossing.there.give("\(number)", .outbox, parent: String(repeating: "b", count: 64))
            }
            let bundle = try await crossing.bundle()
            #expect(try await crossing.take(.folder(bundle)).imported.count == 4)
            try #require(try crossing.here.claim(EntryPlace(ref("2"), .ready))).done()
            try #require(try crossing.here.claim(EntryPlace(ref("3"), .ready))).failed()
            try #require(try crossing.here.claim(EntryPlace(ref("4"), .ready))).done()
            crossing.clock.advance(by: .seconds(86_400 * 40))
            #expect(try crossing.here.prune(PruneRule(olderThan: .seconds(86_400))).removed.count == 2)
            let again = try await crossing.take(.folder(bundle))
            #expect(again.imported.isEmpty)
            #expect(again.known.count == 4)
            #expect(try crossing.countHere() == 2)
        }
    }

    @Test func `an analysis that was pruned is known by the ledger alone`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .inbox)
            let bundle = try await crossing.bundle(.queue(.inbox))
            try await crossing.take(.folder(bundle))
            try crossing.here.drop(EntryPlace(ref("1", .inbox), .ready))
            TemporaryFolder.empty(crossing.here.layout.transfer)
            #expect(try await crossing.take(.folder(bundle)).known == [ref("1", .inbox)])
        }
    }

    @Test func `an analysis that comes after its report is no stranger, and is taken`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .inbox)
            let digest = try crossing.there.reader(EntryPlace(ref("1", .inbox), .ready)).envelope.sha256
            try crossing.there.give("1", .outbox, parent: digest)
            try await crossing.take(.folder(try await crossing.bundle()))
            let second = try await crossing.take(.folder(try await crossing.bundle(.queue(.inbox))))
            #expect(second.imported == [ref("1", .inbox)])
            #expect(try crossing.here.states(ref("1", .inbox)) == [.deferred])
        }
    }

    @Test func `bundles may come in any order, and overlap`() async throws {
        try await Crossing.with { crossing async throws in
            var bundles: [FilePath] = []
            for number in 1...3 {
                try crossing.there.give("\(number)", .outbox)
                bundles.append(try await crossing.bundle())
            }
            for (bundle, expected) in zip([bundles[2], bundles[0], bundles[2], bundles[1]], [1, 1, 0, 1]) {
                #expect(try await crossing.take(.folder(bundle)).imported.count == expected)
            }
            let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
            let events = try StreamLog.incoming(crossing.here, stream).events()
            #expect(events.filter { $0.kind == .imported }.map(\.number) == [3, 1, 2])
            #expect(events.filter { $0.kind == .announced }.map(\.number) == [1, 2])
        }
    }

    @Test func `the same id with another digest is refused by name, and nothing is taken`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.here.give("2", .outbox, payload: "{\"mine\":1}")
            for number in 1...3 { try crossing.there.give("\(number)", .outbox, payload: "{\"theirs\":1}") }
            let bundle = try await crossing.bundle()
            let refusal = try #require(try await crossing.refusal(.folder(bundle)))
            #expect(refusal.contains("outbox/joe-2") && refusal.contains("another digest"))
            #expect(try crossing.countHere() == 1)
            // Also when it is gone.
            try crossing.here.drop(EntryPlace(ref("2"), .ready))
            try await crossing.take(.folder(bundle))
            try crossing.here.drop(EntryPlace(ref("2"), .ready))
            try crossing.there.drop(EntryPlace(ref("2"), .exported))
            try crossing.there.give("2", .outbox, payload: "{\"theirs\":2}")
            #expect(try await crossing.refusal(.folder(try await crossing.bundle()))?.contains("came before") == true)
        }
    }

    @Test func `a source that this spool fetches itself is refused`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .outbox)
            var options = ImportOptions()
            options.ownSources = ["joe"]
            let refusal = try await crossing.refusal(.folder(try await crossing.bundle()), options: options)
            #expect(refusal?.hasPrefix("outbox/joe-1: this spool fetches 'joe' itself") == true)
            #expect(try crossing.countHere() == 0)
        }
    }

    @Test func `a bundle for somebody else is refused`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .outbox)
            let bundle = try await crossing.bundle()
            var options = ImportOptions()
            options.names = ["cloud", "backup"]
            let refusal = try await crossing.refusal(.folder(bundle), options: options)
            #expect(refusal == "the bundle is for 'peer'; this spool is 'backup', 'cloud' (transfer.names)")
            options.names.insert("peer")
            #expect(try await crossing.refusal(.folder(bundle), options: options) == nil)
        }
    }

    @Test func `a dry run verifies and compares, and changes nothing`() async throws {
        try await Crossing.with { crossing async throws in
            for number in 1...2 { try crossing.there.give("\(number)", .outbox) }
            let bundle = try await crossing.bundle()
            var options = ImportOptions()
            options.isDry = true
            #expect(try await crossing.take(.folder(bundle), options: options).imported.count == 2)
            #expect(try crossing.countHere() == 0)
            #expect(try Folder.names(crossing.here.layout.transfer).isEmpty)
            #expect(try crossing.here.ledgerEntry(SpoolStore.id("1")) == nil)
            try OpenFile(bundle.appending("bagit.txt"), .readWrite).write([0x42, 0x42], at: 0)
            #expect(try await crossing.refusal(.folder(bundle), options: options) != nil)
        }
    }

    @Test func `limits and room are looked at before anything is written`() async throws {
        try await Crossing.with { crossing async throws in
            for number in 1...3 {
                try crossing.there.give("\(number)", .outbox, payload: String(repeating: "x", count: 9000))
            }
            let bundle = try await crossing.bundle()
            var few = ImportOptions()
            few.limits.entries = 2
            #expect(try await crossing.refusal(.folder(bundle), options: few)?.contains("transfer.max_entries") == true)
            var small = ImportOptions()
            small.limits.bytes = 20_000
            #expect(
                try await crossing.refusal(.folder(bundle), options: small)?.contains("transfer.max_bundle_bytes")
                    == true)
            var full = ImportOptions()
            full.minimumFree = .max
            #expect(try await crossing.refusal(.folder(bundle), options: full)?.contains("has room for") == true)
            #expect(try crossing.countHere() == 0)
        }
    }

    @Test func `told to stop, an import leaves nothing`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .outbox)
            let bundle = try await crossing.bundle()
            await #expect(throws: TransferError.self) {
                try await crossing.take(.folder(bundle), watch: TransferWatch(isStopped: { true }))
            }
            #expect(try crossing.countHere() == 0)
        }
    }

    /// The disk fails at each call of an import in turn: afterwards the bundle can be imported again, and then all is there.
    @Test func `an import that fails anywhere is completed when it is repeated`() async throws {
        try await Crossing.with { crossing async throws in
            for number in 1...3 { try crossing.there.give("\(number)", .outbox, payload: "payload \(number)") }
            let bundle = try await crossing.bundle()
            let step = getenv("SPOOL_TEST_THOROUGH") == nil ? 23 : 1
            var failures = 0
            for index in stride(from: 0, to: 5000, by: step) {
                let clock = crossing.clock
                let outcome = try await withTemporaryFolder { (folder) async throws -> Bool in
                    let spool = try makeSpool(in: folder, clock)
                    let counter = CallCounter(failingAt: index)
                    var failed = false
                    do {
                        try await KernelProbe.withAsync(below: folder, counter.probe) {
                            _ = try await Importer(spool, ImportOptions()).import(.folder(bundle))
                        }
                    } catch {
                        failed = true
                    }
                    let again = try await Importer(spool, ImportOptions()).import(.folder(bundle))
                    #expect(again.imported.count + again.known.count == 3)
                    for number in 1...3 {
                        #expect(try spool.places(of: ref("\(number)")).count == 1)
                        #expect(try spool.ledgerEntry(SpoolStore.id("\(number)")) != nil)
                    }
                    let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
                    #expect(try StreamLog.incoming(spool, stream).events().contains { $0.kind == .imported })
                    #expect(try spool.verify().problems.isEmpty)
                    return failed
                }
                if outcome { failures += 1 }
                if !outcome, index > 500 { break }
            }
            #expect(failures > 10)
        }
    }

    @Test func `what another import brings meanwhile is counted, not an error`() async throws {
        try await Crossing.with { crossing async throws in
            for number in 1...3 { try crossing.there.give("\(number)", .outbox) }
            let bundle = try await crossing.bundle()
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        do {
                            return try await crossing.take(.folder(bundle)).imported.count
                        } catch let error as TransferError where error.code == .locked {
                            return 0
                        }
                    }
                }
                var total = 0
                for try await count in group { total += count }
                #expect(total == 3)
            }
        }
    }

    @Test func `a sender that was set back is noticed`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .outbox)
            try await crossing.take(.folder(try await crossing.bundle()))
            let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
            TemporaryFolder.empty(StreamLog.outgoing(crossing.there, stream).folder)
            try crossing.there.give("2", .outbox)
            let report = try await crossing.export(to: .folder(crossing.medium.appending("second")))
            let result = try await crossing.take(.folder(try #require(report.bundles.first?.path)))
            #expect(result.imported == [ref("2")])
            #expect(result.warnings.contains { $0.contains("known with another digest") })
        }
    }
}
