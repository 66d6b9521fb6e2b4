import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct RecoveryTests {
    /// A worker that dies while it holds an entry.
    private func crash(_ spool: SpoolStore, _ ref: EntryRef) throws {
        let state = try #require(try spool.states(ref).first)
        _ = try #require(try spool.claim(EntryPlace(ref, state)))
    }

    @Test func `what a dead worker left goes to deferred, due now`() throws {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1")
            try crash(spool, ref)
            #expect(try spool.states(ref) == [.active])
            let report = try spool.recover(.inbox)
            #expect(report.deferred == [ref])
            #expect(try spool.list(.inbox, .deferred).entries.map(\.modified) == [clock.time])
            #expect(spool.tries(ref)?.crashes == 1)
            #expect(try spool.history(of: ref.id).map(\.event) == ["recovered"])
            #expect(try spool.recover(.inbox).deferred.isEmpty)
        }
    }

    @Test func `what may be at the other end is not looked up before it can be seen there`() throws {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1", .outbox)
            try crash(spool, ref)
            _ = try spool.recover(.outbox, settle: .seconds(60))
            #expect(try spool.list(.outbox, .deferred).entries.map(\.modified) == [clock.time + .seconds(60)])
        }
    }

    @Test func `the third dead worker puts an entry on hold`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            for count in 1...3 {
                try crash(spool, ref)
                let report = try spool.recover(.inbox)
                #expect(report.held == (count == 3 ? [ref] : []))
            }
            #expect(try spool.states(ref) == [.hold])
            #expect(spool.tries(ref)?.crashes == 3)
        }
    }

    @Test func `requeue forgives the crashes`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            for _ in 1...3 {
                try crash(spool, ref)
                _ = try spool.recover(.inbox)
            }
            try spool.requeue(ref)
            try crash(spool, ref)
            #expect(try spool.recover(.inbox).deferred == [ref])
        }
    }

    @Test func `a file in tmp is swept once its writer is gone, and not before`() throws {
        try withSpool { spool, _ throws in
            let folder = spool.layout.temporary(.inbox)
            try OpenFile(folder.appending("joe-1.0123"), .create).write([1])
            #expect(mkfifo(folder.appending("fifo").string, 0o600) == 0)
            let writer = try spool.writer(
                .inbox, Envelope(id: SpoolStore.id("2"), kind: .analysis, created: spool.now(), origin: "", program: "")
            )
            #expect(try spool.recover(.inbox).swept == 1)
            #expect(try Folder.names(folder).count == 2)
            try writer.commit()
            #expect(try Folder.names(folder) == ["fifo"])
        }
    }

    @Test func `the remains of records are swept`() throws {
        try withSpool { spool, _ throws in
            try OpenFile(spool.layout.stages.appending("map.json.17.new"), .create).write([1])
            try OpenFile(spool.layout.stages.appending("map.json"), .create).write([1])
            #expect(try spool.recover(.inbox).swept == 1)
            #expect(try Folder.names(spool.layout.stages) == ["map.json"])
        }
    }

    @Test func `what cannot be opened is set aside instead of stopping a stage`() throws {
        try withSpool { spool, _ throws in
            let path = spool.layout.entry(EntryPlace(EntryRef(.inbox, SpoolStore.id("1")), .active))
            try OpenFile(path, .create).write([1])
            #expect(chown(path.string, 12_345, 12_345) == 0 || geteuid() != 0)
            try spool.give("2")
            try crash(spool, EntryRef(.inbox, SpoolStore.id("2")))
            let report = try spool.recover(.inbox)
            #expect(report.deferred.contains(EntryRef(.inbox, SpoolStore.id("2"))))
        }
    }

    /// Each pair that half a rename can leave, and which name must stay.
    @Test(
        arguments: [
            (.ready, .active, .active), (.deferred, .active, .deferred), (.active, .deferred, .deferred),
            (.active, .failed, .failed), (.active, .hold, .hold), (.active, .exported, .exported),
            (.exported, .done, .done), (.failed, .deferred, .deferred), (.hold, .deferred, .hold),
            (.done, .deferred, .deferred),
            (.ready, .hold, .hold), (.done, .hold, .hold), (.active, .done, .done),
        ] as [(EntryState, EntryState, EntryState)]) func `one file in two states is one entry, where it was moved to`(
            from: EntryState, to: EntryState, stays: EntryState
        ) throws
    {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1", payload: "abc")
            let day = clock.time.utcDay
            func path(_ state: EntryState) -> FilePath {
                spool.layout.entry(EntryPlace(ref, state, day: state == .done ? day : nil))
            }
            if from != .ready { try Kernel.rename(path(.ready), to: path(from)) }
            #expect(link(path(from).string, path(to).string) == 0)
            #expect(try spool.verify().problems.map(\.code) == [.twin])
            // Whatever touches it first: recovery for `active`, a claim, an operator.
            _ = try spool.recover(.inbox)
            var list = WorkList(spool, .inbox)
            let claims = try list.next(5)
            #expect(claims.count <= 1)
            for claim in claims { try claim.deferred(until: clock.time + .seconds(60)) }
            if try spool.places(of: ref).count > 1 {
                // No stage looks into these states, but an operator's verb does, one that is refused as well.
                #expect(throws: StoreError.self) { try spool.receipted(ref) }
            }
            let expected: EntryState = stays == .active ? .deferred : stays
            #expect(try spool.states(ref) == [expected])
            #expect(try Kernel.status(spool.layout.entry(try #require(try spool.places(of: ref).first)))?.links == 1)
            #expect(try spool.verify().problems.isEmpty)
        }
    }

    @Test func `a file under another program's second name is left alone`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            let copy = spool.layout.root.removingLastComponent().appending("backup")
            #expect(link(spool.layout.entry(EntryPlace(ref, .ready)).string, copy.string) == 0)
            #expect(try spool.claim(EntryPlace(ref, .ready)) != nil)
            #expect(try Kernel.status(copy) != nil)
        }
    }

    @Test func `half a birth's rename is swept, and the entry stays`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            let twin = spool.layout.temporary(.inbox).appending("joe-1.77")
            #expect(link(spool.layout.entry(EntryPlace(ref, .ready)).string, twin.string) == 0)
            #expect(try spool.recover(.inbox).swept == 1)
            #expect(try spool.states(ref) == [.ready])
        }
    }
}
