import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// Media that fill up, turn read-only or break while a bundle is written to them or read from them.
@Suite struct MediaTests {
    private static let troubles: [Errno] = [.noSpace, .readOnlyFileSystem, .ioError]

    /// Fails every call on the medium from one on: a medium that is gone stays gone.
    private final class Breaking: Sendable {
        private let count = Mutex(0)
        private let index: Int
        private let error: Errno
        private let isForGood: Bool

        init(at index: Int, _ error: Errno, forGood: Bool) {
            (self.index, self.error, isForGood) = (index, error, forGood)
        }

        var hasBroken: Bool { count.withLock { $0 > index } }

        var probe: Kernel.Probe {
            { (call, path) throws(FileError) in
                let number = self.count.withLock { count in
                    defer { count += 1 }
                    return count
                }
                if number == self.index || self.isForGood && number > self.index {
                    throw FileError(call, path, self.error)
                }
            }
        }
    }

    private func complete(_ crossing: Crossing) throws -> [String] {
        try Folder.names(crossing.medium).filter { !PartialName.isOne($0) }
    }

    /// Breaks at each call in turn; the entries go on after each.
    private func breaking(_ error: Errno, asTar: Bool, forGood: Bool) async throws {
        try await Crossing.with { crossing in
            let target: ExportTarget = asTar ? .tarInside(crossing.medium) : .inside(crossing.medium)
            let refs = try (1...2).map { try crossing.there.give("\($0)", .outbox, payload: "payload") }
            var failures = 0
            for index in 0... {
                let breaking = Breaking(at: index, error, forGood: forGood)
                crossing.clock.advance(by: .seconds(60))
                do {
                    _ = try await KernelProbe.withAsync(below: crossing.medium, breaking.probe) {
                        try await crossing.export(to: target)
                    }
                    #expect(try complete(crossing).count == 1)
                    guard breaking.hasBroken else { break }
                    // Only tidying up was disturbed: once more from the beginning.
                    for ref in refs {
                        try crossing.there.hold(ref)
                        try crossing.there.release(ref)
                    }
                    for name in try Folder.names(crossing.medium) {
                        PartialName.remove(crossing.medium.appending(name))
                    }
                } catch {
                    failures += 1
                    #expect(breaking.hasBroken, "\(error)")
                    for ref in refs {
                        let states = try crossing.there.states(ref)
                        #expect(states == [.deferred] || states == [.ready], "call \(index)")
                    }
                    // On a medium that only stumbled nothing is left that looks like a bundle.
                    if !forGood { #expect(try complete(crossing).isEmpty, "call \(index)") }
                    for name in try Folder.names(crossing.medium) {
                        PartialName.remove(crossing.medium.appending(name))
                    }
                }
            }
            #expect(failures > 10)
            let name = try #require(try complete(crossing).first)
            let path = crossing.medium.appending(name)
            let taken = try await crossing.take(asTar ? .tar(path) : .folder(path))
            #expect(taken.imported == refs)
        }
    }

    @Test(arguments: troubles, [true, false])
    func `an export that a medium breaks leaves no bundle, and its entries go on`(error: Errno, asTar: Bool)
        async throws
    {
        try await breaking(error, asTar: asTar, forGood: false)
    }

    @Test(arguments: [true, false])
    func `a medium that is gone for good costs nothing but the bundle`(asTar: Bool) async throws {
        try await breaking(.ioError, asTar: asTar, forGood: true)
    }

    @Test(arguments: [true, false])
    func `a bundle that cannot be read anywhere is not taken, and can be later`(asTar: Bool) async throws {
        try await Crossing.with { crossing in
            for number in 1...2 { try crossing.there.give("\(number)", .outbox, payload: "payload") }
            let report = try await crossing.export(to: asTar ? .tarInside(crossing.medium) : .inside(crossing.medium))
            let path = try #require(report.bundles.first?.path)
            let location: BundleLocation = asTar ? .tar(path) : .folder(path)
            for index in 0... {
                let breaking = Breaking(at: index, .ioError, forGood: false)
                do {
                    let taken = try await KernelProbe.withAsync(below: crossing.medium, breaking.probe) {
                        try await crossing.take(location)
                    }
                    #expect(taken.imported.count == 2 && index > 3)
                    break
                } catch {
                    #expect(breaking.hasBroken)
                    #expect(try crossing.countHere() == 0, "call \(index)")
                }
            }
        }
    }
}
