import Logging
import Synchronization
import Testing

@testable import Spool

/// What the stages say in the log, and how often.
@Suite struct LogTests {
    /// Keeps what is logged: level, message and metadata of each line.
    private final class Book: Sendable {
        private let all = Mutex<[(level: Logger.Level, message: String, metadata: [String: String])]>([])

        func add(_ event: LogEvent) {
            let metadata = (event.metadata ?? [:]).mapValues { "\($0)" }
            all.withLock { $0.append((event.level, "\(event.message)", metadata)) }
        }

        var lines: [(level: Logger.Level, message: String, metadata: [String: String])] { all.withLock { $0 } }

        func lines(_ message: LogMessage) -> [[String: String]] {
            lines.filter { $0.message == message.rawValue }.map(\.metadata)
        }
    }

    private struct Writer: LogHandler {
        let book: Book
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) { book.add(event) }
    }

    private func context(_ bench: StageBench, _ book: Book) -> StageContext {
        StageContext(
            spool: bench.spool, logger: Logger(label: "test") { _ in Writer(book: book) }, settle: bench.settle,
            scatter: { 0 })
    }

    @Test func `an entry's line has its ref, how it ended and how long it took`() async throws {
        try await withBench { bench in
            try bench.add("1")
            try bench.add("2", "no json")
            let book = Book()
            _ = await MapStage(context(bench, book), options: MappingOptions()).pass()
            let done = try #require(book.lines(.entryDone).first)
            #expect(done["ref"] == "inbox/joe-1" && done["stage"] == "map" && done["outcome"] == "mapped")
            #expect(done["seconds"] == "0.000")
            let failed = try #require(book.lines(.entryFailed).first)
            #expect(failed["ref"] == "inbox/joe-2" && failed["code"] != nil && failed["reason"] != nil)
        }
    }

    @Test func `a stage that waits says so once, and once that it goes on`() async throws {
        try await withBench { bench in
            let book = Book()
            let (triggers, trigger) = AsyncStream.makeStream(of: Void.self)
            for _ in 0..<4 { trigger.yield() }
            trigger.finish()
            let passes = Mutex(0)
            let loop = StageLoop(.submit, context(bench, book), triggers: triggers) {
                // Each pass takes longer than the stage would wait.
                bench.clock.advance(by: .seconds(7200))
                let number = passes.withLock { passes in
                    passes += 1
                    return passes
                }
                var report = PassReport()
                if number < 4 { report.halt = Halt(code: "connect", reason: "nobody is there", traceID: "t-1") }
                return report
            }
            try await loop.run()
            let waits = book.lines(.waits)
            #expect(waits.count == 1)
            #expect(waits.first?["code"] == "connect" && waits.first?["traceID"] == "t-1")
            #expect(book.lines(.goesOn).count == passes.withLock { $0 == 4 ? 1 : 0 })
        }
    }

    /// One trigger each minute; at which minutes a pass began, if the passes of these numbers had to wait.
    private func passes(
        rest: Duration, minutes: Int, halted: Set<Int> = [], setBackAfter: Int? = nil
    ) async throws -> [Int] {
        let minutesOfPasses = Mutex<[Int]>([])
        try await withBench { bench in
            let minute = Mutex(-1)
            let triggers = AsyncStream<Void> {
                let next = minute.withLock { minute in
                    minute += 1
                    return minute
                }
                if next > 0 { bench.clock.advance(by: .seconds(next - 1 == setBackAfter ? -86_400 : 60)) }
                return next < minutes ? () : nil
            }
            let loop = StageLoop(.fetch, context(bench, Book()), triggers: triggers, rest: rest) {
                let number = minutesOfPasses.withLock { passes in
                    passes.append(minute.withLock { $0 })
                    return passes.count
                }
                var report = PassReport()
                if halted.contains(number) { report.halt = Halt(code: "connect", reason: "nobody is there") }
                return report
            }
            try await loop.run()
        }
        return minutesOfPasses.withLock { $0 }
    }

    @Test func `a stage rests after a pass, and goes on as soon as a wait is over`() async throws {
        #expect(try await passes(rest: .seconds(900), minutes: 40) == [0, 15, 30])
        #expect(try await passes(rest: .zero, minutes: 3) == [0, 1, 2])
        #expect(try await passes(rest: .seconds(30 * 86_400), minutes: 30) == [0])
        // The second and the third one wait for a minute, and for as long as that has lasted.
        #expect(try await passes(rest: .seconds(900), minutes: 40, halted: [2, 3]) == [0, 15, 16, 17, 32])
    }

    @Test func `a clock that was set back makes no stage wait or rest until it has caught up`() async throws {
        #expect(try await passes(rest: .seconds(900), minutes: 20, setBackAfter: 4) == [0, 5])
        #expect(try await passes(rest: .zero, minutes: 8, halted: [1], setBackAfter: 0) == [0, 1, 2, 3, 4, 5, 6, 7])
    }

    @Test func `what was said stays unsaid until it is over`() {
        let incidents = Incidents()
        #expect(incidents.news(.notRecovered, of: .map, ["a", "b"]) == ["a", "b"])
        #expect(incidents.news(.notRecovered, of: .map, ["b", "c"]) == ["c"])
        #expect(incidents.news(.notRecovered, of: .submit, ["b"]) == ["b"])
        #expect(incidents.news(.entryNotMoved, of: .map, ["b"]) == ["b"])
        #expect(incidents.news(.notRecovered, of: .map, []) == [])
        #expect(incidents.news(.notRecovered, of: .map, ["b"]) == ["b"])
    }

    @Test func `every line has its message's level and only keys of the list`() async throws {
        try await withBench { bench in
            let book = Book()
            try bench.add("1")
            try bench.add("2", "no json")
            let stages = context(bench, book)
            _ = await MapStage(stages, options: MappingOptions()).pass()
            for line in book.lines {
                #expect(LogMessage(rawValue: line.message)?.level == line.level)
                #expect(line.metadata.keys.allSatisfy { LogKey(rawValue: $0) != nil })
            }
        }
    }

    @Test(arguments: [(0, "0.000"), (5, "0.005"), (1234, "1.234"), (60_000, "60.000"), (-5, "0.000")])
    func `durations are seconds to the millisecond`(milliseconds: Int, text: String) {
        #expect(Duration.milliseconds(milliseconds).logSeconds == text)
    }
}
