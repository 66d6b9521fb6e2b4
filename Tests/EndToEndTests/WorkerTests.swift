import Glibc
import MockJoe
import MockKit
import MockTruStar
import Spool
import SystemPackage
import TestSupport
import Testing

/// Eight submitters as processes on one spool, killed without a warning while clocks and operators do what they like.
@Suite(.serialized)
struct WorkerTests {
    /// SPOOL_TEST_THOROUGH=1: for minutes.
    private static let isThorough = getenv("SPOOL_TEST_THOROUGH") != nil
    private static let reports = isThorough ? 1000 : 60
    private static let kills = isThorough ? 200 : 12

    private static let systemTime: Now = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    private func withServers(
        faults: FaultPlan? = nil,
        _ body: (Program, SpoolStore, MockServer, MockServer, TruStarServer) async throws -> Void
    ) async throws {
        var joeOptions = JoeOptions()
        joeOptions.analyses = 20
        var trustarOptions = TruStarOptions()
        trustarOptions.duplicateIDs = .accept
        let trustar = TruStarServer(trustarOptions)
        var options = MockServerOptions()
        options.faults = faults
        options.companions = ["joe", "trustar"]
        let servers = [
            try MockServer(try JoeServer(joeOptions), options: options), try MockServer(trustar, options: options),
        ]
        try await withTemporaryFolder { folder in
            try await withMocks(servers[0], servers[1]) { urls in
                let text =
                    Scene.configuration(urls, timeout: "30s").replacing(
                        "calls_per_minute", with: "settle: 1s\n  calls_per_minute") + "\nrun: {poll: 100ms}\n"
                try WholeFile.replace(folder.appending("config.yaml"), with: Array(text.utf8))
                let spool = try SpoolStore.create(
                    at: folder.appending("spool"), program: "test", now: Self.systemTime)
                try await body(try Program(in: folder), spool, servers[0], servers[1], trustar)
            }
        }
    }

    private func fill(_ spool: SpoolStore) throws {
        for webid in 1...Self.reports {
            let report = MappedReport(
                title: "\(webid).exe", externalURL: nil, timeBegan: nil, body: "{\"generalinfo\": {}}",
                tags: ["confidence:64", "Maliciousness:true"], indicators: [], remarks: [])
            let ref = try spool.give(
                "\(webid)", .outbox, payload: String(decoding: report.encoded(), as: UTF8.self),
                parent: String(repeating: "0a", count: 32))
            try spool.noteTaken(ref.id, digest: nil)
        }
    }

