import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct ClaimTests {
    private func claim(_ spool: SpoolStore, _ ref: EntryRef, _ state: EntryState = .ready) throws -> Claim {
        try #require(try spool.claim(EntryPlace(ref, state)))
    }

    @Test func `an entry is claimed once, and lies in active as long`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1", payload: "abc")
            let claim = try claim(spool, ref)
            #expect(claim.origin == .ready)
            #expect(try spool.states(ref) == [.active])
            #expect(try claim.reader().payload(limit: 10) == Array("abc".utf8))
            #expect(try spool.claim(EntryPlace(ref, .ready)) == nil)
            #expect(try spool.claim(EntryPlace(ref, .active)) == nil)
            #expect(try spool.recover(.inbox).deferred.isEmpty)
            try claim.done()
            #expect(try spool.states(ref) == [.done])
        }
    }

    @Test(arguments: [EntryState.deferred, .failed, .hold, .exported, .done]) func `a claim ends where its worker says`(
        state: EntryState
    ) throws {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1")
            let claim = try claim(spool, ref)
            let due = clock.time + .seconds(90)
            switch state {
            case .deferred: try claim.deferred(until: due)
            case .failed: try claim.failed()
            case .hold: try claim.held()
            case .exported: try claim.exported()
            default: try claim.done()
            }
            #expect(try spool.states(ref) == [state])
            #expect(try spool.list(.inbox, state).entries.first?.modified == (state == .deferred ? due : clock.time))
        }
    }

    @Test func `what is put back is due at once, from deferred, and counts no try`() throws {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1")
            try claim(spool, ref).putBack()
            let listed = try #require(try spool.list(.inbox, .deferred).entries.first)
            #expect(spool.isDue(listed, at: clock.time))
            #expect(spool.tries(ref) == nil)
            #expect(try claim(spool, ref, .deferred).origin == .deferred)
        }
    }

    @Test func `a claim that has ended holds nobody up, however long it is referred to`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            let first = try claim(spool, ref)
            try first.putBack()
            #expect(try spool.claim(EntryPlace(ref, .deferred)) == nil)
            first.release()
            #expect(try spool.claim(EntryPlace(ref, .deferred)) != nil)
            withExtendedLifetime(first) {}
        }
    }

    @Test func `a file that takes the name's place before the lock is not claimed`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            let path = spool.layout.entry(EntryPlace(ref, .ready))
            let claimed = try KernelProbe.with(
                below: spool.layout.root,
                { (call, _) throws(FileError) in
                    guard call == .flock else { return }
                    Glibc.unlink(path.string)
                    close(open(path.string, O_CREAT | O_WRONLY, 0o600))
                }
            ) { try spool.claim(EntryPlace(ref, .ready)) }
            #expect(claimed == nil)
            #expect(try spool.states(ref) == [.ready])
        }
    }

    @Test func `a file that takes the name's place before the rename is no claim, and recovery finds it`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            let path = spool.layout.entry(EntryPlace(ref, .ready))
            let claimed = try KernelProbe.with(
                below: spool.layout.root,
                { (call, _) throws(FileError) in
                    guard call == .rename else { return }
                    Glibc.unlink(path.string)
                    close(open(path.string, O_CREAT | O_WRONLY, 0o600))
                }
            ) { try spool.claim(EntryPlace(ref, .ready)) }
            #expect(claimed == nil)
            #expect(try spool.states(ref) == [.active])
            #expect(try spool.recover(.inbox).deferred == [ref])
        }
    }

    @Test func `what is done twice on one day is kept once, the newer one`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1", payload: "old")
            try claim(spool, ref).done()
            try spool.give("1", payload: "new")
            try claim(spool, ref).done()
            let place = try #require(try spool.places(of: ref).first)
            #expect(try spool.places(of: ref).count == 1)
            #expect(try spool.reader(place).payload(limit: 10) == Array("new".utf8))
        }
    }

    @Test func `what is done goes into the folder of its day, also when nobody made it ahead`() throws {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1")
            clock.advance(by: .seconds(40 * 86_400))
            try claim(spool, ref).done()
            #expect(try spool.places(of: ref).first?.day?.name == "2027-01-02")
        }
    }

    @Test func `a name that is taken sends the entry to hold, and stops nobody`() throws {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1", payload: "worked on")
            let claim = try claim(spool, ref)
            let stray = spool.layout.entry(EntryPlace(ref, .deferred))
            try OpenFile(stray, .create).write([1])
            try claim.deferred(until: clock.time)
            #expect(try spool.states(ref) == [.deferred, .hold])
            #expect(try spool.reader(EntryPlace(ref, .hold)).payload(limit: 100) == Array("worked on".utf8))
            #expect(try spool.history(of: ref.id).last?.code == "duplicate")
        }
    }

    @Test func `a full disk is met with the reserve`() throws {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1")
            let root = spool.layout.root
            let reserve = spool.layout.reserve
            for step in ["claim", "deferred"] {
                try spool.refillReserve()
                // No room for a rename as long as the reserve is there.
                try KernelProbe.with(
                    below: root,
                    { (call, path) throws(FileError) in
                        var raw = stat()
                        if call == .rename || call == .utimens, stat(reserve.string, &raw) == 0 {
                            throw FileError(call, path, .noSpace)
                        }
                    }
                ) {
                    if step == "claim" {
                        _ = try #require(try spool.claim(EntryPlace(ref, .ready)))
                        #expect(try spool.recover(.inbox).deferred == [ref])
                    } else {
                        try claim(spool, ref, .deferred).deferred(until: clock.time)
                    }
                }
                #expect(try Kernel.status(reserve) == nil)
            }
            #expect(try spool.states(ref) == [.deferred])
        }
    }

    @Test func `a full disk that has no room for today's folder uses the newest there is`() throws {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1")
            let claim = try claim(spool, ref)
            clock.advance(by: .seconds(10 * 86_400))
            try KernelProbe.with(
                below: spool.layout.root,
                { (call, path) throws(FileError) in if call == .mkdir { throw FileError(call, path, .noSpace) } }
            ) { try claim.done() }
            #expect(try spool.places(of: ref).first?.day?.name == "2026-11-24")
        }
    }

    @Test func `a batch is claimed from ready and deferred in turn, and synced as one`() throws {
        try withSpool { spool, clock throws in
            for webid in ["1", "2", "3"] {
                try spool.give(webid)
                clock.advance(by: .seconds(1))
            }
            try spool.give("8", deferredUntil: clock.time + .seconds(-5))
            try spool.give("9", deferredUntil: clock.time + .seconds(60))
            var list = WorkList(spool, .inbox)
            let first = try list.next(3)
            #expect(first.map(\.ref.id.webid) == ["1", "8", "2"])
            #expect(try list.next(3).map(\.ref.id.webid) == ["3"])
            #expect(try list.next(3).isEmpty)
            clock.advance(by: .seconds(60))
            #expect(try list.next(3).map(\.ref.id.webid) == ["9"])
            withExtendedLifetime(first) {}
        }
    }

    /// So many are claimed by several lanes.
    @Test func `a large batch is claimed in its order, and what is no entry is named and stays`() throws {
        try withSpool { spool, clock throws in
            for number in 1...200 {
                try spool.give("\(number)")
                clock.advance(by: .seconds(1))
            }
            var list = WorkList(spool, .inbox)
            let first = try list.next(1)
            // Looked at as a file, and something else when its turn comes.
            let strange = EntryPlace(EntryRef(.inbox, SpoolStore.id("77")), .ready)
            try Kernel.unlink(spool.layout.entry(strange))
            #expect(symlink("nowhere", spool.layout.entry(strange).string) == 0)
            let held = try #require(try spool.claim(EntryPlace(EntryRef(.inbox, SpoolStore.id("100")), .ready)))
            var damaged: [EntryPlace] = []
            let claims = try list.next(150) { place, _ in damaged.append(place) }
            let others = try list.next(150) { place, _ in damaged.append(place) }
            let webids = (first + claims + others).compactMap { Int($0.ref.id.webid) }
            #expect(webids == (1...200).filter { $0 != 77 && $0 != 100 })
            #expect(Set(damaged) == [strange])
            #expect(try spool.list(.inbox, .active).entries.count == 199)
            withExtendedLifetime((first, claims, others, held)) {}
        }
    }

    @Test func `a due time in a far future comes from a clock that jumped`() throws {
        try withSpool { spool, clock throws in
            try spool.give("1", deferredUntil: clock.time + .seconds(7 * 86_400))
            #expect(try spool.nextDue(.inbox) == clock.time + .seconds(7 * 86_400))
            try spool.give("2", deferredUntil: clock.time + .seconds(9 * 86_400))
            #expect(try spool.nextDue(.inbox) == clock.time)
            var list = WorkList(spool, .inbox)
            #expect(try list.next(5).map(\.ref.id.webid) == ["2"])
            // Set back by a year: what waited for tomorrow does not wait for a year.
            clock.advance(by: .seconds(-365 * 86_400))
            #expect(try list.next(5).map(\.ref.id.webid) == ["1"])
        }
    }

    @Test(arguments: [Errno.ioError, .noSpace]) func `a batch that cannot be made durable is put back`(errno: Errno)
        throws
    {
        try withSpool { spool, _ throws in
            for webid in ["1", "2"] { try spool.give(webid) }
            var list = WorkList(spool, .inbox)
            #expect(throws: StoreError.self) {
                try KernelProbe.with(
                    below: spool.layout.root,
                    { (call, path) throws(FileError) in if call == .fsync { throw FileError(call, path, errno) } }
                ) { _ = try list.next(2) }
            }
            #expect(try spool.list(.inbox, .deferred).entries.count == 2)
            #expect(try spool.list(.inbox, .active).entries.isEmpty)
            #expect(spool.tries(EntryRef(.inbox, SpoolStore.id("1"))) == nil)
        }
    }
}
