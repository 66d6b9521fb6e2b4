import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct StageRecordTests {
    @Test func `a stage's record is kept, and a damaged one counts as none`() throws {
        try withSpool { spool, _ throws in
            var record = spool.stageRecord("map")
            #expect(record == StageRecord(stage: "map"))
            record.code = "disk-full"
            spool.keep(record)
            #expect(spool.stageRecord("map") == record)
            try WholeFile.replace(spool.layout.stages.appending("map.json"), with: Array("{".utf8))
            #expect(spool.stageRecord("map") == StageRecord(stage: "map"))
        }
    }

    @Test func `calls to one destination keep their distance over all processes`() throws {
        try withSpool { spool, clock throws in
            let gap = Duration.seconds(1)
            let slots = try (0..<3).map { _ in try spool.reserveCall(to: "trustar", gap: gap) }
            #expect(slots == [clock.time, clock.time + .seconds(1), clock.time + .seconds(2)])
            #expect(try spool.reserveCall(to: "another", gap: gap) == clock.time)
            clock.advance(by: .seconds(60))
            #expect(try spool.reserveCall(to: "trustar", gap: gap) == clock.time)
            try spool.pauseCalls(to: "trustar", until: clock.time + .seconds(300))
            #expect(try spool.reserveCall(to: "trustar", gap: gap) == clock.time + .seconds(300))
        }
    }

    @Test func `a clock that jumped does not silence a destination`() throws {
        try withSpool { spool, clock throws in
            clock.advance(by: .seconds(400 * 86_400))
            _ = try spool.reserveCall(to: "trustar", gap: .seconds(1))
            clock.advance(by: .seconds(-400 * 86_400))
            #expect(try spool.reserveCall(to: "trustar", gap: .seconds(1)) == clock.time)
            try WholeFile.replace(spool.layout.pace("trustar"), with: Array("\u{0}\u{0}damage".utf8))
            #expect(try spool.reserveCall(to: "trustar", gap: .seconds(1)) == clock.time)
        }
    }
}
