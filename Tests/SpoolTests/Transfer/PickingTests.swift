import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// What an export picks, what of it is to be had, and what becomes of the rest.
@Suite struct PickingTests {
    private func events(_ crossing: Crossing) throws -> [StreamEvent] {
        let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
        return try StreamLog.outgoing(crossing.there, stream).events()
    }

    /// As old as before: the oldest go first.
    private func damage(_ ref: EntryRef, in spool: SpoolStore) throws {
        let file = try OpenFile(spool.layout.entry(EntryPlace(ref, .ready)), .readWrite)
        let modified = try file.status().modified
        try file.write([0], at: 1026)
        try file.setModified(modified)
    }

    /// Does something once, right before the first call of a kind on the medium.
    private func once(_ call: FileError.Call, _ act: @escaping @Sendable () throws -> Void) -> Kernel.Probe {
        let isDone = Atomic(false)
        return { (made, path) throws(FileError) in
            guard made == call, !isDone.exchange(true, ordering: .relaxed) else { return }
            do {
                try act()
            } catch {
                Issue.record(error)
            }
        }
    }

    @Test func `what cannot go makes room for what waits behind it`() async throws {
        try await Crossing.with { crossing in
            let refs = try (1...3).map { try crossing.there.give("\($0)", .outbox, payload: "payload") }
            for ref in refs.prefix(2) { try damage(ref, in: crossing.there) }
            var options = Crossing.standardExport
            options.limits.entries = 1
            let report = try await crossing.export(options: options)
            #expect(report.bundles.map(\.entries) == [[refs[2]]])
            #expect(Set(report.refused.map(\.ref)) == Set(refs.prefix(2)))
            #expect(try Folder.names(crossing.medium).count == 1)
        }
    }

    @Test(arguments: [true, false])
    func `when nothing that was picked is to be had, no number is burnt and no file stays`(hasVolumes: Bool)
        async throws
    {
        try await Crossing.with { crossing in
            let refs = try (1...3).map { try crossing.there.give("\($0)", .outbox, payload: "payload") }
            for ref in refs { try damage(ref, in: crossing.there) }
            var options = Crossing.standardExport
            options.volumeSize = hasVolumes ? 100_000 : nil
            #expect(try await crossing.export(options: options).bundles.isEmpty)
            #expect(try events(crossing).isEmpty)
            #expect(try Folder.names(crossing.medium).isEmpty)
        }
    }

