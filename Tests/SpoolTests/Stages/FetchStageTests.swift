import Spool
import Synchronization
import TestSupport
import Testing

@Suite struct FetchStageTests {
    @Test func `what the list has becomes entries, oldest first, and a ledger line each`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["30", "20", "10"])
            let fetch = try bench.fetch(source) { $0.width = 1 }
            let report = await fetch.pass()
            #expect(report.done == 3 && report.halt == nil)
            #expect(source.downloads == ["10", "20", "30"])
            #expect(try bench.ids(.inbox, .ready) == ["10", "20", "30"])
            let id = try #require(EntryID("joe-20"))
            guard case .taken(let digest?) = try bench.spool.ledgerEntry(id) else {
                Issue.record("no ledger line")
                return
            }
            let reader = try bench.spool.reader(EntryPlace(EntryRef(.inbox, id), .ready))
            #expect(reader.envelope.sha256 == digest)
            #expect(reader.envelope.time == "2018-12-20T19:48:24+01:00")
            #expect(reader.envelope.analysisid == "720")
        }
    }

    @Test func `a second pass downloads nothing`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["2", "1"])
            let fetch = try bench.fetch(source)
            _ = await fetch.pass()
            let again = await fetch.pass()
            #expect(again.fresh == 0 && again.done == 0)
            #expect(source.downloads.count == 2)
        }
    }

    @Test func `all pages are read, and a webid that shifts onto a second page is taken once`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["4", "3", "2", "1"])
            source.state.withLock { $0.pages = [["4", "3"], ["3", "2"], ["1"]] }
            let report = await (try bench.fetch(source)).pass()
            #expect(report.listed == 4 && report.done == 4)
            #expect(source.downloads.sorted() == ["1", "2", "3", "4"])
        }
    }

    @Test func `an unfinished analysis is taken when it has finished`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1"])
            source.change("1") { $0.info?.status = "running" }
            let fetch = try bench.fetch(source)
            #expect(await fetch.pass().unfinished == 1)
            source.change("1") { $0.info?.status = "finished" }
            #expect(await fetch.pass().done == 1)
        }
    }

    @Test func `an analysis that never finishes is given up visibly`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1"])
            source.change("1") { $0.info?.status = "running" }
            let fetch = try bench.fetch(source)
            _ = await fetch.pass()
            bench.clock.advance(by: .seconds(7 * 86_400))
            #expect(await fetch.pass().skipped == ["unfinished": 1])
            #expect(try bench.spool.ledgerEntry(#require(EntryID("joe-1"))) == .skipped("unfinished"))
        }
    }

    @Test(arguments: ["encrypted", "reverser", "deleted", "filtered", "no-run"])
    func `what is left out has its class in the ledger and is not downloaded`(reason: String) async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1"])
            source.change("1") {
                switch reason {
                case "encrypted": $0.info?.encrypted = true
                case "reverser": $0.info?.type = "reverser"
                case "deleted": $0.info = nil
                case "no-run": $0.info?.runs.removeLast()
                default: $0.info?.score = 3
                }
            }
            let fetch = try bench.fetch(source) {
                $0.filter.minimumScore = 10
                $0.run = .number(1)
            }
            #expect(await fetch.pass().skipped == [reason: 1])
            #expect(fetch.skipped(reason) == ["1"])
            #expect(source.downloads.isEmpty)
            #expect(await fetch.pass().fresh == 0)
        }
    }

    @Test func `an archive in place of a report is an encrypted analysis, whatever its info says`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1"])
            source.change("1") {
                $0.body = nil
                $0.fault = Fault(.encrypted, .entryFailed, "a zip archive")
            }
            let fetch = try bench.fetch(source)
            #expect(await fetch.pass().skipped == ["encrypted": 1])
            #expect(fetch.skipped("encrypted") == ["1"])
            #expect(try bench.census() == [])
        }
    }

    @Test func `a UUID without a type is a Reverser analysis`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["0f8fad5b-d9cb-469f-a165-70867728950e", "7"])
            let report = await (try bench.fetch(source) { $0.minimumWebid = 5 }).pass()
            #expect(report.skipped == ["reverser": 1] && report.done == 1)
        }
    }

    @Test func `what was filtered is taken on demand`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1"])
            let fetch = try bench.fetch(source) { $0.filter.detections = ["clean"] }
            _ = await fetch.pass()
            #expect(await fetch.take(["1"]).done == 1)
            #expect(try bench.ids(.inbox, .ready) == ["1"])
        }
    }

    @Test func `a truncated download never becomes an entry, and the next pass tries again`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1"])
            let whole = StageBench.report()
            source.change("1") { $0.body = String(whole.dropLast(2)) }
            let fetch = try bench.fetch(source)
            #expect(await fetch.pass().failed == 1)
            #expect(try bench.census() == [])
            #expect(try Folder.names(bench.spool.layout.temporary(.inbox)).isEmpty)
            source.change("1") { $0.body = whole }
            #expect(await fetch.pass().done == 1)
        }
    }

    @Test func `a transfer that breaks off leaves nothing`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1"])
            source.change("1") { $0.fault = Fault(.truncated, .entryDeferred, "cut") }
            #expect(await (try bench.fetch(source)).pass().failed == 1)
            #expect(try bench.census() == [])
            #expect(try Folder.names(bench.spool.layout.temporary(.inbox)).isEmpty)
        }
    }

    @Test func `what a drain cuts off is no failure, of an analysis or of the list`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["3", "2", "1"])
            for webid in ["1", "2", "3"] {
                source.change(webid) { $0.fault = Fault(.cancelled, .entryDeferred, "stopped before the end") }
            }
            var report = await (try bench.fetch(source)).pass()
            #expect(report.failed == 0 && report.halt == .draining)
            #expect(bench.spool.tries(EntryRef(.inbox, try #require(EntryID("joe-1")))) == nil)
            #expect(try bench.census() == [])
            source.state.withLock { $0.listFault = Fault(.cancelled, .entryDeferred, "stopped before the end") }
            report = await (try bench.fetch(source)).pass()
            #expect(report.halt == .draining)
        }
    }

    @Test func `a report over the limit is not taken`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1"])
            #expect(await (try bench.fetch(source) { $0.maximumBytes = 50 }).pass().failed == 1)
            #expect(try bench.census() == [])
        }
    }

    @Test func `a failed download does not keep the others waiting`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["3", "2", "1"])
            source.change("2") { $0.fault = Fault(.rejected, .entryFailed, "code 3", vendorCode: 3) }
            let report = await (try bench.fetch(source)).pass()
            #expect(report.done == 2 && report.failed == 1 && report.halt == nil)
            #expect(try bench.spool.ledgerEntry(#require(EntryID("joe-2"))) == nil)
        }
    }

    @Test func `a licence error stops the stage and writes no line`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1"])
            source.change("1") {
                $0.body = nil
                $0.fault = Fault(.licence, .stageStops, "code 7", vendorCode: 7)
            }
            let report = await (try bench.fetch(source)).pass()
            #expect(report.halt?.isFinal == true)
            #expect(try bench.spool.ledgerEntry(#require(EntryID("joe-1"))) == nil)
        }
    }

    @Test func `three unanswered downloads in a row make the stage wait`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource((1...9).map(String.init))
            for webid in 1...9 {
                source.change("\(webid)") { $0.fault = Fault(.timedOut, .entryDeferred, "no answer") }
            }
            let report = await (try bench.fetch(source) { $0.width = 1 }).pass()
            #expect(report.failed == 3)
            #expect(report.halt?.code == "timeout" && report.halt?.isFinal == false)
        }
    }

    @Test func `an entry without a ledger line is found in the spool, not downloaded`() async throws {
        try await withBench { (bench) async throws in
            try bench.add("1")
            let source = FakeSource(["1"])
            let report = await (try bench.fetch(source)).pass()
            #expect(report.unchanged == 1 && source.downloads.isEmpty)
            guard case .taken(.some) = try bench.spool.ledgerEntry(#require(EntryID("joe-1"))) else {
                Issue.record("no ledger line")
                return
            }
        }
    }

    @Test func `an entry that is found is made durable before its line is written`() async throws {
        try await withBench { (bench) async throws in
            try bench.add("1")
            let stage = try bench.fetch(FakeSource(["1"]))
            let calls = await KernelProbe.trace(below: bench.spool.layout.root) { () async in _ = await stage.pass() }
            #expect(
                calls.map(\.description).filter { !$0.hasPrefix("mkdir") }.prefix(3) == [
                    "fsync inbox/ready", "write ledger/joe", "fsync ledger/joe",
                ])
        }
    }

    @Test func `the best run is asked for by its number`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1"])
            _ = await (try bench.fetch(source)).pass()
            #expect(source.state.withLock(\.runs) == [1])
            let id = try #require(EntryID("joe-1"))
            #expect(try bench.spool.reader(EntryPlace(EntryRef(.inbox, id), .ready)).envelope.run == 1)
        }
    }

    @Test func `the first poll is bounded by newest and by minimum_webid`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource((1...20).reversed().map(String.init))
            let report = await
                (try bench.fetch(source) {
                    $0.newest = 3
                    $0.minimumWebid = 19
                }).pass()
            #expect(report.done == 2 && source.downloads.sorted() == ["19", "20"])
        }
    }

    @Test func `pages that can have nothing wanted are not read`() async throws {
        try await withBench { (bench) async throws in
            let pages = [["20", "19"], ["18", "0f8fad5b-d9cb-469f-a165-70867728950e"], ["17", "16"], ["15"], ["14"]]
            let source = FakeSource(pages.flatMap(\.self))
            source.state.withLock { $0.pages = pages }
            #expect(await (try bench.fetch(source) { $0.newest = 3 }).pass().listed == 3)
            #expect(source.state.withLock(\.listed) == 2)
        }
        try await withBench { (bench) async throws in
            let pages = [["20", "19"], ["18", "x"], ["17", "21"], ["15"], ["14"], ["13"]]
            let source = FakeSource(pages.flatMap(\.self))
            source.state.withLock { $0.pages = pages }
            // The list is newest first, but not so strictly that one older page says nothing about a number on the same page.
            let report = await (try bench.fetch(source) { $0.minimumWebid = 18 }).pass()
            #expect(report.listed == 5 && source.state.withLock(\.listed) == 4)
        }
    }

    @Test func `an analysis that slips to a page that was read is taken by the next pass`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["4", "3", "2", "1"])
            // Somebody deleted one while the list was read: what followed moved up by one.
            source.state.withLock { $0.pages = [["4", "3"], ["1"]] }
            let fetch = try bench.fetch(source)
            #expect(await fetch.pass().done == 3)
            source.state.withLock { $0.pages = [["4", "2"], ["1"]] }
            #expect(await fetch.pass().done == 1)
            #expect(try bench.ids(.inbox, .ready) == ["1", "2", "3", "4"])
        }
    }

    @Test func `the filter knows a sample by both of its names, and tags without case`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["2", "1"])
            source.change("1") {
                $0.info?.filename = "WbPmrTtnkw"
                $0.info?.originalFilename = "Invoice-07.docm"
                $0.info?.tags = ["Mail-Gateway"]
            }
            let fetch = try bench.fetch(source) {
                $0.filter.fileNames = ["invoice-??.doc*"]
                $0.filter.tags = ["mail-gateway"]
            }
            let report = await fetch.pass()
            #expect(report.done == 1 && report.skipped == ["filtered": 1])
            #expect(source.downloads == ["1"])
        }
    }

    @Test func `names from the wire that are no webids never reach a path`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["../../etc/passwd", "", "a/b", String(repeating: "9", count: 65), "7"])
            let report = await (try bench.fetch(source)).pass()
            #expect(report.done == 1 && report.failed == 4)
            #expect(source.downloads == ["7"])
        }
    }

    @Test func `a second fetcher is told to try again`() async throws {
        try await withBench { (bench) async throws in
            let first = try bench.fetch(FakeSource())
            #expect { try bench.fetch(FakeSource()) } throws: { ($0 as? StoreError)?.code == .locked }
            withExtendedLifetime(first) {}
        }
    }

    @Test func `without room on the disk nothing is downloaded`() async throws {
        try await withBench { (bench) async throws in
            let source = FakeSource(["1"])
            let context = StageContext(
                spool: bench.spool, logger: bench.context().logger, settle: bench.settle, minimumFree: .max)
            let fetch = try FetchStage(context, source: source, options: .init(origin: "test"))
            #expect(await fetch.pass().halt?.code == Halt.diskFull)
            #expect(source.downloads.isEmpty)
        }
    }
}
