// All that changes while the server runs: submissions, what became of them, deletions, the quota, download counts.
// A plain value behind the server's lock; the clock's passing changes nothing in it, since what an analysis is
// doing follows from when it began.

import MockKit

/// What an analysis is doing.
enum Phase: String, Sendable, Codable, Comparable {
    case accepted, submitted, running, finished

    private var order: Int {
        switch self {
        case .accepted: 0
        case .submitted: 1
        case .running: 2
        case .finished: 3
        }
    }

    static func < (left: Phase, right: Phase) -> Bool { left.order < right.order }
}

/// An analysis that came out of a submission.
struct Submitted: Sendable, Codable, Equatable {
    var webid: Int
    var kind: TargetKind
    var verdict: Verdict
    var name: String
    var digests: Digests?
    var size: Int?
    var systems: [String]
    var comments: String
    var tags: [String]
    var script: String?
    var password: String?
    /// Milliseconds.
    var begun: Int
}

struct Submission: Sendable, Codable, Equatable {
    var id: Int
    var name: String
    /// Milliseconds; when its sample was complete, if that was later than the submission itself.
    var begun: Int
    /// Chunks are awaited; without any, there is nothing to analyse.
    var isWaiting: Bool
    var analyses: [Submitted]
}

struct JoeState: Sendable, Codable, Equatable {
    static let format = 1

    var format = JoeState.format
    /// What the server was born with; a state fits only a server with the same.
    var seed: UInt64
    var born: Int
    /// When the unfinished ones of the start began, in milliseconds.
    var begun: Int
    var nextWebid: Int
    var nextSubmission = 140
    var submissions: [Submission] = []
    /// When they were deleted, in milliseconds.
    var deleted: [String: Int] = [:]
    var deletedSubmissions: [Int: Int] = [:]
    var downloads: [String: Int] = [:]
    var quota = Quota()

    /// Counted per day and month of the server's zone.
    struct Quota: Sendable, Codable, Equatable {
        var day = ""
        var today = 0
        var month = ""
        var thisMonth = 0

        mutating func turn(to time: Int) {
            let day = Civil(instant: time / 1000).dashed
            let month = String(day.dropLast(3))
            if day != self.day { (self.day, today) = (day, 0) }
            if month != self.month { (self.month, thisMonth) = (month, 0) }
        }
    }

    /// All analyses of submissions whose samples are complete, oldest first.
    var submitted: [Submitted] { submissions.filter { !$0.isWaiting }.flatMap(\.analyses) }

    /// Whether one can calculate with its numbers: a state comes from outside.
    var isSound: Bool {
        let numbers = 0...1 << 40
        let times = 0...100_000_000_000_000
        return numbers.contains(nextWebid) && numbers.contains(nextSubmission) && times.contains(begun)
            && numbers.contains(quota.today) && numbers.contains(quota.thisMonth)
            && downloads.values.allSatisfy(numbers.contains)
            && submissions.allSatisfy { submission in
                numbers.contains(submission.id) && times.contains(submission.begun)
                    && submission.analyses.allSatisfy {
                        numbers.contains($0.webid) && times.contains($0.begun) && numbers.contains($0.size ?? 0)
                    }
            }
    }

    func submission(_ id: Int) -> Submission? {
        deletedSubmissions[id] == nil ? submissions.first { $0.id == id } : nil
    }
}

extension JoeOptions.Timings {
    /// What something that began at `begun` is doing at `time`.
    func phase(begun: Int, at time: Int) -> Phase {
        let elapsed = time - begun
        if elapsed < accepted.milliseconds { return .accepted }
        if elapsed < accepted.milliseconds + submitted.milliseconds { return .submitted }
        return elapsed < accepted.milliseconds + submitted.milliseconds + running.milliseconds ? .running : .finished
    }

    /// The same for the unfinished ones of the start, by their number among them.
    func phase(ofUnfinished number: Int, begun: Int, at time: Int) -> Phase {
        let end = unfinished.milliseconds * (number + 1)
        let elapsed = time - begun
        if elapsed >= end { return .finished }
        return number % 2 == 0 || elapsed >= end / 2 ? .running : .submitted
    }
}
