// What must be true at the end, whatever went wrong on the way.

import MockJoe
import MockTruStar
import Spool
import Testing

enum Oracle {
    /// Each fetchable analysis was created exactly once, with its two tags, and the spool is clean.
    static func check(_ scene: Scene, _ comment: Comment? = nil) throws {
        let wanted = scene.joe.fetchableWebids().map { ExternalIDEncoding.base64.encode(webid: $0, enclave: "") }
            .sorted()
        let reports = scene.trustar.reports
        #expect(reports.compactMap(\.externalID).sorted() == wanted, comment)
        for report in reports {
            #expect(report.tags.filter { $0.hasPrefix("confidence:") }.count <= 1, comment)
            #expect(report.tags.filter { $0.hasPrefix("maliciousness:") }.count == 1, comment)
        }
        for queue in [QueueName.inbox, .outbox] {
            for state in EntryState.allCases where state != .done {
                let left = try scene.spool.list(queue, state).entries.map { entry in
                    let tries = scene.spool.tries(entry.ref)
                    return "\(entry.ref) in \(state.rawValue): \(tries?.code ?? "-"), \(tries?.error ?? "-")"
                }
                #expect(left == [], comment)
            }
            #expect(try Folder.names(scene.spool.layout.temporary(queue)).isEmpty, comment)
        }
    }
}
