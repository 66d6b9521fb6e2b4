import Synchronization
import Testing

@testable import Spool

@Suite struct PulseTests {
    private final class Clock: Sendable {
        private let time = Mutex(SuspendingClock.now)
        var now: SuspendingClock.Instant { time.withLock { $0 } }
        func advance(by step: Duration) { time.withLock { $0 = $0 + step } }
    }

    @Test func `a stage that lets its time pass has stalled, until it gives a sign of life`() {
        let clock = Clock()
        let pulse = Pulse(clock: { clock.now })
        #expect(pulse.stalled.isEmpty)
        pulse.beat(.fetch, within: .seconds(10))
        pulse.beat(.map, within: .seconds(100))
        clock.advance(by: .seconds(11))
        #expect(pulse.stalled == [.fetch])
        pulse.beat(during: .fetch, within: .seconds(10))
        #expect(pulse.stalled.isEmpty)
    }

    @Test func `an answer does not shorten the time that a waiting call was given`() {
        let clock = Clock()
        let pulse = Pulse(clock: { clock.now })
        pulse.beat(.submit, within: .seconds(10))
        pulse.beat(during: .submit, within: .seconds(500))
        pulse.beat(during: .submit, within: .seconds(10))
        clock.advance(by: .seconds(400))
        #expect(pulse.stalled.isEmpty)
    }

    @Test func `calls outside of a pass make nobody watch a stage`() {
        let clock = Clock()
        let pulse = Pulse(clock: { clock.now })
        pulse.beat(during: .submit, within: .seconds(10))
        clock.advance(by: .seconds(400))
        #expect(pulse.stalled.isEmpty)
    }
}
