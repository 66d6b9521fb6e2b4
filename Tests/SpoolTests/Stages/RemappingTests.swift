import Testing

@testable import Spool

@Suite struct RemappingTests {
    private let id = EntryID("joe-1")

    /// A bench with one analysis mapped, submitted and done.
    private func withDone(
        _ analysis: String = StageBench.report(), _ body: (StageBench, FakeSink, EntryID) async throws -> Void
    ) async throws {
        try await withBench { (bench) async throws in
            let id = try #require(id)
            try bench.add("1", analysis)
            _ = await bench.map().pass()
            let sink = FakeSink()
            _ = await bench.submit(sink).pass()
            #expect(try bench.census() == ["inbox/done 1", "outbox/done 1"])
            try await body(bench, sink, id)
        }
    }

    private func remapping(_ bench: StageBench, _ options: MappingOptions = Self.changed) -> Remapping {
        Remapping(bench.context(), options: options)
    }

    /// Another site: the link is another one.
    private static let changed = MappingOptions(baseURL: "https://joe.example")

    @Test func `what a changed mapping makes different is born deferred, and submit updates it`() async throws {
        try await withDone { (bench, sink, id) async throws in
            let before = sink.calls.count
            guard case .changed(let change) = try await remapping(bench).remake(id) else {
                Issue.record("no change")
                return
            }
            #expect(change.fields.map(\.name) == ["externalUrl"])
            #expect(try bench.census() == ["inbox/done 1", "outbox/deferred 1", "outbox/done 1"])
            let place = try #require(try bench.spool.places(of: EntryRef(.outbox, id)).first)
            let envelope = try bench.spool.reader(place).envelope
            let analysis = try bench.spool.reader(
                #require(try bench.spool.places(of: EntryRef(.inbox, id)).first)
            ).envelope
            #expect(envelope.parent == analysis.sha256 && envelope.run == 0)
            // Not before TruSTAR is sure to show what was sent a moment ago.
            #expect(await bench.submit(sink).pass().done == 0)
            bench.clock.advance(by: bench.settle)
            #expect(await bench.submit(sink).pass().updated == 1)
            #expect(sink.calls.dropFirst(before) == ["find", "update", "tags"])
            #expect(sink.stored.count == 1)
            #expect(sink.stored.first?.report.externalURL == "https://joe.example/analysis/744288/0/html")
            #expect(try bench.census() == ["inbox/done 1", "outbox/done 1"])
            #expect(try await remapping(bench).remake(id) == .same)
        }
    }

    @Test func `what was sent longer ago than settle is due at once`() async throws {
        try await withDone { (bench, sink, id) async throws in
            bench.clock.advance(by: .seconds(3600))
            _ = try await remapping(bench).remake(id)
            #expect(await bench.submit(sink).pass().updated == 1)
        }
    }

    @Test func `what is the same makes nothing, and neither does what is not sent`() async throws {
        let wallet = "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw"
        try await withDone(StageBench.report(sample: wallet)) { (bench, _, id) async throws in
            #expect(try await remapping(bench, MappingOptions()).remake(id) == .same)
            let fewer = remapping(bench, MappingOptions(indicatorTypes: [.ip]))
            let verdict = try await fewer.compare(id)
            guard case .local(let change) = verdict else {
                Issue.record("\(verdict)")
                return
            }
            #expect(!change.isSent && change.removedIndicators == [Indicator(type: .bitcoin, value: wallet)])
            #expect(try await fewer.remake(id) == verdict)
            #expect(try bench.census() == ["inbox/done 1", "outbox/done 1"])
        }
    }

    @Test func `a comparison writes nothing at all`() async throws {
        try await withDone { (bench, _, id) async throws in
            guard case .changed = try await remapping(bench).compare(id) else {
                Issue.record("no change")
                return
            }
            #expect(try bench.census() == ["inbox/done 1", "outbox/done 1"])
            #expect(try Folder.names(bench.spool.layout.temporary(.outbox)).isEmpty)
        }
    }

