// The disk: room, speed, and how much of it is to be used.

import Spool

extension Judgement {
    struct RoomFact: Sendable, Equatable {
        var size: Int
        var available: Int
        var minimum: Int
        /// 0 where there is no limit.
        var files: Int
        var freeFiles: Int
    }

    static func room(_ fact: RoomFact) -> Diagnosis {
        let check = "disk"
        let free = "\(Amounts.size(fact.available)) free of \(Amounts.size(fact.size))"
        let limit = "stages pause below \(Amounts.size(fact.minimum)) (spool.min_free)"
        let remedy = "make room: 'spoolctl prune --older-than 7d' shows what may go; or give the file system more"
        if fact.available < fact.minimum {
            return .fail(check, .io, "\(free): fetch and map have stopped, \(limit)", remedy)
        }
        if fact.files > 0, fact.freeFiles < 1000 {
            return .fail(
                check, .io, "\(free), but only \(fact.freeFiles) more files can be made (inodes)",
                "remove small files there ('spoolctl prune' removes what is done), or make a file system with more inodes"
            )
        }
        if fact.available / 2 < fact.minimum { return .warn(check, "\(free): soon short, \(limit)", remedy) }
        return .ok(check, "\(free); \(limit)")
    }

    private static let slow = Duration.milliseconds(50)

    /// `times` of single syncs; the middle one counts.
    static func sync(_ times: [Duration]) -> Diagnosis {
        let check = "disk.sync"
        guard !times.isEmpty else { return .skip(check, "not measured") }
        let middle = times.sorted()[times.count / 2]
        let tenths = Int(middle / .microseconds(100))
        let words = "a sync takes \(tenths / 10).\(tenths % 10) ms"
        guard middle >= slow else { return .ok(check, words) }
        return .warn(
            check, "\(words), and each entry waits for several",
            "see what else writes there (iostat -x 1), or put the spool on a faster disk")
    }

    /// What may stay, against what there is room for. nil: without limit.
    static func retention(done: Duration?, bytes: Int64?, size: Int, count: Int) -> Diagnosis {
        let check = "retention"
        let kept =
            "\(Amounts.count(count, "entry", "entries")) in done, kept "
            + (done.map { "for \(Amounts.span($0))" } ?? "for ever")
            + (bytes.map { ", at most \(Amounts.size(Int(clamping: $0))) of each queue" } ?? "")
        // Two queues share the disk.
        if let bytes, bytes <= Int64(size / 2) { return .ok(check, kept) }
        if done != nil, bytes == nil { return .ok(check, kept) }
        let disk = "the disk has \(Amounts.size(size))"
        guard done == nil else {
            return .warn(
                check, "\(kept); \(disk): it may fill up before that",
                "set spool.retention.done_size to less than half of the disk")
        }
        return .warn(
            check, "\(kept); \(disk)", "set spool.retention.done or spool.retention.done_size, and run 'spoolctl prune'"
        )
    }
}