    @Test(.timeLimit(.minutes(20)))
    func `each report is worked on by one at a time and created once, whoever dies and whatever the clocks say`()
        async throws
    {
        var slow = FaultRule(MockKit.Fault(.latency, ["milliseconds": .integer(15)]))
        slow.mock = "trustar"
        try await withServers(faults: FaultPlan(rules: [slow])) { (program, spool, _, server, trustar) async throws in
            try fill(spool)
            let config = program.folder.appending("config.yaml").string
            let journal = server.journal
            // When somebody was killed, as numbers of requests: shortly before and shortly after.
            let killed = try await Patience.onThread {
                var random = TestSupport.SeededRandom(seed: 5)
                let workers = try Workers(program, ["submit", "-q", "--config", config], count: 8) {
                    [0, 0, 3600, -3600].randomElement(using: &random) ?? 0
                }
                var killed: [ClosedRange<Int>] = []
                var operators = TestSupport.SeededRandom(seed: 6)
                for _ in 0..<Self.kills {
                    try Self.waitForRequests(5, journal)
                    try Self.operate(spool, &operators)
                    let before = journal.last
                    try workers.replace(Int.random(in: 0..<8, using: &operators))
                    usleep(20_000)
                    killed.append(before...journal.last)
                }
                try Self.finish(spool)
                #expect(workers.stop() == [Int32](repeating: 0, count: 8))
                return killed
            }
            let created = trustar.reports
            #expect(created.count == Self.reports)
            #expect(
                created.allSatisfy {
                    $0.createdCount == 1 && $0.tags.sorted() == ["confidence:64", "maliciousness:true"]
                })
            let overlaps = Self.overlaps(journal.entries, killed)
            #expect(overlaps == [])
            #expect(try spool.list(.outbox, .done).entries.count == Self.reports)
            #expect(try spool.verify().problems.isEmpty)
            let twice = created.count { $0.createdCount > 1 }
            print(
                "workers: \(Self.kills) killed, \(Self.reports) reports:",
                "lost \(Self.reports - created.count), torn \(try spool.verify().problems.count), twice \(twice),",
                "two at a time \(overlaps.count)")
        }
    }

    /// Until that many more have come, or they come no more for a while.
    private static func waitForRequests(_ count: Int, _ journal: Journal) throws {
        let wanted = journal.last + count
        for _ in 0..<2000 where journal.last < wanted { usleep(1000) }
    }

    /// What an operator may do at any moment; refused, or told to try again, it is left.
    private static func operate(_ spool: SpoolStore, _ random: inout TestSupport.SeededRandom) throws {
        for _ in 0..<4 {
            let ref = EntryRef(.outbox, SpoolStore.id("\(Int.random(in: 1...reports, using: &random))"))
            do throws(StoreError) {
                switch Int.random(in: 0..<3, using: &random) {
                case 0:
                    try spool.hold(ref)
                    try spool.release(ref, settle: .seconds(1))
                case 1: try spool.requeue(ref, settle: .seconds(1))
                default: _ = try spool.release(ref)
                }
            } catch {
                switch error.code {
                case .locked, .refused, .missing, .exists: continue
                case .damaged, .format, .network, .notASpool, .file: throw error
                }
            }
        }
    }

    /// Everything ends in `done`; what three workers died on is on hold, and given back.
    private static func finish(_ spool: SpoolStore) throws {
        for _ in 0..<6000 {
            for entry in try spool.list(.outbox, .hold).entries {
                // Taken meanwhile: looked at again.
                _ = try? spool.release(entry.ref)
            }
            // A clock that was ahead made it due later than this one would; an operator has it tried now.
            for entry in try spool.list(.outbox, .deferred).entries where entry.modified > spool.now() + .seconds(60) {
                _ = try? spool.hold(entry.ref)
            }
            if try spool.list(.outbox, .done).entries.count == reports { return }
            usleep(10_000)
        }
        throw GaveUp(description: "not all were submitted: \(try spool.list(.outbox, .active).entries.map(\.ref))")
    }

    /// Two requests about one report at the same time, unless the sender of the first was killed before the second came.
    private static func overlaps(_ entries: [JournalEntry], _ killed: [ClosedRange<Int>]) -> [String] {
        var found: [String] = []
        for (key, requests) in Dictionary(grouping: entries.filter { $0.key != nil }, by: { $0.key ?? "" }) {
            for (first, second) in zip(requests, requests.dropFirst()) {
                guard let answered = first.answeredAfter, second.number <= answered else { continue }
                let isOfTheDead = killed.contains { first.number <= $0.upperBound && second.number > $0.lowerBound }
                if !isOfTheDead { found.append("\(key): \(first.number) and \(second.number)") }
            }
        }
        return found
    }

    @Test func `the third worker that dies on an entry puts it on hold, and others are not held with it`() async throws
    {
        let key = ExternalIDEncoding.base64.encode(webid: "7", enclave: "")
        let hang = FaultRule(MockKit.Fault(.hang, ["seconds": .integer(600)]), key: key)
        try await withServers(faults: FaultPlan(rules: [hang])) { (program, spool, _, server, trustar) async throws in
            try fill(spool)
            let config = program.folder.appending("config.yaml").string
            let ref = EntryRef(.outbox, SpoolStore.id("7"))
            let journal = server.journal
            try await Patience.onThread {
                // One hour later each, so that what was recovered is due.
                var hours = 0
                let workers = try Workers(program, ["submit", "-q", "--config", config], count: 1) {
                    hours += 1
                    return hours * 3600
                }
                for round in 1...3 {
                    // The others first, so that nobody is in flight beside it.
                    for _ in 0..<6000 {
                        let isHanging = journal.entries.count { $0.key == key } >= round
                        if try isHanging && spool.list(.outbox, .done).entries.count == Self.reports - 1 { break }
                        usleep(10_000)
                    }
                    #expect(try spool.states(ref) == [.active], "round \(round)")
                    try workers.replace(0)
                    // Recovered by the free lock, whatever the clock of the next one says.
                    let killed = ContinuousClock().now
                    while spool.tries(ref)?.crashes ?? 0 < round {
                        guard killed.duration(to: .now) < .seconds(10) else {
                            throw GaveUp(description: "10 s after its worker died: still not recovered")
                        }
                        usleep(2000)
                    }
                }
                for _ in 0..<6000 where try spool.states(ref) != [.hold] { usleep(10_000) }
                #expect(workers.stop() == [0])
            }
            #expect(try spool.states(ref) == [.hold])
            #expect(spool.tries(ref)?.crashes == 3 && spool.tries(ref)?.code == "crashed")
            #expect(try spool.list(.outbox, .done).entries.count == Self.reports - 1)
            #expect(trustar.reports.count == Self.reports - 1)
            try server.install(FaultPlan())
            try spool.release(ref)
            #expect(try await program("submit", "--once", "--config", config).status == 0)
            #expect(trustar.reports.count == Self.reports)
        }
    }

    @Test func `the second of two fetchers is told to try again, and nothing is downloaded twice`() async throws {
        try await withServers { (program, spool, joe, _, _) async throws in
            let config = program.folder.appending("config.yaml").string
            let journal = joe.journal
            let (second, _) = try await program.whileRunning(
                ["fetch", "--config", config],
                { _ in
                    try await Patience.until("fetching") { journal.last > 0 }
                    let second = try await program("fetch", "--once", "--config", config)
                    try await Patience.until("fetched") { spool.stageRecord("fetch").lastSuccess != nil }
                    // Looks for new ones every `joe.interval`, and not at each poll.
                    let requests = journal.last
                    try await Patience.onThread { _ = usleep(1_000_000) }
                    #expect(journal.last == requests)
                    return second
                }, lines: 0)
            #expect(second.status == 75)
            #expect(second.errors.contains("try again"))
            _ = try await program("fetch", "--once", "--config", config)
            let downloads = journal.entries.filter { $0.path.hasSuffix("analysis/download") && $0.status == 200 }
                .compactMap(\.key)
            #expect(downloads.count > 10)
            #expect(Set(downloads).count == downloads.count)
        }
    }
}
