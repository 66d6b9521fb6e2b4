import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

/// Each call of each operation fails in turn: the spool is in a legal state afterwards, what was acknowledged is there once
/// and whole, and the operation can be done again.
@Suite struct FaultTests {
    enum Operation: String, CaseIterable, Sendable {
        case birth, birthAndLine, claims, done, deferred, failed, requeue, release, hold, drop, recover, rebuild, prune
    }

    private static let payload = "{\"some\":\"payload\"}"

    /// What an operation needs beside 5 (ready) and 6 (claimed): 1 is done, 2 failed, 3 on hold, 4 deferred.
    private func numbers(_ operation: Operation) -> [Int] {
        switch operation {
        case .prune: [1, 5, 6]
        case .requeue: [2, 5, 6]
        case .release: [3, 5, 6]
        case .claims, .rebuild: [4, 5, 6]
        case .birth, .birthAndLine, .done, .deferred, .failed, .hold, .drop, .recover: [5, 6]
        }
    }

    /// Hands over the claim of 6.
    private func prepare(_ spool: SpoolStore, _ numbers: [Int]) throws -> Claim {
        for number in numbers {
            let ref = try spool.give("\(number)", payload: Self.payload)
            try spool.noteTaken(ref.id, digest: nil)
            guard number < 5 else { continue }
            let claim = try #require(try spool.claim(EntryPlace(ref, .ready)))
            switch number {
            case 1: try claim.done()
            case 2: try claim.failed()
            case 3: try claim.held()
            default: try claim.deferred(until: spool.now())
            }
        }
        return try #require(try spool.claim(EntryPlace(EntryRef(.inbox, SpoolStore.id("6")), .ready)))
    }

    private func perform(_ operation: Operation, _ spool: SpoolStore, _ claim: inout Claim?) throws {
        func ref(_ webid: String) -> EntryRef { EntryRef(.inbox, SpoolStore.id(webid)) }
        switch operation {
        case .birth: try spool.give("7", payload: Self.payload)
        case .birthAndLine:
            try spool.give("7", payload: Self.payload)
            try spool.noteTaken(SpoolStore.id("7"), digest: nil)
        case .claims:
            var list = WorkList(spool, .inbox)
            _ = try list.next(5)
        case .done: try claim?.done()
        case .deferred: try claim?.deferred(until: spool.now() + .seconds(9))
        case .failed: try claim?.failed()
        case .requeue: try spool.requeue(ref("2"))
        case .release: try spool.release(ref("3"))
        case .hold: try spool.hold(ref("5"))
        case .drop: try spool.drop(EntryPlace(ref("5"), .ready))
        case .recover:
            claim = nil
            _ = try spool.recover(.inbox)
        case .rebuild:
            try Kernel.unlink(spool.layout.ledger("joe"))
            _ = try spool.rebuildLedger("joe")
        case .prune: _ = try spool.prune(PruneRule(keepBytes: 0))
        }
    }

    /// Where an operation that answered must have brought its entry.
    private func check(_ operation: Operation, _ spool: SpoolStore) throws {
        func states(_ webid: String) throws -> [EntryState] { try spool.states(EntryRef(.inbox, SpoolStore.id(webid))) }
        switch operation {
        case .birth, .birthAndLine: #expect(try states("7") == [.ready])
        case .claims: #expect(try states("5") == [.active])
        case .done: #expect(try states("6") == [.done])
        case .deferred, .recover: #expect(try states("6") == [.deferred])
        case .failed: #expect(try states("6") == [.failed])
        case .requeue: #expect(try states("2") == [.deferred])
        case .release: #expect(try states("3") == [.deferred])
        case .hold: #expect(try states("5") == [.hold])
        case .drop: #expect(try states("5").isEmpty)
        case .rebuild: #expect(try states("5") == [.deferred])
        case .prune: #expect(try states("1").isEmpty)
        }
    }

    private func checkLegal(_ operation: Operation, _ index: Int, _ spool: SpoolStore) throws {
        let report = try spool.verify()
        #expect(report.problems.filter { $0.code != .lostLedger }.isEmpty, "\(operation.rawValue), call \(index)")
        for number in numbers(operation) {
            let mayBeGone = operation == .drop && number == 5 || operation == .prune && number == 1
            let count = try spool.states(EntryRef(.inbox, SpoolStore.id("\(number)"))).count
            #expect(count == 1 || mayBeGone && count == 0, "\(operation.rawValue), call \(index): entry \(number)")
        }
    }

    /// Every call that changes something (for a full disk every other one), and of those that only look a sample;
    /// SPOOL_TEST_THOROUGH=1 takes them all.
    @Test(arguments: Operation.allCases, [Errno.ioError, .noSpace])
    func `whatever call fails, nothing is lost and the state is legal`(operation: Operation, errno: Errno) throws {
        let isThorough = getenv("SPOOL_TEST_THOROUGH") != nil
        try withSpool { spool, _ throws in
            let isNoSpace = errno == .noSpace
            let plan: [(looking: Bool, first: Int, step: Int)] =
                isThorough
                ? [(false, 0, 1), (true, 0, 1)]
                : [(false, isNoSpace ? 1 : 0, isNoSpace ? 2 : 1), (true, isNoSpace ? 28 : 5, 47)]
            for (looking, first, step) in plan {
                var index = first
                while try fail(operation, errno, at: index, looking: looking, spool) { index += step }
            }
        }
    }

    /// One failed call, and what comes of it; false if the operation does not get that far.
    private func fail(
        _ operation: Operation, _ errno: Errno, at index: Int, looking: Bool, _ spool: SpoolStore
    ) throws -> Bool {
        for folder in [spool.layout.queue(.inbox), spool.layout.ledgers, spool.layout.journal, spool.layout.stages] {
            TemporaryFolder.empty(folder)
        }
        try spool.makeFolders()
        var claim: Claim? = try prepare(spool, numbers(operation))
        let result = KernelProbe.failing(below: spool.layout.root, at: index, with: errno, looking: looking) {
            try perform(operation, spool, &claim)
        }
        if result.error == nil { try check(operation, spool) }
        claim = nil
        // The trouble is over: everything is taken up again, and ends.
        _ = try spool.recover(.inbox)
        var list = WorkList(spool, .inbox)
        for claim in try list.next(20) { try claim.done() }
        try checkLegal(operation, index, spool)
        return result.wasReached
    }

    @Test(arguments: [Errno.ioError, .noSpace]) func `an acknowledgement is given only after every sync`(errno: Errno)
        throws
    {
        for operation in [Operation.birth, .birthAndLine, .claims, .requeue, .release, .hold, .drop, .prune] {
            try withSpool { spool, _ throws in
                var claim: Claim? = try prepare(spool, numbers(operation))
                #expect(throws: (any Error).self, "\(operation.rawValue)") {
                    try KernelProbe.with(
                        below: spool.layout.root,
                        { (call, path) throws(FileError) in
                            if call == .fsync { throw FileError(call, path, errno) }
                        }
                    ) { try perform(operation, spool, &claim) }
                }
            }
        }
    }
}
