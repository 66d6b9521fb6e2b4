import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

/// A whole life of entries in a process that is killed before call N: what it acknowledged is there, once and whole, and
/// whoever comes next finishes it.
@Suite struct KillTests {
    /// What the process does; it writes down in `log` what it was told is done.
    private static func live(_ root: String) throws {
        let clock = TestClock()
        let path = FilePath(root)
        let spool = try SpoolStore.open(path, program: "test", now: clock.now)
        let log = path.removingLastComponent().appending("log")
        for webid in ["1", "2"] {
            try spool.give(webid, payload: "payload \(webid)")
            try spool.noteTaken(SpoolStore.id(webid), digest: nil)
            try WholeFile.append(webid, to: log, synced: false)
        }
        _ = try spool.recover(.inbox)
        var list = WorkList(spool, .inbox)
        let claims = try list.next(2)
        try claims.first?.done()
        try claims.last?.failed()
        try spool.requeue(EntryRef(.inbox, SpoolStore.id("2")))
        _ = try spool.prune(PruneRule(olderThan: .seconds(86_400)))
    }

    private func check(_ root: FilePath) throws {
        let spool = try SpoolStore.open(root, program: "test", now: TestClock().now)
        #expect(try spool.verify().problems.isEmpty)
        var acknowledged: [String] = []
        let log = root.removingLastComponent().appending("log")
        if try Kernel.status(log) != nil { try LineReader(log).forEach { acknowledged.append($0) } }
        _ = try spool.recover(.inbox)
        for webid in acknowledged {
            let places = try spool.places(of: EntryRef(.inbox, SpoolStore.id(webid)))
            #expect(places.count == 1)
            let place = try #require(places.first)
            #expect([.ready, .deferred, .failed, .done].contains(place.state))
            #expect(try spool.reader(place).payload(limit: 100) == Array("payload \(webid)".utf8))
            #expect(try spool.ledgerEntry(SpoolStore.id(webid)) != nil)
        }
        #expect(try Folder.names(spool.layout.temporary(.inbox)).isEmpty)
        #expect(try spool.verify().findings.filter { $0.code != .noLine && $0.code != .strangeLine }.isEmpty)
    }

    @Test func `killed before any call, a process loses nothing that it acknowledged`() async throws {
        let isThorough = getenv("SPOOL_TEST_THOROUGH") != nil
        try await withTemporaryFolder { (folder) async throws in
            var (number, isKilled, kills) = (isThorough ? 1 : 20, true, 0)
            while isKilled {
                TemporaryFolder.remove(folder.appending("spool"))
                unlink(folder.appending("log").string)
                let root = try makeSpool(in: folder, TestClock()).layout.root
                let (text, call) = (root.string, "\(number)")
                let result = await #expect(
                    processExitsWith: .failure, observing: [\.exitStatus]
                ) { [text = text as String, call = call as String] in
                    setenv("SPOOL_KILL_BEFORE_CALL", call, 1)
                    try KillTests.live(text)
                    // Came to its end: a status of its own, since the test must allow both.
                    exit(77)
                }
                isKilled = result?.exitStatus == .signal(SIGKILL)
                if isKilled { kills += 1 }
                try check(root)
                number += isThorough ? 1 : 11
            }
            #expect(kills > 10)
            print("killed \(kills) times: nothing lost")
        }
    }
}
