import Synchronization
import TestSupport
import Testing

@testable import Spool

@Suite struct PacedSinkTests {
    private func paced(
        _ sink: FakeSink, _ spool: SpoolStore, used: Int = 0
    ) -> PacedSink {
        let reset = (spool.now() + .seconds(3600)).nanoseconds / 1_000_000
        let quota = DailyQuota(width: 1, now: spool.now) { () async throws(Fault) in
            [RequestQuota(limit: 3000, used: used, window: nil, nextReset: reset)]
        }
        return PacedSink(sink, spool: spool, quota: quota)
    }

    @Test func `a 429 makes every process wait, not one millisecond less, and a shorter one changes nothing`()
        async throws
    {
        try await withSpool { spool, clock async throws in
            let (fake, sink) = (FakeSink(), FakeSink())
            fake.fail("tags", Fault(.rateLimited, .stageWaits, "slow", status: 429, retryAfter: .milliseconds(4243)))
            let first = paced(fake, spool)
            #expect(await first.obstacle() == nil)
            #expect(await fault { try await first.tags(of: "x") }?.code == .rateLimited)
            let other = paced(sink, spool)
            let obstacle = try #require(await other.obstacle())
            #expect(obstacle.code == .rateLimited && obstacle.scope == .stageWaits)
            #expect(obstacle.retryAfter == .milliseconds(4243))
            let pace = CallPace(spool: spool, callsPerMinute: 60, drain: DrainSignal())
            let refused = await fault { try await pace.wait(.tags) }
            #expect(refused?.code == .rateLimited)
            #expect(refused?.message.contains("paused until") == true)
            // What a pause refuses does not make the pause longer.
            sink.fail("tags", refused ?? obstacle)
            clock.advance(by: .milliseconds(2000))
            _ = await fault { try await other.tags(of: "x") }
            #expect(await other.obstacle()?.retryAfter == .milliseconds(2243))
            clock.advance(by: .milliseconds(2243))
            #expect(await other.obstacle() == nil)
            #expect(await fault { try await pace.wait(.tags) } == nil)
        }
    }

    @Test func `a 429 that comes while we are cancelled still counts for the others`() async throws {
        try await withSpool { spool, _ async throws in
            let fake = FakeSink()
            fake.fail("tags", Fault(.rateLimited, .stageWaits, "slow", status: 429, retryAfter: .milliseconds(4243)))
            let sink = paced(fake, spool)
            let calling = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await fault { try await sink.tags(of: "x") }
            }
            #expect(await calling.value?.code == .rateLimited)
            #expect(await paced(FakeSink(), spool).obstacle()?.retryAfter == .milliseconds(4243))
        }
    }

    @Test func `told to stop, nobody waits for a turn, and that is no trouble`() async throws {
        try await withSpool { spool, _ async throws in
            let drain = DrainSignal()
            let pace = CallPace(spool: spool, callsPerMinute: 1, drain: drain)
            #expect(await fault { try await pace.wait(.tags) } == nil)
            drain.set()
            let stopped = try #require(await fault { try await pace.wait(.tags) })
            #expect(stopped.code == .cancelled && stopped.scope == .stageWaits)
            #expect(Halt(stopped) == .draining)
        }
    }

    @Test func `a report that the quota has no room for is not begun, and nobody else begins one`() async throws {
        try await withSpool { spool, clock async throws in
            let fake = FakeSink()
            let sink = paced(fake, spool, used: 2999)
            let report = OutgoingReport(
                externalID: "MQ==", enclaveID: FakeSink.enclave, title: "t", body: "{}", timeBegan: nil,
                externalURL: nil)
            #expect(await fault { try await sink.create(report) }?.code == .quota)
            #expect(await fault { try await sink.find(externalID: "MQ==") }?.code == .quota)
            #expect(fake.calls.isEmpty)
            #expect(await paced(FakeSink(), spool).obstacle()?.retryAfter == .seconds(3600))
            // What was begun is finished.
            let pace = CallPace(spool: spool, callsPerMinute: 60_000, drain: DrainSignal())
            #expect(await fault { try await pace.wait(.tags) } == nil)
            _ = try await sink.tags(of: "x")
            _ = try await sink.alterTags(of: "x", add: ["a"], remove: [])
            #expect(fake.calls == ["tags", "alterTags"])
        }
    }
}
