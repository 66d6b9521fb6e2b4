import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

/// A thousand entries, some of them rotten, among things that are not ours, under the real stages.
@Suite struct RotTests {
    /// Where entries lie at first: how many, and from which webid on.
    private static let places: [(queue: QueueName, state: EntryState, count: Int)] =
        [(.inbox, .ready, 330), (.outbox, .ready, 330)]
        + [QueueName.inbox, .outbox].flatMap { queue in
            [EntryState.deferred, .hold, .failed, .exported, .done].map { (queue, $0, 34) }
        }

    private struct Rotten {
        let ref: EntryRef
        let state: EntryState
        let bytes: [UInt8]
    }

    private func fill(_ bench: StageBench) throws -> [(EntryRef, EntryState)] {
        var entries: [(EntryRef, EntryState)] = []
        for place in Self.places {
            for _ in 0..<place.count {
                let webid = "\(entries.count + 1)"
                let payload = place.queue.isInbox ? StageBench.report(sample: webid) : Self.report(webid)
                let ref = try bench.spool.give(
                    webid, place.queue, payload: payload,
                    parent: place.queue.isInbox ? nil : String(repeating: "0a", count: 32))
                try bench.spool.noteTaken(ref.id, digest: nil)
                entries.append((ref, place.state))
                guard place.state != .ready, let claim = try bench.spool.claim(EntryPlace(ref, .ready)) else {
                    continue
                }
                switch place.state {
                case .deferred: try claim.deferred(until: bench.clock.now)
                case .hold: try claim.held()
                case .failed: try claim.failed()
                case .exported: try claim.exported()
                case .done: try claim.done()
                case .ready, .active: break
                }
            }
        }
        return entries
    }

    private static func report(_ title: String) -> String {
        let report = MappedReport(
            title: title, externalURL: nil, timeBegan: nil, body: "{\"generalinfo\": {}}", tags: ["confidence:64"],
            indicators: [], remarks: [])
        return String(decoding: report.encoded(), as: UTF8.self)
    }

    /// Every eighth, in every way.
    private func rot(_ entries: [(EntryRef, EntryState)], _ bench: StageBench) throws -> [Rotten] {
        var random = SeededRandom(seed: 4)
        var rotten: [Rotten] = []
        for (index, (ref, state)) in entries.enumerated() where index % 8 == 3 {
            let path = try bench.path(ref)
            let damage = Damage.allCases[index / 8 % Damage.allCases.count]
            // Its neighbour is sound, and of the same queue and state.
            try damage.apply(to: path, other: bench.path(entries[index - 1].0), &random)
            rotten.append(Rotten(ref: ref, state: state, bytes: try WholeFile.read(path) ?? []))
        }
        return rotten
    }

    @Test(.timeLimit(.minutes(5)))
    func `exactly what is damaged is set aside, as it is, whatever else lies in the folders`() async throws {
        try await withTemporaryFolder { (folder) async throws in
            let clock = SteppedClock()
            let spool = try SpoolStore.create(at: folder.appending("spool"), program: "test", now: { clock.now })
            let bench = StageBench(spool: spool, clock: clock)
            let entries = try fill(bench)
            #expect(entries.count == 1000)
            try await TransferRot.fill(spool, in: folder)
            let rotten = try rot(entries, bench)
            let records = try rotRecords(bench)
            var strangers = try Strangers(outside: folder.appending("outside"))
            try addStrangers(bench, &strangers)

            let sound = entries.count - rotten.count
            try await checkVerify(bench, rotten, records, strangers, before: true)
            let mapped = await bench.map().pass()
            let sink = FakeSink()
            let submitted = await bench.submit(sink).pass()
            let isWorkedOn = { (state: EntryState) in state == .ready || state == .deferred }
            func expected(_ queue: QueueName) -> Int {
                entries.count { $0.0.queue == queue && isWorkedOn($0.1) }
                    - rotten.count { $0.ref.queue == queue && isWorkedOn($0.state) }
            }
            #expect(mapped.done == expected(.inbox) && mapped.halt == nil)
            // What was mapped from `deferred` is not looked up before `settle`.
            #expect(submitted.halt == nil)
            bench.clock.advance(by: .seconds(120))
            let late = await bench.submit(sink).pass()
            #expect(submitted.done + late.done == expected(.outbox) + mapped.done)
            #expect(sink.stored.count == submitted.done + late.done)
            #expect(submitted.failed + late.failed == rotten.count { $0.ref.queue == .outbox && isWorkedOn($0.state) })
            _ = await (try bench.fetch(FakeSource(["5000"]))).pass()

            // The damaged ones are where they can do no harm, byte for byte, and nobody else is with them.
            for entry in rotten {
                let state = isWorkedOn(entry.state) ? .failed : entry.state
                #expect(try bench.spool.states(entry.ref) == [state], "\(entry.ref)")
                #expect(try WholeFile.read(bench.path(entry.ref)) == entry.bytes, "\(entry.ref)")
            }
            let failed = try [QueueName.inbox, .outbox].flatMap { try bench.spool.list($0, .failed).entries.map(\.ref) }
            let soundFailed = entries.count { $0.1 == .failed } - rotten.count { $0.state == .failed }
            #expect(failed.count == rotten.count { isWorkedOn($0.state) || $0.state == .failed } + soundFailed)
            #expect(sound > 800)
            #expect(try strangers.changed() == [])
            try await checkVerify(bench, rotten, records, strangers, before: false)
        }
    }

