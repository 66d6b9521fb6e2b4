import Glibc
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Several workers, threads and processes, on one spool: what keeps them apart is the file system alone.
@Suite struct RaceTests {
    private static let count = 60

    @Test func `each entry is claimed by exactly one of several processes`() async throws {
        try await withSpool { (spool, _) async throws in
            for number in 1...Self.count { try spool.give("\(number)") }
            let root = spool.layout.root.string
            await withTaskGroup(of: Void.self) { group in
                for worker in 1...3 {
                    let name = "worker-\(worker)"
                    group.addTask {
                        await #expect(processExitsWith: .success) { [root = root as String, name = name as String] in
                            try RaceTests.work(root, name)
                        }
                    }
                }
            }
            var lines: [String] = []
            for worker in 1...3 {
                let path = spool.layout.root.removingLastComponent().appending("worker-\(worker)")
                try LineReader(path).forEach { lines.append($0) }
            }
            #expect(lines.count == Self.count)
            #expect(Set(lines).count == Self.count)
            #expect(try spool.list(.inbox, .done).entries.count == Self.count)
            #expect(try spool.verify().problems.isEmpty)
        }
    }

    /// Claims in small batches until there is nothing left, and writes down what it got; recovers as it goes, as stages do.
    private static func work(_ root: String, _ name: String) throws {
        let clock = TestClock()
        let spool = try SpoolStore.open(FilePath(root), program: "test", now: clock.now)
        let log = spool.layout.root.removingLastComponent().appending(name)
        try OpenFile(log, .create).write([])
        var list = WorkList(spool, .inbox)
        while true {
            _ = try spool.recover(.inbox)
            let claims = try list.next(2)
            if claims.isEmpty { return }
            for claim in claims {
                try WholeFile.append("\(claim.ref)", to: log, synced: false)
                try claim.done()
            }
        }
    }

    /// Who has what, and how often two had the same.
    private final class Held: Sendable {
        private let state = Mutex<(refs: Set<EntryRef>, doubles: Int)>(([], 0))

        func take(_ ref: EntryRef) { state.withLock { if !$0.refs.insert(ref).inserted { $0.doubles += 1 } } }
        func giveBack(_ ref: EntryRef) { state.withLock { _ = $0.refs.remove(ref) } }
        var doubles: Int { state.withLock(\.doubles) }
    }

    @Test func `threads that claim, put back and hold never lose or double an entry`() async throws {
        try await withSpool { (spool, clock) async throws in
            for number in 1...20 { try spool.give("\(number)") }
            let held = Held()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<3 {
                    group.addTask {
                        try await BlockingPool.shared.run {
                            var random = SeededRandom(seed: UInt64(worker))
                            var list = WorkList(spool, .inbox)
                            for _ in 0..<12 {
                                for claim in try list.next(3) {
                                    held.take(claim.ref)
                                    held.giveBack(claim.ref)
                                    if Bool.random(using: &random) {
                                        try claim.putBack()
                                    } else {
                                        try claim.deferred(until: clock.time)
                                    }
                                }
                            }
                        }
                    }
                }
                group.addTask {
                    try await BlockingPool.shared.run {
                        for number in 1...20 {
                            let ref = EntryRef(.inbox, SpoolStore.id("\(number)"))
                            // A worker has it, or it is just moving: the operator would try again.
                            guard (try? spool.hold(ref)) != nil else { continue }
                            try spool.release(ref)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(held.doubles == 0)
            for number in 1...20 {
                #expect(try spool.states(EntryRef(.inbox, SpoolStore.id("\(number)"))) == [.deferred])
            }
            #expect(try spool.verify().problems.isEmpty)
        }
    }

    @Test func `of several births of one name, one is made`() async throws {
        try await withSpool { (spool, _) async throws in
            let born = try await withThrowingTaskGroup(of: Int.self) { group in
                for worker in 0..<4 {
                    group.addTask {
                        try await BlockingPool.shared.run {
                            var born = 0
                            for number in 1...10 {
                                do throws(StoreError) {
                                    try spool.give("\(number)", payload: "\(worker)")
                                    born += 1
                                } catch {
                                    guard error.code == .exists else { throw error }
                                }
                            }
                            return born
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(born == 10)
            #expect(try spool.list(.inbox, .ready).entries.count == 10)
            #expect(try spool.verify().problems.isEmpty)
        }
    }
}