    /// Locked where they are, as by somebody who has stopped right before the rename.
    @Test(.timeLimit(.minutes(1)))
    func `entries that nobody can have do not make an export go on for ever`() async throws {
        try await Crossing.with { crossing in
            let refs = try (1...3).map { try crossing.there.give("\($0)", .outbox) }
            let files = try refs.map { try OpenFile(crossing.there.layout.entry(EntryPlace($0, .ready)), .read) }
            for file in files { #expect(try file.tryLock()) }
            var options = Crossing.standardExport
            options.volumeSize = 100_000
            let report = try await crossing.export(options: options)
            #expect(report.bundles.isEmpty && report.refused.isEmpty)
            for ref in refs { #expect(try crossing.there.states(ref) == [.ready]) }
            withExtendedLifetime(files) {}
        }
    }

    /// Its size was what it was picked by.
    @Test func `another entry of the same name, larger than what was picked, waits for the next bundle`() async throws {
        try await Crossing.with { crossing in
            let there = crossing.there
            let ref = try there.give("1", .outbox, payload: "small")
            let other = try there.give("2", .outbox, payload: "small")
            let replace = once(.mkdir) {
                try there.drop(EntryPlace(ref, .ready))
                try there.give("1", .outbox, payload: String(repeating: "large", count: 1000))
            }
            let report = try await KernelProbe.with(below: crossing.medium, replace) { () async throws in
                try await crossing.export()
            }
            #expect(report.bundles.map(\.entries) == [[other]])
            #expect(try there.states(ref) == [.deferred])
            #expect(try await crossing.export().bundles.map(\.entries) == [[ref]])
        }
    }

    @Test func `a name that comes twice is one entry, and what was named and does not fit is said`() async throws {
        try await Crossing.with { crossing in
            let places = try (1...3).map { EntryPlace(try crossing.there.give("\($0)", .outbox), .ready) }
            let twice = try await crossing.export(.named([places[0], places[0]]))
            #expect(twice.bundles.map(\.entries) == [[places[0].ref]])
            #expect(twice.refused.isEmpty)
            var options = Crossing.standardExport
            options.limits.entries = 1
            let report = try await crossing.export(.named(Array(places[1...])), options: options)
            #expect(report.bundles.map(\.entries) == [[places[1].ref]])
            #expect(report.refused.map(\.ref) == [places[2].ref])
            #expect(report.refused.first?.reason.contains("does not fit") == true)
            #expect(try crossing.there.states(places[2].ref) == [.ready])
        }
    }

    @Test func `a name of ours that is taken costs its number, and the next export goes on behind it`() async throws {
        try await Crossing.with { crossing in
            try crossing.there.give("1", .outbox)
            let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
            try Kernel.makeDirectory(crossing.medium.appending(stream.bundleName(1)))
            let error = await #expect(throws: TransferError.self) { try await crossing.export() }
            #expect(error?.code == .exists)
            #expect(try events(crossing).map(\.kind) == [.void])
            #expect(try await crossing.export().bundles.map(\.number) == [2])
        }
    }

    @Test(arguments: [true, false])
    func `what is expected is what the bundle has, although some of it was damaged`(asTar: Bool) async throws {
        try await Crossing.with { crossing in
            let refs = try (1...4).map { try crossing.there.give("\($0)", .outbox, payload: "payload") }
            try damage(refs[1], in: crossing.there)
            let expected = Mutex(0)
            let watch = TransferWatch(step: { step in
                if case .expect(let bytes) = step { expected.withLock { $0 += bytes } }
            })
            let report = try await crossing.export(
                to: asTar ? .tarInside(crossing.medium) : .inside(crossing.medium), watch: watch)
            #expect(report.bundles.map(\.bytes) == [expected.withLock { $0 }])
        }
    }

    @Test func `a file that should not be in a bundle, and cannot be removed, ends it`() async throws {
        try await Crossing.with { crossing in
            let refs = try (1...3).map { try crossing.there.give("\($0)", .outbox, payload: "payload") }
            try damage(refs[1], in: crossing.there)
            let isFirst = Atomic(true)
            let error = await #expect(throws: FileError.self) {
                try await KernelProbe.with(
                    below: crossing.medium,
                    { (call, path) throws(FileError) in
                        guard call == .unlink, path.lastComponent?.string == refs[1].id.fileName,
                            isFirst.exchange(false, ordering: .relaxed)
                        else { return }
                        throw FileError(call, path, .notPermitted)
                    }
                ) { () async throws in _ = try await crossing.export() }
            }
            #expect(error?.call == .unlink)
            #expect(try Folder.names(crossing.medium).isEmpty)
            #expect(try crossing.there.states(refs[0]) == [.deferred])
            #expect(try crossing.there.states(refs[1]) == [.failed])
        }
    }

    @Test func `a medium that fails is what is told, and not what tidying up after it met`() async throws {
        try await Crossing.with { crossing in
            try crossing.there.give("1", .outbox, payload: "payload")
            let error = await #expect(throws: FileError.self) {
                try await KernelProbe.with(
                    below: crossing.medium,
                    { (call, path) throws(FileError) in
                        if call == .write || call == .unlink { throw FileError(call, path, .ioError) }
                    }
                ) { () async throws in _ = try await crossing.export() }
            }
            #expect(error?.call == .write)
        }
    }

    @Test func `a partial folder that a sweep takes before its lock is held is made again`() async throws {
        try await Crossing.with { crossing in
            let ref = try crossing.there.give("1", .outbox)
            let medium = crossing.medium
            let sweep = once(.flock) {
                for name in try Folder.names(medium) { PartialName.remove(medium.appending(name)) }
            }
            let report = try await KernelProbe.with(below: medium, sweep) { () async throws in
                try await crossing.export()
            }
            #expect(report.bundles.map(\.entries) == [[ref]])
            #expect(try Folder.names(medium).count == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a medium that never knows its folders again ends the export, and is not filled with them`() async throws {
        try await Crossing.with { crossing in
            let ref = try crossing.there.give("1", .outbox)
            let medium = crossing.medium
            let error = await #expect(throws: FileError.self) {
                try await KernelProbe.with(
                    below: medium,
                    { (call, path) throws(FileError) in if call == .flock { try Kernel.removeDirectory(path) } }
                ) { () async throws in _ = try await crossing.export() }
            }
            #expect(error?.call == .flock)
            #expect(try Folder.names(medium).isEmpty)
            #expect(try crossing.there.states(ref) == [.ready])
        }
    }
}
