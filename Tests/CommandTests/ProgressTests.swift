import Spool
import Synchronization
import TestSupport
import Testing

@testable import SpoolCommands

struct ProgressTests {
    private final class Screen: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        func add(_ more: UnsafeRawBufferPointer) { bytes.withLock { $0.append(contentsOf: more) } }
        var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
    }

    private func surroundings(_ screen: Screen, _ style: OutputStyle, _ clock: TestClock) -> Surroundings {
        Surroundings(
            out: OutputStream(style: .plain) { _ in }, talk: OutputStream(style: style) { screen.add($0) },
            input: { [] }, environment: [:], now: clock.now)
    }

    private static let terminal = OutputStyle(isTerminal: true, width: 40, hasColour: false, hasEscapes: true)

    @Test(arguments: [
        (Progress(what: "map", done: 5, total: 10, elapsed: 0.5), "map: 5 of 10"),
        (Progress(what: "map", done: 1200, total: 5000, elapsed: 5), "map: 1200 of 5000, 240/s, 15s left"),
        (Progress(what: "submit", done: 10, total: 100, elapsed: 10), "submit: 10 of 100, 1.0/s, 1m left"),
        (Progress(what: "submit", done: 1, total: 3, elapsed: 60), "submit: 1 of 3, 1.0/min, 2m left"),
        (Progress(what: "fetch", done: 10, total: 100_000, elapsed: 30), "fetch: 10 of 100000, 20/min, 3d 11h left"),
        (Progress(what: "fetch: listing", done: 12_000, total: nil, elapsed: 3), "fetch: listing: 12000, 4000/s"),
        (Progress(what: "map", done: 12, total: 10, elapsed: 3, note: ", 2 failed"), "map: 12, 4.0/s, 2 failed"),
        (Progress(what: "map", done: 0, total: 10, elapsed: 100), "map: 0 of 10"),
    ])
    func `how much, how fast, how long it will take`(progress: Progress, text: String) {
        #expect(progress.text == text)
    }

    @Test func `one line that is replaced, below what is said meanwhile, and gone at the end`() throws {
        let (screen, clock) = (Screen(), TestClock())
        let surroundings = surroundings(screen, Self.terminal, clock)
        let line = try #require(ProgressLine(surroundings, isQuiet: false))
        line.begin()
        line.show("map", done: 1, of: 4)
        line.show("map", done: 2, of: 4)
        try surroundings.talk.line("said")
        try surroundings.talk.flush()
        clock.advance(by: .seconds(2))
        line.show("map", done: 3, of: 4)
        line.end()
        let erase = "\r\u{1B}[K"
        #expect(
            screen.text
                == "map: 1 of 4\(erase)said\nmap: 1 of 4\(erase)map: 3 of 4, 1.5/s, 0s left\(erase)")
    }

    @Test(arguments: [true, false])
    func `it makes way for data on the same terminal, and for none elsewhere`(isTerminal: Bool) throws {
        let (screen, clock) = (Screen(), TestClock())
        let talk = OutputStream(style: Self.terminal) { screen.add($0) }
        let out = OutputStream(style: isTerminal ? Self.terminal : .plain, beside: talk) { screen.add($0) }
        let surroundings = Surroundings(out: out, talk: talk, input: { [] }, environment: [:], now: clock.now)
        let line = try #require(ProgressLine(surroundings, isQuiet: false))
        line.show("map", done: 1, of: 4)
        try out.line("data")
        try out.flush()
        line.end()
        try out.line("more")
        try out.flush()
        let erase = "\r\u{1B}[K"
        #expect(
            screen.text
                == (isTerminal
                    ? "map: 1 of 4\(erase)data\nmap: 1 of 4\(erase)more\n" : "map: 1 of 4data\n\(erase)more\n"))
    }

    @Test func `a terminal without escapes gets blanks, a narrow one less text`() throws {
        let (screen, clock) = (Screen(), TestClock())
        let style = OutputStyle(isTerminal: true, width: 10, hasColour: false, hasEscapes: false)
        let line = try #require(ProgressLine(surroundings(screen, style, clock), isQuiet: false))
        line.show("a long name", done: 1, of: 4)
        line.end()
        #expect(screen.text == "a long n…\r         \r")
    }

    @Test func `what is no terminal, and who wants quiet, gets not a byte`() {
        let clock = TestClock()
        #expect(ProgressLine(surroundings(Screen(), .plain, clock), isQuiet: false) == nil)
        #expect(ProgressLine(surroundings(Screen(), Self.terminal, clock), isQuiet: true) == nil)
    }

    @Test func `a pass shows what there is to do`() throws {
        try withSpool { spool, clock in
            try spool.give("1")
            try spool.give("2", deferredUntil: clock.time)
            try spool.give("3", deferredUntil: clock.time + .seconds(3600))
            let screen = Screen()
            let line = try #require(ProgressLine(surroundings(screen, Self.terminal, clock), isQuiet: false))
            let progress = StageProgress(line)
            progress.prepare(.map, spool)
            progress.observe(.map, .began)
            var report = PassReport()
            report.done = 1
            progress.observe(.map, .progressed(report))
            progress.observe(.map, .ended(report))
            #expect(screen.text == "map: 1 of 2\r\u{1B}[K")
        }
    }
}
