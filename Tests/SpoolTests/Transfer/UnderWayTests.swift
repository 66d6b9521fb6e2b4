import Dispatch
import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// What changes or fails while many files are on their way together.
@Suite struct UnderWayTests {
    /// Does something once, right before the first call of a kind on a file of this name.
    private func once(
        _ call: FileError.Call, _ name: String, _ act: @escaping @Sendable (FilePath) throws(FileError) -> Void
    )
        -> Kernel.Probe
    {
        let isDone = Atomic(false)
        return { (made, path) throws(FileError) in
            guard made == call, path.lastComponent?.string == name, !isDone.exchange(true, ordering: .relaxed) else {
                return
            }
            try act(path)
        }
    }

    private func refs(_ crossing: Crossing, _ numbers: Range<Int>) throws -> [EntryRef] {
        try numbers.map {
            try crossing.there.give("\($0)", .outbox, payload: String(repeating: "payload \($0) ", count: 99))
        }
    }

    /// What was claimed waits to be claimed again, and what comes after it never was.
    private func expectGivenBack(_ refs: [EntryRef], in crossing: Crossing) throws {
        let states = try refs.map { try crossing.there.states($0) }
        let claimed = states.prefix { $0 == [.deferred] }.count
        #expect((1..<refs.count).contains(claimed))
        #expect(states.dropFirst(claimed).allSatisfy { $0 == [.ready] })
    }

    @Test(arguments: ["joe-150.entry", "manifest-sha256.txt"])
    func `a file of a bundle that becomes shorter while it is read is refused by name`(name: String) async throws {
        try await Crossing.with { crossing in
            _ = try refs(crossing, 100..<200)
            let bundle = try await crossing.bundle()
            let shorten = once(.read, name) { path in _ = path.withPlatformString { truncate($0, 40) } }
            let error = #expect(throws: TransferError.self) {
                try KernelProbe.with(below: bundle, shorten) { try BagReader(TransferLimits()).read(.folder(bundle)) }
            }
            #expect(error?.message.contains(name) == true)
            #expect(error?.message.contains("became shorter") == true)
        }
    }

    @Test func `an entry that becomes shorter while it is copied goes to failed, and into no bundle`() async throws {
        try await Crossing.with { crossing in
            let refs = try refs(crossing, 100..<200)
            let name = "joe-150.entry"
            let source = crossing.there.layout.entry(EntryPlace(refs[50], .active))
            let shorten = once(.open, name) { _ in _ = source.withPlatformString { truncate($0, 40) } }
            let report = try await KernelProbe.with(below: crossing.medium, shorten) { () async throws in
                try await crossing.export()
            }
            #expect(report.refused.map(\.ref) == [refs[50]])
            #expect(try crossing.there.states(refs[50]) == [.failed])
            let bundle = try #require(report.bundles.first?.path)
            let bag = CheckedBag(try BagReader(TransferLimits()).read(.folder(bundle)))
            #expect(bag.findings == BagFindings())
            #expect(bag.contents.entries.count == 99)
        }
    }

    @Test func `an entry that cannot be read ends the export, and all that was claimed goes back`() async throws {
        try await Crossing.with { crossing in
            let refs = try refs(crossing, 100..<200)
            let fail = once(.read, "joe-150.entry") { (path) throws(FileError) in throw FileError(.read, path, .ioError)
            }
            await #expect(throws: StoreError.self) {
                try await KernelProbe.with(below: crossing.there.layout.root, fail) { () async throws in
                    _ = try await crossing.export()
                }
            }
            try expectGivenBack(refs, in: crossing)
            #expect(try Folder.names(crossing.medium).isEmpty)
        }
    }

    @Test func `told to stop, an export looks into no more entries`() async throws {
        try await Crossing.with { crossing in
            let refs = try refs(crossing, 100..<300)
            let asked = Atomic(0)
            let read = Atomic(0)
            let watch = TransferWatch(isStopped: { asked.add(1, ordering: .relaxed).newValue > 20 })
            let error = await #expect(throws: TransferError.self) {
                try await KernelProbe.with(
                    below: crossing.there.layout.root,
                    { (call, path) throws(FileError) in
                        if call == .read, path.extension == "entry" { read.add(1, ordering: .relaxed) }
                    }
                ) { () async throws in _ = try await crossing.export(watch: watch) }
            }
            #expect(error?.code == .interrupted)
            // The envelope and the payload of each.
            #expect((2...2 * 20).contains(read.load(ordering: .relaxed)))
            try expectGivenBack(refs, in: crossing)
        }
    }

    /// A drain that took too long: what has its name by then is a bundle, and its entries are in it.
    @Test func `a bundle that is complete counts, although its export was cancelled meanwhile`() async throws {
        try await Crossing.with { crossing in
            let refs = try refs(crossing, 100..<110)
            let (syncs, syncing) = AsyncStream.makeStream(of: Void.self)
            let cancelled = DispatchSemaphore(value: 0)
            let export = Task {
                try await KernelProbe.with(
                    below: crossing.medium,
                    { (call, _) throws(FileError) in
                        guard call == .syncfs else { return }
                        syncing.yield()
                        _ = cancelled.wait(timeout: .now() + 20)
                    }
                ) { () async throws in try await crossing.export() }
            }
            for await _ in syncs { break }
            export.cancel()
            cancelled.signal()
            let report = try await export.value
            #expect(report.bundles.map(\.entries) == [refs])
            for ref in refs { #expect(try crossing.there.states(ref) == [.exported]) }
            let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
            let sent = SentNumbers(try StreamLog.outgoing(crossing.there, stream).events())
            #expect(sent.complete.map(\.number) == [1])
        }
    }

    @Test func `an entry that cannot be moved is told of, and the others are moved and noted`() async throws {
        try await Crossing.with { crossing in
            let refs = try refs(crossing, 100..<200)
            let fail = once(.utimens, "joe-150.entry") { (path) throws(FileError) in
                throw FileError(.utimens, path, .ioError)
            }
            await #expect(throws: StoreError.self) {
                try await KernelProbe.with(below: crossing.there.layout.root, fail) { () async throws in
                    _ = try await crossing.export()
                }
            }
            for ref in refs where ref != refs[50] {
                #expect(try crossing.there.states(ref) == [.exported])
                #expect(try crossing.there.history(of: ref.id).map(\.event) == ["exported"])
            }
            // It goes once more, and its receiver knows it.
            #expect(try crossing.there.states(refs[50]) == [.deferred])
            #expect(try crossing.there.history(of: refs[50].id).isEmpty)
        }
    }

    @Test func `what is too much is refused before anything of it is written`() async throws {
        try await Crossing.with { crossing in
            _ = try refs(crossing, 100..<110)
            let path = crossing.medium.appending("x.tar")
            try await crossing.export(to: .tar(path))
            var options = ImportOptions()
            options.limits.bytes = 9 * (1024 + 99 * 12)
            let calls = try await KernelProbe.trace(below: crossing.here.layout.root) { () async throws in
                #expect(try await crossing.refusal(.tar(path), options: options)?.contains("max_bundle_bytes") == true)
            }
            #expect(calls.filter { $0.path.string.contains("outbox/tmp") && $0.call == .write }.isEmpty)
        }
    }
}
