import Crypto
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Spool

@Suite struct ExportTests {
    private func bytes(_ path: FilePath) throws -> [UInt8] { try #require(try WholeFile.read(path, limit: 8 << 20)) }

    private func text(_ path: FilePath) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    private func record(_ bundle: FilePath) throws -> TransferRecord {
        try TransferRecord(decoding: try bytes(bundle.appending("transfer.json")))
    }

    private func events(_ crossing: Crossing) throws -> [StreamEvent] {
        let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
        return try StreamLog.outgoing(crossing.there, stream).events()
    }

    @Test func `a bundle is a bag: every file as it was, and every file listed`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .outbox, payload: "one")
            try crossing.there.give("2", .outbox, payload: "two")
            let entry = try bytes(
                crossing.there.layout.entry(EntryPlace(EntryRef(.outbox, SpoolStore.id("1")), .ready)))
            let bundle = try await crossing.bundle()
            #expect(bundle.lastComponent?.string == "peer-\(crossing.there.id.prefix(8))-000001")
            #expect(
                Set(try Folder.names(bundle)) == [
                    "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "transfer.json",
                    "data",
                ])
            #expect(try bytes(bundle.pushing("data/outbox/joe-1.entry")) == entry)
            #expect(
                try text(bundle.appending("bagit.txt")) == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
            let info = try BagInfo(parsing: try bytes(bundle.appending("bag-info.txt")))
            #expect(try info.value("Payload-Oxum") == "2054.2")
            #expect(try info.value("Bagging-Date") == "2026-11-23")
            #expect(try info.value("External-Identifier") == "\(crossing.there.id)/peer/1")
            #expect(try info.value("Bag-Group-Identifier") == "\(crossing.there.id)/peer")
            #expect(try info.value("Bag-Count") == "1 of ?")
            for name in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
                let result = try await Tool.run("/usr/bin/sha256sum", ["-c", "--strict", name], in: bundle)
                #expect(result.status == 0, "\(result.out)")
            }
            let record = try record(bundle)
            #expect(record.items.map(\.id) == ["joe-1", "joe-2"])
            #expect(record.items.map(\.bytes) == [3, 3])
            #expect(record.items.first?.digest == Envelope.hex(SHA256.hash(data: Array("one".utf8))))
        }
    }

    @Test func `entries move to exported, and their records say in what`() async throws {
        try await Crossing.with { crossing async throws in
            let ready = try crossing.there.give("1", .outbox)
            let due = try crossing.there.give("2", .outbox, deferredUntil: crossing.clock.time)
            let later = try crossing.there.give("3", .outbox, deferredUntil: crossing.clock.time + .seconds(60))
            let other = try crossing.there.give("4", .inbox)
            let report = try await crossing.export()
            #expect(report.bundles.map(\.entries) == [[ready, due]])
            #expect(try crossing.there.states(ready) == [.exported])
            #expect(try crossing.there.states(due) == [.exported])
            #expect(try crossing.there.states(later) == [.deferred])
            #expect(try crossing.there.states(other) == [.ready])
            let record = try record(try #require(report.bundles.first?.path))
            #expect(record.items.map(\.from) == ["ready", "deferred"])
            #expect(try crossing.there.verify().problems.isEmpty)
            #expect(try events(crossing).map(\.kind) == [.begun, .complete])
            let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
            #expect(try StreamLog.outgoing(crossing.there, stream).read(1) == record)
        }
    }

    @Test func `named entries go, due or not, and no others`() async throws {
        try await Crossing.with { crossing async throws in
            let first = try crossing.there.give("1", .outbox, deferredUntil: crossing.clock.time + .seconds(60))
            let second = try crossing.there.give("2", .inbox)
            try crossing.there.give("3", .outbox)
            let report = try await crossing.export(.named([EntryPlace(first, .deferred), EntryPlace(second, .ready)]))
            #expect(report.bundles.map(\.entries) == [[second, first]])
        }
    }

    @Test func `nothing to export burns no number`() async throws {
        try await Crossing.with { crossing async throws in
            #expect(try await crossing.export().bundles.isEmpty)
            #expect(try events(crossing).isEmpty)
            #expect(try Folder.names(crossing.medium).isEmpty)
        }
    }

    @Test func `numbers go up by one, and each bundle remembers those before it`() async throws {
        try await Crossing.with { crossing async throws in
            var digests: [String] = []
            for number in 1...3 {
                try crossing.there.give("\(number)", .outbox)
                let report = try await crossing.export()
                digests.append(try #require(report.bundles.first?.digest))
                let record = try record(try #require(report.bundles.first?.path))
                #expect(record.number == number)
                #expect(record.history.map(\.digest) == Array(digests.dropLast()))
                #expect(record.void.isEmpty)
            }
        }
    }

    @Test func `another destination is another stream`() async throws {
        try await Crossing.with { crossing async throws in
            for name in ["peer", "other"] {
                try crossing.there.give(name, .outbox)
                let report = try await crossing.export(options: ExportOptions(destination: name))
                #expect(report.bundles.map(\.number) == [1])
            }
        }
    }

    /// Stops after so many bytes of payload.
    private func stopping(after limit: Int) -> TransferWatch {
        let passed = Mutex(0)
        return TransferWatch(
            step: { if case .passed(let bytes) = $0 { passed.withLock { $0 += bytes } } },
            isStopped: { passed.withLock { $0 } >= limit })
    }

    @Test func `an interrupted export leaves nothing, and a number that it burnt is void`() async throws {
        try await Crossing.with { crossing async throws in
            let refs = try (1...4).map { try crossing.there.give("\($0)", .outbox, payload: "payload") }
            // A folder gets its entries before it has a number, an archive after.
            for target in [.inside(crossing.medium), .tar(crossing.medium.appending("x.tar"))] as [ExportTarget] {
                await #expect(throws: TransferError.self) {
                    try await crossing.export(to: target, watch: stopping(after: 2000))
                }
                #expect(try Folder.names(crossing.medium).isEmpty)
                for ref in refs {
                    let states = try crossing.there.states(ref)
                    #expect(states == [.deferred] || states == [.ready])
                }
                crossing.clock.advance(by: .seconds(1))
            }
            #expect(try events(crossing).map(\.kind) == [.begun, .void])
            let report = try await crossing.export()
            let record = try record(try #require(report.bundles.first?.path))
            #expect(record.number == 2)
            #expect(record.void == [[1, 1]])
            #expect(record.items.count == 4)
        }
    }

    @Test func `a bundle in a folder that cannot be ended leaves nothing, and its number is void`() async throws {
        try await Crossing.with { crossing async throws in
            let ref = try crossing.there.give("1", .outbox)
            await #expect(throws: FileError.self) {
                try await KernelProbe.with(
                    below: crossing.medium,
                    { (call, path) throws(FileError) in if call == .syncfs { throw FileError(call, path, .ioError) } }
                ) { () async throws in _ = try await crossing.export() }
            }
            #expect(try Folder.names(crossing.medium).isEmpty)
            #expect(try crossing.there.states(ref) == [.deferred])
            #expect(try events(crossing).map(\.kind) == [.begun, .void])
        }
    }

    @Test func `a number whose process died is void as well`() async throws {
        try await Crossing.with { crossing async throws in
            let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
            try StreamLog.outgoing(crossing.there, stream).locked().note([
                StreamEvent(1, .begun, at: crossing.clock.time)
            ])
            try crossing.there.give("1", .outbox)
            let record = try record(try await crossing.bundle())
            #expect(record.number == 2)
            #expect(record.void == [[1, 1]])
            #expect(try events(crossing).map(\.kind) == [.begun, .void, .begun, .complete])
        }
    }

    @Test func `what a dead export left on the medium is swept, and nothing else is`() async throws {
        try await Crossing.with { crossing async throws in
            let dead = crossing.medium.appending(".peer-x-000001.7.spoolctl-partial")
            try Kernel.makeDirectory(dead)
            try OpenFile(dead.appending("bagit.txt"), .create).write([1])
            for name in [".hidden", ".x.partial"] {
                try OpenFile(crossing.medium.appending(name), .create).write([1])
            }
            let alive = try OpenFile.locked(creating: crossing.medium.appending(".x.tar.8.spoolctl-partial"))
            try crossing.there.give("1", .outbox)
            let bundle = try await crossing.bundle()
            #expect(
                Set(try Folder.names(crossing.medium)) == [
                    ".hidden", ".x.partial", ".x.tar.8.spoolctl-partial", bundle.lastComponent?.string ?? "",
                ])
            withExtendedLifetime(alive) {}
        }
    }

    @Test func `a bundle never takes the place of anything`() async throws {
        try await Crossing.with { crossing async throws in
            let ref = try crossing.there.give("1", .outbox)
            let taken = crossing.medium.appending("x.tar")
            try OpenFile(taken, .create).write([1])
            await #expect(throws: TransferError.self) { try await crossing.export(to: .tar(taken)) }
            #expect(try bytes(taken) == [1])
            #expect(try crossing.there.states(ref) == [.ready])
            #expect(try events(crossing).isEmpty)
        }
    }

    @Test func `a stream that breaks leaves the entries where they go on`() async throws {
        try await Crossing.with { crossing async throws in
            let ref = try crossing.there.give("1", .outbox, payload: String(repeating: "x", count: 5000))
            let left = Mutex(4000)
            await #expect(throws: FileError.self) {
                try await crossing.export(
                    to: .stream { bytes in
                        let isFull = left.withLock { left in
                            left -= bytes.count
                            return left < 0
                        }
                        if isFull { throw FileError(.write, "out", .ioError) }
                    })
            }
            #expect(try crossing.there.states(ref) == [.deferred])
            #expect(try events(crossing).map(\.kind) == [.begun, .void])
        }
    }

    @Test func `volumes are split between entries, and each stands alone`() async throws {
        try await Crossing.with { crossing async throws in
            let payload = String(repeating: "x", count: 60_000)
            let large = try crossing.there.give("0", .outbox, payload: String(repeating: "y", count: 200_000))
            for number in 1...5 { try crossing.there.give("\(number)", .outbox, payload: payload) }
            var options = Crossing.standardExport
            options.volumeSize = 165_000
            let report = try await crossing.export(options: options)
            #expect(report.bundles.map(\.entries.count) == [2, 2, 1])
            #expect(report.bundles.map(\.number) == [1, 2, 3])
            #expect(report.refused.map(\.ref) == [large])
            #expect(try crossing.there.states(large) == [.ready])
            for bundle in report.bundles.reversed() {
                let path = try #require(bundle.path)
                let size = try await Tool.run("/usr/bin/du", ["-sb", "--apparent-size", path.string])
                #expect(try #require(Int(size.out.prefix { $0.isNumber })) <= 165_000)
                #expect(try await crossing.take(.folder(path)).imported == bundle.entries)
            }
        }
    }

    @Test func `volumes of an archive carry their numbers`() async throws {
        try await Crossing.with { crossing async throws in
            for number in 1...2 {
                try crossing.there.give("\(number)", .outbox, payload: String(repeating: "x", count: 60_000))
            }
            var options = Crossing.standardExport
            options.volumeSize = 100_000
            try await crossing.export(to: .tar(crossing.medium.appending("x.tar")), options: options)
            #expect(Set(try Folder.names(crossing.medium)) == ["x-000001.tar", "x-000002.tar"])
        }
    }

    @Test func `without volumes one bundle is made, and what does not fit stays ready`() async throws {
        try await Crossing.with { crossing async throws in
            for number in 1...3 { try crossing.there.give("\(number)", .outbox) }
            var options = Crossing.standardExport
            options.limits.entries = 2
            #expect(try await crossing.export(options: options).bundles.map(\.entries.count) == [2])
            #expect(try crossing.there.list(.outbox, .ready).entries.count == 1)
            #expect(try await crossing.export(options: options).bundles.map(\.entries.count) == [1])
        }
    }

    @Test func `two ids that differ in case only never share a bundle`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("ab", .outbox)
            try crossing.there.give("AB", .outbox)
            let bundles = [try await crossing.bundle(), try await crossing.bundle()]
            for bundle in bundles { #expect(try record(bundle).items.count == 1) }
        }
    }

    @Test func `a damaged entry goes to failed, and into no bundle`() async throws {
        try await Crossing.with { crossing async throws in
            let bad = try crossing.there.give("1", .outbox, payload: "payload")
            let good = try crossing.there.give("2", .outbox)
            let path = crossing.there.layout.entry(EntryPlace(bad, .ready))
            try OpenFile(path, .readWrite).write([0], at: 1026)
            let report = try await crossing.export()
            #expect(report.bundles.map(\.entries) == [[good]])
            #expect(report.refused.map(\.ref) == [bad])
            #expect(try crossing.there.states(bad) == [.failed])
        }
    }

    /// Lanes read, copy and move so many.
    @Test(arguments: [true, false]) func `damaged entries among many go to failed, and all others into one bundle`(
        asTar: Bool
    )
        async throws
    {
        try await Crossing.with { crossing async throws in
            let refs = try (100..<300).map { try crossing.there.give("\($0)", .outbox, payload: "payload \($0)") }
            let bad = [refs[0], refs[63], refs[64], refs[199]]
            for ref in bad {
                let path = crossing.there.layout.entry(EntryPlace(ref, .ready))
                try OpenFile(path, .readWrite).write([0], at: 1026)
            }
            let report = try await crossing.export(to: asTar ? .tarInside(crossing.medium) : .inside(crossing.medium))
            #expect(report.bundles.map(\.entries) == [refs.filter { !bad.contains($0) }])
            #expect(Set(report.refused.map(\.ref)) == Set(bad))
            let path = try #require(report.bundles.first?.path)
            let bag = CheckedBag(try BagReader(TransferLimits()).read(asTar ? .tar(path) : .folder(path)))
            #expect(bag.findings.errors.isEmpty)
            #expect(bag.contents.entries.count == 196)
            for ref in refs {
                #expect(try crossing.there.states(ref) == [bad.contains(ref) ? .failed : .exported])
                let events = try crossing.there.history(of: ref.id).map(\.event)
                #expect(events == [bad.contains(ref) ? "failed" : "exported"])
            }
        }
    }

    @Test func `the same entries at the same time give the same bytes`() async throws {
        try await Crossing.with { crossing async throws in
            for number in [2, 1, 3] { try crossing.there.give("\(number)", .outbox, payload: "\(number)") }
            let (first, second) = (StreamTape(), StreamTape())
            // As if it had never been: the log is taken away.
            try await crossing.export(to: .stream(first.drain))
            let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
            TemporaryFolder.empty(StreamLog.outgoing(crossing.there, stream).folder)
            for entry in try crossing.there.list(.outbox, .exported).entries {
                let ready = crossing.there.layout.entry(EntryPlace(entry.ref, .ready))
                try Kernel.rename(crossing.there.layout.entry(entry.place), to: ready)
            }
            try await crossing.export(to: .stream(second.drain))
            #expect(first.bytes == second.bytes)
            #expect(!first.bytes.isEmpty)
        }
    }

    /// As `submit` beside `export`: both claim, neither waits, and what one has the other has not.
    @Test func `beside another stage each entry goes one way only`() async throws {
        try await Crossing.with { crossing async throws in
            let refs = try (1...60).map { try crossing.there.give("\($0)", .outbox) }
            try await withThrowingTaskGroup(of: [EntryRef].self) { group in
                group.addTask {
                    var options = Crossing.standardExport
                    options.limits.entries = 5
                    var packed: [EntryRef] = []
                    while let bundle = try await crossing.export(options: options).bundles.first {
                        packed += bundle.entries
                    }
                    return packed
                }
                group.addTask {
                    try await BlockingPool.shared.run {
                        var list = WorkList(crossing.there, .outbox)
                        var done: [EntryRef] = []
                        while case let claims = try list.next(3), !claims.isEmpty {
                            for claim in claims {
                                try claim.done()
                                done.append(claim.ref)
                            }
                        }
                        return done
                    }
                }
                var all: [EntryRef] = []
                for try await some in group { all += some }
                #expect(all.sorted() == refs.sorted())
            }
            for ref in refs {
                let states = try crossing.there.states(ref)
                #expect(states == [.exported] || states == [.done])
            }
            #expect(try crossing.there.verify().problems.isEmpty)
        }
    }
}
