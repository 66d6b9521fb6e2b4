import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct CallTurnsTests {
    private let gap = Duration.seconds(1)

    @Test func `calls to one destination keep their distance over all processes, and never come in a burst`() throws {
        try withSpool { spool, clock throws in
            let turns = try (0..<3).map { _ in try spool.reserveCall(to: "trustar", gap: gap) }
            #expect(turns == [.at(clock.time), .at(clock.time + .seconds(1)), .at(clock.time + .seconds(2))])
            #expect(try spool.reserveCall(to: "another", gap: gap) == .at(clock.time))
            // An hour of silence earns no more than one call.
            clock.advance(by: .seconds(3600))
            #expect(try spool.reserveCall(to: "trustar", gap: gap) == .at(clock.time))
            #expect(try spool.reserveCall(to: "trustar", gap: gap) == .at(clock.time + .seconds(1)))
        }
    }

    @Test func `a pause holds for everybody until it is over, and the longest one counts`() throws {
        try withSpool { spool, clock throws in
            #expect(try spool.callPause(to: "trustar") == nil)
            let long = CallPause(until: clock.time + .seconds(300), code: "quota", reason: "used\nup")
            try spool.pauseCalls(to: "trustar", long)
            try spool.pauseCalls(
                to: "trustar", CallPause(until: clock.time + .seconds(4), code: "rate-limited", reason: "x"))
            var kept = long
            kept.reason = "used up"
            #expect(try spool.callPause(to: "trustar") == kept)
            #expect(try spool.reserveCall(to: "trustar", gap: gap) == .paused(kept))
            #expect(try spool.reserveCall(to: "another", gap: gap) == .at(clock.time))
            clock.advance(by: .seconds(300))
            #expect(try spool.callPause(to: "trustar") == nil)
            #expect(try spool.reserveCall(to: "trustar", gap: gap) == .at(clock.time))
        }
    }

    @Test func `a reason of any length fits, and leaves nothing of itself behind`() throws {
        try withSpool { spool, clock throws in
            let reason = String(repeating: "ä\u{1F600}", count: 500)
            try spool.pauseCalls(
                to: "trustar", CallPause(until: clock.time + .seconds(9), code: "quota", reason: reason))
            #expect(try spool.callPause(to: "trustar")?.reason.hasPrefix("ä\u{1F600}ä") == true)
            #expect(try WholeFile.read(spool.layout.pace("trustar"))?.count == 512)
            clock.advance(by: .seconds(10))
            _ = try spool.reserveCall(to: "trustar", gap: gap)
            let text = String(decoding: try WholeFile.read(spool.layout.pace("trustar")) ?? [], as: UTF8.self)
            #expect(!text.contains("ä") && text.utf8.count == 512)
        }
    }

    @Test(arguments: ["{next}\n{until} quota x\n", "{next} nonsense\n{until} quota x\n", "\u{0}\u{0}damage\nx\ny"])
    func `times too far ahead do not silence a destination, and neither does a damaged file`(text: String) throws {
        try withSpool { spool, clock throws in
            let farAhead = clock.time + .seconds(86_401)
            let written = text.replacing("{next}", with: farAhead.rfc3339).replacing("{until}", with: farAhead.rfc3339)
            try WholeFile.replace(spool.layout.pace("trustar"), with: Array(written.utf8))
            #expect(try spool.callPause(to: "trustar") == nil)
            #expect(try spool.reserveCall(to: "trustar", gap: gap) == .at(clock.time))
        }
    }

    @Test(arguments: [1, 60, 3 * 3600, 400 * 86_400])
    func `a clock that was set back makes nobody wait longer than before`(seconds: Int) throws {
        try withSpool { spool, clock throws in
            let step = Duration.seconds(seconds)
            for _ in 0..<3 { _ = try spool.reserveCall(to: "trustar", gap: gap) }
            clock.advance(by: .zero - step)
            #expect(try spool.reserveCall(to: "trustar", gap: gap) == .at(clock.time + .seconds(3)))
            #expect(try spool.reserveCall(to: "trustar", gap: gap) == .at(clock.time + .seconds(4)))
            let pause = CallPause(until: clock.time + .seconds(300), code: "quota", reason: "used up")
            try spool.pauseCalls(to: "trustar", pause)
            clock.advance(by: .zero - step)
            var kept = pause
            kept.until = clock.time + .seconds(300)
            #expect(try spool.callPause(to: "trustar") == kept)
            clock.advance(by: .seconds(299))
            #expect(try spool.callPause(to: "trustar") == kept)
            clock.advance(by: .seconds(1))
            #expect(try spool.callPause(to: "trustar") == nil)
        }
    }
}
