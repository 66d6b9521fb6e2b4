import Glibc
import Spool
import SystemPackage
import Testing

/// Things in a spool that are not ours, in the way of the stages.
@Suite struct StrangerTests {
    private func path(_ bench: StageBench, _ webid: String, _ queue: QueueName, _ state: EntryState) throws -> FilePath
    {
        let id = try #require(EntryID(source: "joe", webid: webid))
        return bench.spool.layout.entry(EntryPlace(EntryRef(queue, id), state))
    }

    @Test func `what is no file and has an analysis's name is not taken for it`() async throws {
        try await withBench { (bench) async throws in
            let fifo = try path(bench, "1", .inbox, .hold)
            #expect(mkfifo(fifo.string, 0o600) == 0)
            let source = FakeSource(["1", "2"])
            let fetch = try bench.fetch(source)
            let report = await fetch.pass()
            #expect(report.done == 1 && report.failed == 1 && report.halt == nil)
            #expect(source.downloads == ["2"])
            #expect(
                bench.spool.tries(EntryRef(.inbox, try #require(EntryID("joe-1"))))?.error?.contains("hold") == true)
            try Kernel.unlink(fifo)
            #expect(await fetch.pass().done == 1)
            #expect(source.downloads == ["2", "1"])
        }
    }

    @Test(arguments: [EntryState.done, .failed])
    func `a damaged report says nothing about its analysis`(state: EntryState) async throws {
        try await withBench { (bench) async throws in
            let ref = try bench.add("1")
            _ = await bench.map().pass()
            let report = EntryRef(.outbox, ref.id)
            let claim = try #require(try bench.spool.claim(EntryPlace(report, .ready)))
            if state == .done { try claim.done() } else { try claim.failed() }
            let place = try #require(try bench.spool.places(of: report).first)
            try OpenFile(bench.spool.layout.entry(place), .readWrite).write([0x5a], at: 20)
            try bench.add("2")
            if state == .done {
                // Mapped anew, and looked up before it is sent.
                try bench.spool.requeue(ref)
                let again = await bench.map().pass()
                #expect(again.done == 2 && again.failed == 0)
                #expect(try bench.ids(.outbox, .deferred) == ["1"])
            } else {
                // A live report is waited for, and nothing is wrong with the analysis.
                let moved = try #require(try bench.spool.places(of: ref).first)
                try Kernel.rename(bench.spool.layout.entry(moved), to: path(bench, "1", .inbox, .deferred))
                let again = await bench.map().pass()
                #expect(again.done == 1 && again.failed == 0 && again.deferred == 1)
            }
        }
    }

    @Test func `a link in place of a folder is not followed: nothing moves until it is gone`() async throws {
        try await withBench { (bench) async throws in
            let root = bench.spool.layout.root
            let outside = FilePath(root.string + "-outside")
            try Kernel.makeDirectory(outside)
            defer { rmdir(outside.string) }
            let failed = bench.spool.layout.folder(.inbox, .failed)
            try Kernel.removeDirectory(failed)
            #expect(symlink(outside.string, failed.string) == 0)
            try bench.add("1", #"{"no": "report"}"#)
            let report = await bench.map().pass()
            #expect(report.halt?.reason.contains("\(failed): is a symbolic link") == true)
            #expect(try Folder.names(outside).isEmpty)
            #expect(throws: StoreError.self) { try SpoolStore.open(root, program: "", now: bench.spool.now) }
            let looking = try SpoolStore.open(root, program: "", now: bench.spool.now, looking: true)
            #expect(try looking.verify().problems.map(\.path.string) == ["inbox/failed", "inbox/failed"])
            try Kernel.unlink(failed)
            #expect(await bench.map().pass().failed == 1)
            #expect(try bench.ids(.inbox, .failed) == ["1"])
        }
    }

    @Test func `a link in place of a day is not followed: another day takes the entries`() async throws {
        try await withBench { (bench) async throws in
            let outside = FilePath(bench.spool.layout.root.string + "-outside")
            try Kernel.makeDirectory(outside)
            defer { rmdir(outside.string) }
            let today = bench.spool.layout.folder(.inbox, .done, day: bench.clock.now.utcDay)
            try Kernel.removeDirectory(today)
            #expect(symlink(outside.string, today.string) == 0)
            try bench.add("1")
            #expect(await bench.map().pass().done == 1)
            #expect(try Folder.names(outside).isEmpty)
            #expect(try bench.ids(.inbox, .done) == ["1"])
            #expect(try bench.spool.verify().problems.map(\.code) == [.stranger])
        }
    }

    @Test func `in tmp only what our writers named is swept`() async throws {
        try await withBench { (bench) async throws in
            let folder = bench.spool.layout.temporary(.inbox)
            let names = [
                "notes.txt", "joe-1.entry", "joe-1.0123456789abcdef", "joe-2.json.77.new", "joe-1.XYZ", "joe-1.",
            ]
            for name in names { try OpenFile(folder.appending(name), .create).write([1]) }
            let leftovers = try bench.spool.verify().findings.filter { $0.code == .leftover }
            #expect(
                leftovers.map(\.path.string) == ["inbox/tmp/joe-1.0123456789abcdef", "inbox/tmp/joe-2.json.77.new"])
            _ = await bench.map().pass()
            #expect(try Folder.names(folder).sorted() == ["joe-1.", "joe-1.XYZ", "joe-1.entry", "notes.txt"])
        }
    }

    @Test func `a pause for want of room keeps the reserve`() async throws {
        try await withBench { (bench) async throws in
            try bench.add("1")
            let context = StageContext(
                spool: bench.spool, logger: bench.context().logger, settle: bench.settle, minimumFree: .max)
            let report = await MapStage(context, options: MappingOptions()).pass()
            #expect(report.halt?.code == Halt.diskFull)
            #expect(report.halt?.reason.contains("spool.min_free") == true)
            #expect(try Kernel.status(bench.spool.layout.reserve)?.size == SpoolStore.reserveSize)
            #expect(try bench.ids(.inbox, .ready) == ["1"])
        }
    }

    @Test func `after a lost ledger what is taken anew is born deferred, and what is newer than the loss is not`()
        async throws
    {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1", "2"])
            source.change("2") { $0.info?.time = "2038-01-18T00:00:00+00:00" }
            _ = try bench.fetch(FakeSource())
            try Kernel.unlink(bench.spool.layout.ledger("joe"))
            _ = try bench.spool.recover(.inbox)
            #expect(await (try bench.fetch(source)).pass().done == 2)
            #expect(try bench.ids(.inbox, .deferred) == ["1"])
            #expect(try bench.ids(.inbox, .ready) == ["2"])
        }
    }
}
