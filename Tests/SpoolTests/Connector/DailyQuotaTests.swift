import Synchronization
import TestSupport
import Testing

@testable import Spool

@Suite struct DailyQuotaTests {
    /// The other side's count, and how often it was asked for.
    private final class Counter: Sendable {
        let state = Mutex((used: 0, looks: 0, fault: Fault?.none))
        let limit: Int
        let reset: Timestamp?

        init(limit: Int, reset: Timestamp?) {
            self.limit = limit
            self.reset = reset
        }

        var looks: Int { state.withLock { $0.looks } }

        func use(_ count: Int) { state.withLock { $0.used = count } }

        func look() throws(Fault) -> [RequestQuota] {
            let (used, fault) = state.withLock { state in
                state.looks += 1
                return (state.used, state.fault)
            }
            if let fault { throw fault }
            let reset = reset.map { $0.nanoseconds / 1_000_000 }
            return [
                RequestQuota(limit: 0, used: 9, window: nil, nextReset: nil),
                RequestQuota(limit: limit, used: used, window: nil, nextReset: reset),
            ]
        }
    }

    private let clock = TestClock()
    private var midnight: Timestamp { clock.time + .seconds(10 * 3600) }

    private func quota(_ counter: Counter, width: Int = 4) -> DailyQuota {
        DailyQuota(width: width, now: clock.now) { () async throws(Fault) in try counter.look() }
    }

    @Test func `a quota with room is looked at with the first report and every five minutes`() async throws {
        let counter = Counter(limit: 3000, reset: midnight)
        let quota = quota(counter)
        for _ in 0..<50 { try await quota.take(DailyQuota.knownReport) }
        #expect(counter.looks == 1)
        clock.advance(by: .seconds(300))
        try await quota.take(DailyQuota.newReport)
        #expect(counter.looks == 2)
    }

    @Test func `nearly used up it refuses, says until when, and is itself again after the reset`() async throws {
        let counter = Counter(limit: 3000, reset: midnight)
        counter.use(2990)
        let quota = quota(counter)
        let refused = await fault { try await quota.take(DailyQuota.newReport) }
        #expect(refused?.code == .quota && refused?.scope == .stageWaits)
        #expect(refused?.retryAfter == .seconds(10 * 3600))
        #expect(refused?.message.contains("2990 of 3000 calls") == true)
        #expect(refused?.message.contains(midnight.rfc3339) == true)
        clock.advance(by: .seconds(10 * 3600))
        counter.use(0)
        try await quota.take(DailyQuota.newReport)
    }

    @Test func `an estimate refuses nothing: before that the other side is asked`() async throws {
        let counter = Counter(limit: 100, reset: midnight)
        counter.use(60)
        let quota = quota(counter, width: 1)
        // Each takes up to three calls, but makes none: the estimate reaches the reserve, the truth does not.
        for _ in 0..<40 { try await quota.take(DailyQuota.knownReport) }
        #expect(counter.looks > 1 && counter.looks < 20)
        counter.use(97)
        var taken = 0
        while await fault(of: { try await quota.take(DailyQuota.knownReport) }) == nil, taken < 20 { taken += 1 }
        #expect(taken < 20)
    }

    @Test func `who is cancelled does not wait for an answer that never comes`() async throws {
        let (looks, looked) = AsyncStream.makeStream(of: Void.self)
        let (answers, answer) = AsyncStream.makeStream(of: Void.self)
        let quota = DailyQuota(width: 4, now: clock.now) { () async throws(Fault) in
            looked.yield()
            for await _ in answers {}
            return []
        }
        let waiting = Task { try await quota.take(3) }
        for await _ in looks { break }
        waiting.cancel()
        try await waiting.value
        // The look itself goes on, for others.
        let other = Task { try await quota.take(3) }
        answer.finish()
        try await other.value
    }

    @Test func `of a small quota not all is held back`() async throws {
        let counter = Counter(limit: 20, reset: midnight)
        counter.use(10)
        try await quota(counter).take(DailyQuota.knownReport)
        counter.use(18)
        #expect(await fault { try await quota(counter).take(DailyQuota.knownReport) }?.code == .quota)
    }

    @Test func `a server that does not tell its quota stops nobody, and is not asked all the time`() async throws {
        let counter = Counter(limit: 3000, reset: nil)
        counter.state.withLock { $0.fault = Fault(.notFound, .stageWaits, "no such service", status: 404) }
        let quota = quota(counter)
        for _ in 0..<20 { try await quota.take(DailyQuota.knownReport) }
        #expect(counter.looks == 1)
    }

    @Test func `a reset that is past for a clock that runs ahead does not make every report ask`() async throws {
        let counter = Counter(limit: 3000, reset: TestClock.start + .seconds(-600))
        let quota = quota(counter)
        for _ in 0..<20 { try await quota.take(DailyQuota.newReport) }
        #expect(counter.looks == 1)
        counter.use(3000)
        clock.advance(by: .seconds(300))
        #expect(await fault { try await quota.take(DailyQuota.newReport) }?.retryAfter == .seconds(60))
    }

    @Test func `without a time of reset the wait is an hour`() async throws {
        let counter = Counter(limit: 3000, reset: nil)
        counter.use(3000)
        let refused = await fault { try await quota(counter).take(DailyQuota.newReport) }
        #expect(refused?.retryAfter == .seconds(3600))
    }

    @Test func `reports that come at once are refused together, after one look`() async throws {
        let counter = Counter(limit: 3000, reset: midnight)
        counter.use(3000)
        let quota = quota(counter)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 { group.addTask { await fault { try await quota.take(DailyQuota.newReport) } != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused == 4)
        #expect(counter.looks == 1)
    }
}