    @Test(arguments: [EntryState.ready, .deferred, .hold, .failed, .exported])
    func `beside a report that is still on its way none is made, unless it is the same`(state: EntryState) async throws
    {
        try await withBench { (bench) async throws in
            let id = try #require(id)
            try bench.add("1")
            _ = await bench.map().pass()
            let ref = EntryRef(.outbox, id)
            if state != .ready {
                let claim = try #require(try bench.spool.claim(EntryPlace(ref, .ready)))
                switch state {
                case .deferred: try claim.putBack()
                case .hold: try claim.held()
                case .failed: try claim.failed()
                default: try claim.exported()
                }
            }
            await #expect {
                _ = try await remapping(bench).remake(id)
            } throws: {
                let error = $0 as? StoreError
                return error?.code == .refused
                    && error?.message.contains("outbox/joe-1 is in '\(state.rawValue)' still") == true
            }
            #expect(try bench.census() == ["inbox/done 1", "outbox/\(state.rawValue) 1"])
            #expect(try await remapping(bench, MappingOptions()).remake(id) == .same)
        }
    }

    @Test func `an analysis that is on its way, or not kept, is refused by name`() async throws {
        try await withDone { (bench, _, id) async throws in
            try bench.spool.requeue(EntryRef(.inbox, id))
            await #expect { _ = try await remapping(bench).remake(id) } throws: {
                ($0 as? StoreError)?.message.contains("inbox/joe-1 is in 'deferred'") == true
            }
            let gone = try #require(EntryID("joe-2"))
            await #expect { _ = try await remapping(bench).remake(gone) } throws: {
                ($0 as? StoreError)?.code == .missing
            }
        }
    }

    @Test func `without the report that was sent a new one is made, and looked up before it is sent`() async throws {
        try await withDone { (bench, sink, id) async throws in
            let sent = try #require(try bench.spool.places(of: EntryRef(.outbox, id)).first)
            try bench.spool.drop(sent)
            #expect(try await remapping(bench).remake(id) == .new)
            #expect(try bench.census() == ["inbox/done 1", "outbox/deferred 1"])
            bench.clock.advance(by: bench.settle)
            #expect(await bench.submit(sink).pass().updated == 1)
            #expect(sink.stored.count == 1)
        }
    }

    @Test func `a damaged analysis is refused, and its report stays as it is`() async throws {
        try await withDone { (bench, _, id) async throws in
            let place = try #require(try bench.spool.places(of: EntryRef(.inbox, id)).first)
            let file = try OpenFile(bench.spool.layout.entry(place), .readWrite)
            try file.write(Array("x".utf8), at: Envelope.size + 20)
            await #expect { _ = try await remapping(bench).remake(id) } throws: {
                ($0 as? StoreError)?.code == .damaged && "\($0)".contains("inbox/joe-1")
            }
            #expect(try bench.census() == ["inbox/done 1", "outbox/done 1"])
        }
    }

    @Test func `a crash between two births leaves each of them whole or not there, and a second run makes the rest`()
        async throws
    {
        try await withBench { (bench) async throws in
            for webid in 1...4 { try bench.add("\(webid)") }
            _ = await bench.map().pass()
            let sink = FakeSink()
            _ = await bench.submit(sink).pass()
            let remapping = remapping(bench)
            let kept = try await remapping.kept()
            #expect(kept.count == 4)
            for id in kept.prefix(2) { _ = try await remapping.remake(id) }
            // The third dies in its birth: a file in tmp that nobody holds.
            let stub = bench.spool.layout.temporary(.outbox, "joe-3.0000000000000000")
            try WholeFile.create(stub, with: Array("{".utf8), in: bench.spool.layout.stages)
            bench.clock.advance(by: bench.settle)
            #expect(await bench.submit(sink).pass().updated == 2)
            #expect(try Folder.names(bench.spool.layout.temporary(.outbox)).isEmpty)
            var verdicts: [Remapping.Verdict] = []
            for id in kept { verdicts.append(try await remapping.remake(id)) }
            #expect(verdicts.filter { $0 == .same }.count == 2)
            bench.clock.advance(by: bench.settle)
            #expect(await bench.submit(sink).pass().updated == 2)
            #expect(sink.stored.count == 4)
            #expect(sink.stored.allSatisfy { $0.report.externalURL?.hasPrefix("https://joe.example/") == true })
        }
    }
}
