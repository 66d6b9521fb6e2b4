// A few entries that cannot work among many that can, between the real servers, on a clock that the test moves.

import Glibc
import MockKit
import MockTruStar
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct PoisonTests {
    /// SPOOL_TEST_THOROUGH=1: a thousand.
    private static let count = getenv("SPOOL_TEST_THOROUGH") == nil ? 150 : 1000
    private static let refused = SpoolStore.id("17")
    private static let stumbling = SpoolStore.id("33")
    private static let unmappable = SpoolStore.id("58")

    private static func key(_ id: EntryID) -> String { ExternalIDEncoding.base64.encode(webid: id.webid, enclave: "") }

    /// 4xx and 500 for two of the reports, whatever is asked about them.
    private func poison() -> FaultPlan {
        FaultPlan(rules: [
            FaultRule(MockKit.Fault(.status, ["status": .integer(422)]), key: Self.key(Self.refused)),
            FaultRule(MockKit.Fault(.internalError), key: Self.key(Self.stumbling)),
        ])
    }

    private func give(_ scene: Scene, _ webid: String) throws {
        let id = SpoolStore.id(webid)
        let writer = try scene.spool.writer(
            .inbox,
            Envelope(id: id, kind: .analysis, run: 0, created: scene.spool.now(), origin: "test", program: "test"))
        let text =
            id == Self.unmappable
            ? #"{"something": "else"}"#
            : #"{"analysis":{"generalinfo":{"id":7\#(webid),"target":{"sample":"\#(webid).exe"},"startdate":"20/12/2018","starttime":"19:48:25"}}}"#
        try writer.write(Array(text.utf8))
        try writer.commit()
    }

    @Test func `three poisoned entries among many delay nobody, end in failed with the reason, and are replayed`()
        async throws
    {
        try await withScene(analyses: 1, faults: poison()) { (scene) async throws in
            for webid in 1...Self.count { try give(scene, "\(webid)") }
            // One poll: all others are there.
            let mapped = try await scene.connector.once(.map)
            #expect(mapped.done == Self.count - 1 && mapped.failed == 1 && mapped.halt == nil)
            let submitted = try await scene.connector.once(.submit)
            #expect(submitted.done == Self.count - 3 && submitted.failed == 1 && submitted.deferred == 1)
            #expect(submitted.halt == nil)
            #expect(scene.trustar.reports.count == Self.count - 3)
            #expect(try scene.spool.states(EntryRef(.outbox, Self.refused)) == [.failed])

            try await untilGivenUp(scene)
            try await check(scene)
            try await replay(scene)
        }
    }

    /// The one that stumbles is tried for five days, and no longer.
    private func untilGivenUp(_ scene: Scene) async throws {
        let ref = EntryRef(.outbox, Self.stumbling)
        let start = scene.spool.now()
        var tries = 1
        while try scene.spool.states(ref) == [.deferred], tries < 1000 {
            await scene.advance(.seconds(3600))
            _ = try await scene.connector.once(.submit)
            tries += 1
        }
        #expect(try scene.spool.states(ref) == [.failed])
        let days = scene.spool.now().since(start) / Duration.seconds(86_400)
        #expect((4.9...5.2).contains(days))
        #expect(scene.spool.tries(ref)?.error?.hasPrefix("given up after ") == true)
    }

    /// What an operator sees, in the program itself.
    private func check(_ scene: Scene) async throws {
        let root = scene.spool.layout.root
        let program = try Program(in: root.removingLastComponent())
        let listed = try await program("list", "/failed", "--json", "--spool", root.string)
        #expect(listed.lines.count == 3)
        for (id, code, reason) in [
            (Self.unmappable, "not-a-report", "analysis"), (Self.refused, "rejected", "422"),
            (Self.stumbling, "server-error", "given up after"),
        ] {
            let line = try #require(listed.lines.first { $0.contains("\"\(id)\"") })
            #expect(line.contains("\"code\":\"\(code)\"") && line.contains(reason), "\(line)")
            let why = try await program("why", id.description, "--spool", root.string)
            #expect(why.output.contains("failed") && why.output.contains(reason), "\(why.output)")
        }
    }

    private func replay(_ scene: Scene) async throws {
        for server in scene.servers { try server.install(FaultPlan()) }
        for (queue, id) in [(QueueName.outbox, Self.refused), (.outbox, Self.stumbling), (.inbox, Self.unmappable)] {
            try scene.spool.requeue(EntryRef(queue, id))
        }
        #expect(try await scene.connector.once(.submit).done == 2)
        // The cause of this one is in itself: it comes back, with its count begun afresh.
        #expect(try await scene.connector.once(.map).failed == 1)
        #expect(scene.spool.tries(EntryRef(.inbox, Self.unmappable))?.count == 1)
        let created = scene.trustar.reports
        #expect(created.count == Self.count - 1)
        #expect(created.allSatisfy { $0.createdCount == 1 && !$0.tags.isEmpty })
        #expect(try scene.spool.verify().problems.isEmpty)
    }
}
