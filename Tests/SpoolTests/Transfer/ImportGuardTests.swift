import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// What an import never does, whatever is brought to it: look twice, hold more than it should, say more than is on the disk.
@Suite struct ImportGuardTests {
    /// Whoever brought it may have died between a rename and the sync behind it.
    @Test func `what is here already is made durable before the log says that it has come`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .outbox)
            let bundle = try await crossing.bundle()
            try await crossing.take(.folder(bundle))
            TemporaryFolder.empty(crossing.here.layout.transfer)
            let calls = try await KernelProbe.trace(below: crossing.here.layout.root) { () async throws in
                try await crossing.take(.folder(bundle))
            }
            let log = "write transfer/incoming/\(crossing.there.id)/peer/log"
            let line = try #require(calls.firstIndex { "\($0)" == log })
            for folder in ["outbox/ready", "outbox/deferred"] {
                #expect(try #require(calls.firstIndex { "\($0)" == "fsync \(folder)" }) < line)
            }
        }
    }

    /// What was verified is what is committed: nobody can change it between.
    @Test(arguments: [true, false])
    func `each file of a bundle is opened once, and is not looked at again`(asTar: Bool) async throws {
        try await Crossing.with { crossing async throws in
            for number in 1...3 { try crossing.there.give("\(number)", .outbox, payload: "payload \(number)") }
            let report = try await crossing.export(to: asTar ? .tarInside(crossing.medium) : .inside(crossing.medium))
            let path = try #require(report.bundles.first?.path)
            let opened = Mutex<[FilePath: Int]>([:])
            let probe: Kernel.Probe = { (call, path) throws(FileError) in
                if call == .open { opened.withLock { $0[path, default: 0] += 1 } }
            }
            _ = try await KernelProbe.withAsync(below: crossing.medium, probe) {
                try await crossing.take(asTar ? .tar(path) : .folder(path))
            }
            // Folders have no suffix.
            let files = opened.withLock { $0.filter { $0.key.extension != nil } }
            #expect(files.values.allSatisfy { $0 == 1 } && files.count == (asTar ? 1 : 8), "\(files)")
        }
    }

    @Test func `of void numbers, however many a bundle tells, only the last ones are noted`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .outbox)
            let bundle = try await crossing.bundle()
            let editor = BagEditor(bundle)
            try editor.edit(.info) { $0.replacing("peer/1\n", with: "peer/70000\n") }
            try editor.edit(.transfer) {
                $0.replacing("\"number\":1,", with: "\"number\":70000,").replacing(
                    "\"void\":[]", with: "\"void\":[[1,20000],[20002,40000],[69998,69999]]")
            }
            try await crossing.take(.folder(bundle))
            let status = try #require(try crossing.here.arrivedStatus().first)
            #expect(status.void.description == "30003-40000, 69998-69999")
            #expect(status.missing.count == 69_999 - 10_000)
        }
    }

    @Test func `a file that changes while its bundle is read is refused by name`() async throws {
        try await Crossing.with { crossing async throws in
            for number in 1...2 { try crossing.there.give("\(number)", .outbox, payload: "payload \(number)") }
            let bundle = try await crossing.bundle()
            let changed = bundle.pushing("data/outbox/joe-2.entry")
            let isDone = Mutex(false)
            // Between the look at all names and the opening of this one.
            let probe: Kernel.Probe = { (call, path) throws(FileError) in
                guard call == .open, path == changed, !isDone.withLock({ $0 }) else { return }
                isDone.withLock { $0 = true }
                try OpenFile(changed, .append).write([0x20])
            }
            let refusal = try await KernelProbe.withAsync(below: bundle, probe) {
                try await crossing.refusal(.folder(bundle))
            }
            #expect(refusal == "data/outbox/joe-2.entry: changed while the bundle was read")
            #expect(try crossing.countHere() == 0)
        }
    }

    @Test func `what is for a queue that is not here is refused by name`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .outbox)
            var forge = try Forge(try await crossing.bundle())
            forge.change(Forge.first) { $0.name = "data/outbox.second/joe-1.entry" }
            forge.replace("\"queue\":\"outbox\"", by: "\"queue\":\"outbox.second\"", in: "transfer.json")
            forge.seal()
            let bundle = crossing.medium.appending("forged")
            try forge.folder(at: bundle)
            #expect(CheckedBag(try BagReader(TransferLimits()).read(.folder(bundle))).findings.errors.isEmpty)
            let refusal = try await crossing.refusal(.folder(bundle))
            #expect(refusal == "outbox.second/joe-1: this spool has no queue 'outbox.second'")
            #expect(try crossing.countHere() == 0)
        }
    }
}
