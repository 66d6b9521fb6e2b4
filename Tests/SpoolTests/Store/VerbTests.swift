import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct VerbTests {
    /// An entry in a state, by legal moves.
    private func entry(_ spool: SpoolStore, in state: EntryState, _ queue: QueueName = .inbox) throws -> EntryRef {
        let ref = try spool.give("1", queue, payload: "abc")
        if state == .ready { return ref }
        if state == .hold {
            try spool.hold(ref)
            return ref
        }
        let claim = try #require(try spool.claim(EntryPlace(ref, .ready)))
        switch state {
        case .deferred: try claim.deferred(until: spool.now() + .seconds(3600))
        case .failed: try claim.failed()
        case .exported: try claim.exported()
        case .done: try claim.done()
        case .active, .ready, .hold: break
        }
        return ref
    }

    private func isRefused(_ code: StoreError.Code, _ body: () throws -> Void) -> Bool {
        do {
            try body()
            return false
        } catch {
            return (error as? StoreError)?.code == code
        }
    }

    @Test(arguments: EntryState.allCases)
    func `requeue takes what was given up or done, due now and with a fresh count`(
        state: EntryState
    ) throws {
        try withSpool { spool, clock throws in
            let ref = try entry(spool, in: state)
            spool.noteTry(ref, code: "x", error: "y", crash: true)
            guard [.failed, .hold, .done].contains(state) else {
                #expect(throws: StoreError.self) { try spool.requeue(ref) }
                #expect(try spool.states(ref) == [state])
                return
            }
            clock.advance(by: .seconds(10))
            #expect(try spool.requeue(ref) == EntryPlace(ref, .deferred))
            #expect(try spool.states(ref) == [.deferred])
            #expect(try spool.list(.inbox, .deferred).entries.first?.modified == clock.time)
            #expect(spool.tries(ref) == nil)
            #expect(try spool.history(of: ref.id).last?.event == "requeued")
        }
    }

    @Test(arguments: [EntryState.hold, .failed, .done])
    func `a report comes back no sooner than settle after it may have been sent`(state: EntryState) throws {
        try withSpool { spool, clock throws in
            func due(after seconds: Int64) throws -> Timestamp? {
                let ref = try entry(spool, in: state, .outbox)
                clock.advance(by: .seconds(seconds))
                if state == .hold {
                    try spool.release(ref, settle: .seconds(60))
                } else {
                    try spool.requeue(ref, settle: .seconds(60))
                }
                defer { TemporaryFolder.empty(spool.layout.queue(.outbox)) }
                return try spool.list(.outbox, .deferred).entries.first?.modified
            }
            #expect(try due(after: 10) == clock.time + .seconds(50))
            #expect(try due(after: 70) == clock.time)
            // The clock was set back meanwhile: no waiting for it.
            #expect(try due(after: -5000) == clock.time)
            let analysis = try entry(spool, in: .done)
            try spool.requeue(analysis, settle: .seconds(60))
            #expect(try spool.list(.inbox, .deferred).entries.first?.modified == clock.time)
        }
    }

    @Test(arguments: EntryState.allCases) func `hold takes everything but what is worked on`(state: EntryState) throws {
        try withSpool { spool, _ throws in
            let ref = try entry(spool, in: state)
            if state == .active || state == .hold {
                #expect(throws: StoreError.self) { try spool.hold(ref) }
            } else {
                try spool.hold(ref)
                #expect(try spool.states(ref) == [.hold])
                try spool.release(ref)
                #expect(try spool.states(ref) == [.deferred])
                #expect(try spool.history(of: ref.id).suffix(2).map(\.event) == ["held", "released"])
            }
        }
    }

    @Test(arguments: EntryState.allCases.filter { $0 != .hold }) func `release takes only what is on hold`(
        state: EntryState
    ) throws {
        try withSpool { spool, _ throws in
            let ref = try entry(spool, in: state)
            #expect(throws: StoreError.self) { try spool.release(ref) }
            #expect(try spool.states(ref) == [state])
        }
    }

    @Test(arguments: EntryState.allCases) func `drop takes everything but what is worked on, for good`(
        state: EntryState
    ) throws {
        try withSpool { spool, _ throws in
            let ref = try entry(spool, in: state)
            let place = try #require(try spool.places(of: ref).first)
            if state == .active {
                #expect(isRefused(.locked) { try spool.drop(place) })
            } else {
                try spool.drop(place)
                #expect(try spool.places(of: ref).isEmpty)
                #expect(isRefused(.missing) { try spool.drop(place) })
            }
        }
    }

    @Test func `a receipt moves what was exported to done, and nothing else`() throws {
        try withSpool { spool, _ throws in
            let ref = try entry(spool, in: .exported)
            try spool.receipted(ref)
            #expect(try spool.states(ref) == [.done])
            #expect(throws: StoreError.self) { try spool.receipted(ref) }
        }
    }

    @Test(arguments: [EntryState.ready, .deferred, .hold, .failed, .done, .exported])
    func `verbs take the worker's lock, and say so when it is held`(state: EntryState) throws {
        try withSpool { spool, _ throws in
            let ref = try entry(spool, in: state)
            let place = try #require(try spool.places(of: ref).first)
            let worker = try OpenFile(spool.layout.entry(place), .read)
            #expect(try worker.tryLock())
            if state != .hold { #expect(isRefused(.locked) { try spool.hold(ref) }) }
            if state == .hold { #expect(isRefused(.locked) { try spool.release(ref) }) }
            #expect(isRefused(.locked) { try spool.drop(place) })
            #expect(try spool.places(of: ref) == [place])
        }
    }

    /// The lock is what keeps a claim away until the move is made: it must not be let go before the rename.
    @Test func `a verb holds the lock until it has moved`() throws {
        try withSpool { spool, _ throws in
            let ref = try entry(spool, in: .failed)
            let path = spool.layout.entry(EntryPlace(ref, .failed)).string
            try KernelProbe.with(
                below: spool.layout.root,
                { (call, failedPath) throws(FileError) in
                    guard call == .rename, failedPath.string == path else { return }
                    let descriptor = open(path, O_RDONLY)
                    defer { close(descriptor) }
                    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { throw FileError(call, failedPath, .notPermitted) }
                }
            ) { _ = try spool.requeue(ref) }
            #expect(try spool.states(ref) == [.deferred])
        }
    }

    @Test func `an analysis is not requeued while its report is outside done`() throws {
        try withSpool { spool, _ throws in
            let ref = try entry(spool, in: .done)
            let other = try #require(QueueName("outbox.blue"))
            try spool.addQueue(other)
            for queue in [QueueName.outbox, other] {
                let report = try spool.give("1", queue)
                #expect(isRefused(.refused) { try spool.requeue(ref) })
                try #require(try spool.claim(EntryPlace(report, .ready))).done()
            }
            try spool.requeue(ref)
            #expect(try spool.states(ref) == [.deferred])
        }
    }

    @Test func `what is done is not requeued beside a newer one that is not`() throws {
        try withSpool { spool, _ throws in
            let ref = try entry(spool, in: .done)
            try spool.give("1")
            #expect(isRefused(.refused) { try spool.requeue(ref) })
            #expect(try spool.states(ref) == [.ready, .done])
        }
    }

    @Test func `of two that are done, the newer one is requeued`() throws {
        try withSpool { spool, clock throws in
            let ref = try spool.give("1", payload: "old")
            try #require(try spool.claim(EntryPlace(ref, .ready))).done()
            clock.advance(by: .seconds(86_400))
            try spool.give("1", payload: "new")
            try #require(try spool.claim(EntryPlace(ref, .ready))).done()
            try spool.requeue(ref)
            #expect(try spool.reader(EntryPlace(ref, .deferred)).payload(limit: 10) == Array("new".utf8))
        }
    }

    @Test func `an unknown name is missing`() throws {
        try withSpool { spool, _ throws in
            let ref = EntryRef(.inbox, SpoolStore.id("404"))
            #expect(isRefused(.missing) { try spool.requeue(ref) })
            #expect(isRefused(.missing) { try spool.hold(ref) })
            #expect(isRefused(.missing) { try spool.release(ref) })
            #expect(isRefused(.missing) { _ = try spool.reader(EntryPlace(ref, .ready)) })
        }
    }

    @Test func `what is no file is set aside without being opened, and can be dropped`() throws {
        try withSpool { spool, _ throws in
            let ref = EntryRef(.inbox, SpoolStore.id("1"))
            let place = EntryPlace(ref, .ready)
            #expect(mkfifo(spool.layout.entry(place).string, 0o600) == 0)
            #expect(isRefused(.damaged) { _ = try spool.claim(place) })
            try spool.setAside(place, code: "damaged", reason: "no file")
            #expect(try spool.states(ref) == [.failed])
            #expect(spool.tries(ref)?.code == "damaged")
            try spool.drop(EntryPlace(ref, .failed))
            #expect(try spool.places(of: ref).isEmpty)
        }
    }

    @Test func `what is set aside beside an older dead letter goes to hold`() throws {
        try withSpool { spool, _ throws in
            let ref = EntryRef(.inbox, SpoolStore.id("1"))
            try OpenFile(spool.layout.entry(EntryPlace(ref, .failed)), .create).write([1])
            #expect(symlink("/etc/passwd", spool.layout.entry(EntryPlace(ref, .ready)).string) == 0)
            try spool.setAside(EntryPlace(ref, .ready), code: "damaged", reason: "a link")
            #expect(try spool.states(ref) == [.hold, .failed])
        }
    }
}