    /// All that is known of bundles.
    private func rotRecords(_ bench: StageBench) throws -> Set<FilePath> {
        var random = SeededRandom(seed: 5)
        let damages: [RecordDamage] = [.firstBit, .nulls]
        let files = try TransferRot.contents(bench.spool).files
        for (index, path) in files.enumerated() { try damages[index % damages.count].apply(to: path, &random) }
        return Set(
            files.map { path in
                var name = path
                _ = name.removePrefix(bench.spool.layout.root)
                return name
            })
    }

    /// In every folder that a spool has; with entries' names where entries are.
    private func addStrangers(_ bench: StageBench, _ strangers: inout Strangers) throws {
        let layout = bench.spool.layout
        for folder in try TransferRot.contents(bench.spool).folders { try strangers.add(to: folder) }
        for (number, folder) in layout.folders.enumerated() where folder != layout.transfer {
            let isOfEntries = EntryState.allCases.contains {
                $0.rawValue == folder.lastComponent?.string && $0 != .done
            }
            try strangers.add(to: folder, alsoCalled: isOfEntries ? "9\(number)00" : nil)
        }
        for queue in [QueueName.inbox, .outbox] {
            try strangers.add(
                to: layout.folder(queue, .done, day: bench.clock.now.utcDay),
                alsoCalled: queue.isInbox ? "7700" : "7800")
        }
    }

    /// Each damaged entry and each stranger is named, and nothing else; repair takes what it may, and leaves all bytes.
    private func checkVerify(
        _ bench: StageBench, _ rotten: [Rotten], _ records: Set<FilePath>, _ strangers: Strangers, before: Bool
    ) async throws {
        let problems = try bench.spool.verifyAll().problems
        let damagedRecords = problems.filter { $0.code == .damagedRecord }
        #expect(Set(damagedRecords.map(\.path)) == records)
        let damaged = problems.filter { $0.code == .damagedEnvelope || $0.code == .damagedPayload }
        #expect(Set(damaged.compactMap { $0.place?.ref }) == Set(rotten.map(\.ref)))
        #expect(damaged.count == rotten.count)
        // An empty folder below `transfer` may be called like a destination, or like a spool.
        let strange = problems.count { $0.code == .stranger || $0.code == .noFile }
        #expect(strange == strangers.count - 3)
        #expect(problems.count == rotten.count + strange + damagedRecords.count)
        guard !before else { return }
        for finding in problems where finding.code != .noFile && finding.remedy != nil {
            #expect(try bench.spool.repair(finding), "\(finding)")
        }
        for entry in rotten {
            #expect(try bench.spool.states(entry.ref) == [.failed], "\(entry.ref)")
            #expect(try WholeFile.read(bench.path(entry.ref)) == entry.bytes, "\(entry.ref)")
        }
        #expect(try strangers.changed() == [])
    }
}

extension StageBench {
    /// Where an entry's file is.
    func path(_ ref: EntryRef) throws -> FilePath {
        spool.layout.entry(try #require(try spool.places(of: ref).first, "\(ref)"))
    }
}
