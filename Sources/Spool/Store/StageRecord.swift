// One small file per stage: since when it waits and why, and when it last got something done. Advisory, for `status` and
// `doctor`.

import FoundationEssentials
import SystemPackage

package struct StageRecord: Sendable, Equatable, Codable {
    package var stage: String
    /// RFC 3339: when the stage last finished a pass, and last got an entry done.
    package var lastPass: String?
    package var lastSuccess: String?
    /// Set while the stage as a whole waits.
    package var waitingSince: String?
    package var waitingUntil: String?
    package var code: String?
    package var reason: String?

    package init(stage: String) { self.stage = stage }
}

extension SpoolStore {
    package func stageRecord(_ stage: String) -> StageRecord {
        // Advisory: what cannot be read counts as not there.
        guard let bytes = try? WholeFile.read(layout.stages.appending("\(stage).json"), limit: 64 << 10),
            let record = try? JSONDecoder().decode(StageRecord.self, from: Data(bytes))
        else { return StageRecord(stage: stage) }
        return record
    }

    package func keep(_ record: StageRecord) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Advisory: without room for it, the stage works all the same.
        guard let data = try? encoder.encode(record) else { return }
        try? WholeFile.replace(layout.stages.appending("\(record.stage).json"), with: Array(data) + [0x0a])
    }
}
