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
}
