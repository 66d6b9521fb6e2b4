// A medium that fails under the real stages, between the real servers: the stage says on which file and why, keeps what it
// has, and goes on by itself when the trouble is over.

import MockTruStar
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct TroubleTests {
    struct Trouble: Sendable, CustomTestStringConvertible {
        let call: FileError.Call
        let errno: Errno
        /// Only every so many of these calls fail.
        var every = 1

        var testDescription: String { "\(call.rawValue): \(errno), one of \(every)" }
    }

    private static let troubles = [
        Trouble(call: .fsync, errno: .ioError), Trouble(call: .fsync, errno: .ioError, every: 7),
        Trouble(call: .write, errno: .ioError), Trouble(call: .write, errno: .noSpace, every: 5),
        Trouble(call: .read, errno: .ioError), Trouble(call: .read, errno: .ioError, every: 4),
        Trouble(call: .rename, errno: .ioError, every: 3), Trouble(call: .rename, errno: .noSpace),
    ]

    /// One pass of each stage meets the trouble, with what the stage before it did in sound times.
    @Test(arguments: troubles)
    func `a failing medium loses nothing, doubles nothing, and is named`(trouble: Trouble) async throws {
        try await withScene(analyses: 6) { (scene) async throws in
            var said: [String] = []
            for stage in [Settings.Stage.fetch, .map, .submit] {
                do {
                    let report = try await failing(trouble, scene) { try await scene.connector.once(stage) }
                    if let halt = report.halt { said.append(halt.reason) }
                } catch let error as StoreError {
                    // The ledger could not even be opened.
                    said.append(error.message)
                }
                // Tried again at once nothing would be ready: what the trouble hit is due after `settle`.
                await scene.advance(.seconds(120))
                _ = try await scene.connector.once(stage)
            }
            let root = scene.spool.layout.root.string
            let reason = FileError(trouble.call, "", trouble.errno).reason
            #expect(said.contains { $0.contains(root) && $0.contains(reason) } || trouble.call == .read, "\(said)")
            try await scene.rounds(limit: 8)
            try Oracle.check(scene, "\(trouble.testDescription)")
            #expect(try scene.spool.verify().problems.isEmpty)
        }
    }

    private func failing(_ trouble: Trouble, _ scene: Scene, _ body: () async throws -> PassReport) async throws
        -> PassReport
    {
        let count = Atomic<Int>(0)
        return try await KernelProbe.with(
            below: scene.spool.layout.root,
            { (call, path) throws(FileError) in
                guard call == trouble.call else { return }
                let number = count.add(1, ordering: .sequentiallyConsistent).newValue
                if number.isMultiple(of: trouble.every) { throw FileError(call, path, trouble.errno) }
            }, body)
    }

    @Test func `one entry on a bad sector delays nobody and is given up at last`() async throws {
        try await withScene(analyses: 12) { (scene) async throws in
            _ = try await scene.connector.once(.fetch)
            let entries = try scene.spool.list(.inbox, .ready).entries
            let bad = try #require(entries.first?.ref)
            var passes = 0
            while try scene.spool.states(bad) != [.failed], passes < 200 {
                try await KernelProbe.with(
                    below: scene.spool.layout.root,
                    { (call, path) throws(FileError) in
                        guard call == .read, path.lastComponent?.string == bad.id.fileName else { return }
                        throw FileError(call, path, .ioError)
                    },
                    { () async throws in
                        let report = try await scene.connector.once(.map)
                        #expect(report.halt == nil)
                        if passes == 0 { #expect(report.done == entries.count - 1 && report.deferred == 1) }
                    })
                passes += 1
                await scene.advance(.seconds(3600))
            }
            #expect(try scene.spool.states(bad) == [.failed])
            #expect(scene.spool.tries(bad)?.code == "unreadable")
            #expect(scene.spool.tries(bad)?.error?.contains("medium is failing") == true)
            // The disk was mended.
            try scene.spool.requeue(bad)
            try await scene.rounds()
            try Oracle.check(scene)
        }
    }

    /// It cannot be written down that a report was submitted: that is no dead worker.
    @Test func `work that cannot be written down is done again, and counts as no crash`() async throws {
        try await withScene(analyses: 4) { (scene) async throws in
            for stage in [Settings.Stage.fetch, .map] { _ = try await scene.connector.once(stage) }
            let count = try scene.spool.list(.outbox, .ready).entries.count
            for _ in 0..<4 {
                let isFirst = Atomic<Bool>(true)
                try await KernelProbe.with(
                    below: scene.spool.layout.root,
                    { (call, path) throws(FileError) in
                        guard call == .rename, path.string.contains("/outbox/active/") else { return }
                        let fails = isFirst.exchange(false, ordering: .sequentiallyConsistent)
                        if fails { throw FileError(call, path, .ioError) }
                    },
                    { () async throws in
                        #expect(try await scene.connector.once(.submit).halt?.reason.contains("outbox/active") == true)
                    })
                await scene.advance(.seconds(3600))
            }
            #expect(try scene.spool.list(.outbox, .hold).entries.isEmpty)
            try await scene.rounds()
            try Oracle.check(scene)
            #expect(scene.trustar.reports.count == count)
        }
    }
}
