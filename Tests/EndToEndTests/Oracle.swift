// What must be true at the end, whatever went wrong on the way.

import MockJoe
import MockKit
import MockTruStar
import Spool
import Testing

enum Oracle {
    /// A stage has four objects in hand: behind a 429, which travels, the three others may have one call more on its way
    /// each, and one that they made before this process could know.
    private static let underWay = 6
    /// Milliseconds in which a process on a busy machine may not have got to know of a 429 yet; the waits are of seconds.
    private static let grace = 100

    /// Each fetchable analysis was created exactly once, with its two tags and no other, no request came before the wait
    /// of a 429 was over, and the spool is clean.
    static func check(_ scene: Scene, _ comment: Comment? = nil) throws {
        let wanted = scene.joe.fetchableWebids()
        let reports = scene.trustar.reports
        #expect(reports.compactMap(\.externalID).sorted() == wanted.map(externalID).sorted(), comment)
        for report in reports {
            #expect(report.createdCount == 1, "\(comment.map { "\($0): " } ?? "")\(history(of: report, scene))")
            let webid = wanted.first { externalID($0) == report.externalID }
            #expect(report.tags.sorted() == webid.flatMap(scene.joe.finding).map(tags), comment)
        }
        for server in scene.servers {
            let heeded = Assertion("waits-honoured", ["underWay": .integer(underWay), "grace": .integer(grace)])
            let result = try #require(server.verify([heeded]).results.first)
            #expect(result.passed, "\(comment.map { "\($0): " } ?? "")\(server.mock.name): \(result.offenders)")
        }
        try checkSpool(scene.spool, comment)
    }

    private static func checkSpool(_ spool: SpoolStore, _ comment: Comment?) throws {
        for queue in [QueueName.inbox, .outbox] {
            for state in EntryState.allCases where state != .done {
                let left = try spool.list(queue, state).entries.map { entry in
                    let tries = spool.tries(entry.ref)
                    return "\(entry.ref) in \(state.rawValue): \(tries?.code ?? "-"), \(tries?.error ?? "-")"
                }
                #expect(left == [], comment)
            }
            #expect(try Folder.names(spool.layout.temporary(queue)).isEmpty, comment)
        }
    }

    /// All requests about a report, to see how it came to be made twice.
    private static func history(of report: TruStarReport, _ scene: Scene) -> String {
        scene.servers.flatMap(\.journal.entries).filter { $0.key != nil && $0.key == report.externalID }.map { entry in
            let status = entry.status.map(String.init) ?? "-"
            let seconds = (entry.time - report.created) / 1000
            return "\(entry.method) \(entry.path) \(status) \(entry.faults) \(entry.effect ?? "-") at \(seconds) s"
        }.joined(separator: "\n")
    }

    private static func externalID(_ webid: String) -> String {
        ExternalIDEncoding.base64.encode(webid: webid, enclave: "")
    }

    /// As the specification has them, in lower case as TruSTAR keeps them.
    private static func tags(_ finding: (score: Int, detection: String)) -> [String] {
        let answer = ["malicious": "true", "suspicious": "false", "clean": "false"][finding.detection] ?? "unknown"
        return ["confidence:\(finding.score)", "maliciousness:\(answer)"]
    }
}
