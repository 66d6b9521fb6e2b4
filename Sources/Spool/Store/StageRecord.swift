// One small file per stage: since when it waits and why, and when it last got something done. Advisory, for `status` and
// `doctor`; and, so that several processes keep one pace, when the next call to a destination may be made.

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

    /// Reserves the next moment for a call to `destination`, at least `gap` after the one reserved last by any process, and
    /// returns it. The caller waits until then.
    package func reserveCall(to destination: String, gap: Duration) throws(StoreError) -> Timestamp {
        try withPace(destination) { next in
            let slot = max(now(), next)
            return (slot, slot + gap)
        }
    }

    /// Nobody calls `destination` before `time`.
    package func pauseCalls(to destination: String, until time: Timestamp) throws(StoreError) {
        _ = try withPace(destination) { next in (time, max(next, time)) }
    }

    private func withPace(_ destination: String, _ body: (Timestamp) -> (Timestamp, Timestamp)) throws(StoreError)
        -> Timestamp
    {
        let path = layout.pace(destination)
        return try store { () throws(FileError) in
            let file = try OpenFile(path, .readWrite)
            try file.lock()
            let text = String(decoding: try file.bytes(limit: 24), as: UTF8.self)
            var next = Timestamp(rfc3339: text) ?? Timestamp(nanoseconds: 0)
            // A time far ahead comes from a clock that jumped.
            if next > now() + .seconds(86_400) { next = now() }
            let (slot, following) = body(next)
            try file.write(Array(following.rfc3339.utf8), at: 0)
            withExtendedLifetime(file) {}
            return slot
        }
    }
}
