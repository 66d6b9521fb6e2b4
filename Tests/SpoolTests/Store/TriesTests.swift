import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct TriesTests {
    private let ref = EntryRef(.outbox, SpoolStore.id("1"))

    @Test func `tries are counted from the first, and keep what was last said`() throws {
        try withSpool { spool, clock throws in
            #expect(spool.tries(ref) == nil)
            let first = clock.time
            spool.noteTry(ref, code: "timeout", error: "no answer", traceID: "t-1")
            clock.advance(by: .seconds(60))
            let tries = spool.noteTry(ref, code: "server", error: "500", crash: true)
            #expect(tries.firstTime == first)
            #expect(tries.last == clock.time.rfc3339)
            #expect(tries.count == 2)
            #expect(tries.crashes == 1)
            #expect(tries.code == "server")
            #expect(tries.traceID == nil)
            #expect(spool.tries(ref) == tries)
            #expect(try Folder.names(spool.layout.temporary(.outbox)).isEmpty)
            spool.forgetTries(ref)
            #expect(spool.tries(ref) == nil)
        }
    }

    @Test(arguments: [
        "", "{", "null", "[]", #"{"first":1,"last":2,"count":"x"}"#, "\u{0}\u{0}\u{0}", "é",
        #"{"first":"x","last":"y","count":-7,"crashes":0}"#,
        #"{"first":"2026-11-23T09:15:00.000Z","last":"2026-11-23T09:15:00.000Z","count":1e300,"crashes":0}"#,
    ]) func `a damaged record restarts the count`(text: String) throws {
        try withSpool { spool, clock throws in
            try WholeFile.replace(spool.layout.tries(ref), with: Array(text.utf8))
            let tries = spool.noteTry(ref, code: "x", error: "y")
            #expect(tries.count == 1)
            #expect(tries.firstTime == clock.time)
        }
    }

    @Test func `a count at the end of all numbers does not trap`() throws {
        try withSpool { spool, clock throws in
            let text =
                #"{"first":"\#(clock.time.rfc3339)","last":"\#(clock.time.rfc3339)","count":\#(Int.max),"crashes":\#(Int.max)}"#
            try WholeFile.replace(spool.layout.tries(ref), with: Array(text.utf8))
            #expect(spool.noteTry(ref, code: "x", error: "y", crash: true).count == 1_000_001)
        }
    }

    @Test func `an endless error is cut, whatever it is made of`() throws {
        try withSpool { spool, _ throws in
            let zalgo = "x" + String(repeating: "\u{301}", count: 100_000)
            let tries = spool.noteTry(ref, code: zalgo, error: zalgo, traceID: zalgo)
            #expect(tries.error?.utf8.count ?? 0 <= 2002)
            #expect(spool.tries(ref) == tries)
        }
    }

    @Test(arguments: [-86_400, 10 * 86_400, 50 * 365 * 86_400] as [Int64])
    func `a clock that jumped does not give an entry up`(seconds: Int64) throws {
        try withSpool { spool, clock throws in
            spool.noteTry(ref, code: "x", error: "y")
            clock.advance(by: .seconds(seconds))
            let tries = spool.noteTry(ref, code: "x", error: "y")
            #expect(tries.firstTime == clock.time)
            #expect(tries.count == 2)
        }
    }

    @Test func `time in which it was tried counts in full`() throws {
        try withSpool { spool, clock throws in
            let first = clock.time
            for _ in 0..<20 {
                spool.noteTry(ref, code: "x", error: "y")
                clock.advance(by: .seconds(7 * 86_400))
            }
            #expect(spool.tries(ref)?.firstTime == first)
        }
    }

    enum InPlace: CaseIterable { case folder, fullFolder, link, linkToNothing, fifo }

    @Test(arguments: InPlace.allCases)
    func `what lies in its place is left alone, and the count rises all the same`(thing: InPlace) throws {
        try withSpool { spool, clock throws in
            try spool.give("1", .outbox)
            let path = spool.layout.tries(ref)
            let canary = spool.layout.root.removingLastComponent().appending("canary")
            try WholeFile.replace(canary, with: [0x5a])
            switch thing {
            case .folder: try Kernel.makeDirectory(path)
            case .fullFolder:
                try Kernel.makeDirectory(path)
                try WholeFile.replace(path.appending("x"), with: [1])
            case .link: #expect(symlink(canary.string, path.string) == 0)
            case .linkToNothing: #expect(symlink("/nonexistent/x", path.string) == 0)
            case .fifo: #expect(mkfifo(path.string, 0o600) == 0)
            }
            let before = try Kernel.status(path)
            #expect(spool.tries(ref) == nil)
            let first = clock.time
            // A worker dies on it again and again: the third time it is set aside.
            for count in 1...SpoolStore.crashLimit {
                let place = try #require(try spool.places(of: ref).first)
                _ = try #require(try spool.claim(place))
                clock.advance(by: .seconds(1))
                let report = try spool.recover(.outbox)
                #expect(report.held.count == (count == SpoolStore.crashLimit ? 1 : 0))
                #expect(spool.tries(ref)?.crashes == count)
            }
            #expect(spool.tries(ref)?.firstTime == first + .seconds(1))
            #expect(try spool.states(ref) == [.hold])
            let problems = try spool.verify().problems
            #expect(problems.map(\.code) == [.stranger] && problems.first?.path.lastComponent == path.lastComponent)
            // Released it begins afresh, and is worked off like any other.
            try spool.release(ref)
            #expect(spool.tries(ref) == nil)
            let place = try #require(try spool.places(of: ref).first)
            let claim = try #require(try spool.claim(place))
            spool.noteTry(ref, code: "x", error: "y")
            #expect(spool.tries(ref)?.count == 1)
            try claim.done()
            #expect(spool.tries(ref) == nil)
            #expect(try Kernel.status(path)?.identity == before?.identity)
            #expect(try WholeFile.read(canary) == [0x5a])
            #expect(try Folder.names(spool.layout.tries(.outbox)).count == 1)
        }
    }

    @Test func `without room for it nothing else is lost`() throws {
        try withSpool { spool, _ throws in
            let result = KernelProbe.failing(below: spool.layout.root, at: 0, with: .noSpace, forGood: true) {
                #expect(spool.noteTry(ref, code: "x", error: "y").count == 1)
            }
            #expect(result.error == nil)
        }
    }
}
