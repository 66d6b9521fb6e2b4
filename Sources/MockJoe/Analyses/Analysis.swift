// One analysis as the server knows it: what `analysis/info` says, and the seed that its report hangs on. A value of a
// few hundred bytes that can be made again at any time; nothing here is a report.

/// What the sandbox concluded. The order is that of severity: an analysis is as bad as the worst of its runs.
public enum Verdict: String, Sendable, Comparable, CaseIterable, Codable {
    case unknown, clean, suspicious, malicious

    /// As `signaturedetections` spells it.
    var detection: StaticString {
        switch self {
        case .unknown: "UNKNOWN"
        case .clean: "CLEAN"
        case .suspicious: "SUS"
        case .malicious: "MAL"
        }
    }

    private var severity: Int {
        switch self {
        case .unknown: 0
        case .clean: 1
        case .suspicious: 2
        case .malicious: 3
        }
    }

    public static func < (left: Verdict, right: Verdict) -> Bool { left.severity < right.severity }
}

/// What was analysed; it decides which sections a report has.
public enum TargetKind: String, Sendable, CaseIterable, Codable {
    case executable, document, script
    /// A web address. The report has no `fileinfo`, hashes are "".
    case website
    /// A web address that could not be visited: finished all the same, verdict unknown, with an error in its run.
    case unreachable
    /// Neither `sample` nor `url` in the target.
    case commandLine

    var isAddress: Bool { self == .website || self == .unreachable }
    var isFile: Bool { self == .executable || self == .document || self == .script }
}

/// Lower-case hexadecimal digests of a sample.
struct Digests: Sendable, Equatable, Codable {
    var md5: String
    var sha1: String
    var sha256: String
    var sha512: String
    var ssdeep: String
}

/// One execution on one machine; its place in the list is the `run` number.
struct Run: Sendable {
    var system: System
    var verdict: Verdict
    var score: Int
    var error: String?
    var yara: Bool
    var sigma: Bool
    var snort: Bool
}

struct Analysis: Sendable {
    /// All that the report contains beyond these fields is drawn from it.
    var seed: UInt64
    var webid: String
    /// The number of the finished report (`analysisid`, `generalinfo.id`): not the webid.
    var analysisid: Int
    var kind: TargetKind
    /// The name or address as the report has it; Joe Sandbox renames some samples.
    var target: String
    /// The name that was submitted, when it is another one.
    var originalName: String
    /// nil for addresses and command lines.
    var digests: Digests?
    var size: Int
    /// Seconds since 1970.
    var time: Int
    var duration: Int
    var script: String
    /// What the submitter wrote; the report's `comments` is something else.
    var comments: String
    var tags: [String]
    var encrypted = false
    /// Listed, finished, and each download of it fails.
    var broken = false
    var classification: String
    var threat: String
    var hasConfiguration: Bool
    var version: Version
    var runs: [Run]

    var verdict: Verdict { runs.map(\.verdict).max() ?? .unknown }
    var score: Int { runs.map(\.score).max() ?? 0 }

    /// The run that the server picks when nobody says which: the first of those with the highest score.
    var mostInterestingRun: Int {
        var best = 0
        for (index, run) in runs.enumerated() where run.score > runs[best].score { best = index }
        return best
    }
}

/// The machine of a run.
struct System: Sendable {
    var name: String
    var description: String
    var arch: String
}

/// The sandbox's release; old ones write reports without `urlinfo` and `mitreattack`.
struct Version: Sendable, Equatable {
    var major: Int
    var name: String

    var isOld: Bool { major < 22 }
    var text: String { name.isEmpty ? "\(major).0.0" : "\(major).0.0 \(name)" }
}
