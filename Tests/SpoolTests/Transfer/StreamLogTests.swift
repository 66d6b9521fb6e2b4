import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// Numbers: what was begun, completed, given up.
@Suite struct StreamLogTests {
    private let digest = String(repeating: "d", count: 64)

    private func event(_ number: Int, _ kind: StreamEvent.Kind) -> StreamEvent {
        StreamEvent(number, kind, at: TestClock.start, digest: kind == .complete ? digest : nil)
    }

    @Test func `a line is read as it was written, and anything else is none`() {
        for kind in StreamEvent.Kind.allCases {
            let event = StreamEvent(7, kind, at: TestClock.start, digest: digest)
            #expect(StreamEvent(event.line) == event)
        }
        for line in [
            "", "7", "7 begun", "0 begun 2026-11-23T09:15:00.000Z -", "x begun 2026-11-23T09:15:00.000Z -",
            "7 other 2026-11-23T09:15:00.000Z -", "7 begun now -", "7 begun 2026-11-23T09:15:00.000Z x",
            "7 begun 2026-11-23T09:15:00.000Z - ?torn", "9223372036854775807 begun 2026-11-23T09:15:00.000Z -",
            "1125899906842625 begun 2026-11-23T09:15:00.000Z -",
        ] {
            #expect(StreamEvent(line) == nil, "\(line)")
        }
    }

    @Test func `what was begun and never completed is void; the last fifty are remembered`() {
        var events: [StreamEvent] = []
        for number in 1...70 {
            events.append(event(number, .begun))
            if ![3, 40, 41, 60].contains(number) { events.append(event(number, .complete)) }
        }
        let sent = SentNumbers(events)
        #expect(sent.last == 70)
        #expect(sent.open == [3, 40, 41, 60])
        #expect(sent.history.count == 50)
        #expect(sent.history.first?.number == 18)
        #expect(sent.history.last == TransferRecord.Past(number: 70, digest: digest))
        #expect(sent.voidRanges == [[40, 41], [60, 60]])
        #expect(SentNumbers([event(1, .begun), event(1, .void), event(2, .begun)]).voidRanges == [[1, 2]])
        #expect(SentNumbers([]).voidRanges.isEmpty)
    }

    @Test func `one process at a time writes to a stream`() throws {
        try withSpool { spool, _ throws in
            let stream = try #require(TransferStream(spool: spool.id, destination: "peer"))
            let log = try StreamLog.outgoing(spool, stream).locked()
            #expect(throws: TransferError.self) { try StreamLog.outgoing(spool, stream).locked() }
            let other = try #require(TransferStream(spool: spool.id, destination: "other"))
            _ = try StreamLog.outgoing(spool, other).locked()
            try log.note([event(1, .begun), event(1, .complete)])
            #expect(try StreamLog.outgoing(spool, stream).events().count == 2)
            log.release()
            _ = try StreamLog.outgoing(spool, stream).locked()
            withExtendedLifetime(log) {}
        }
    }

    @Test func `what is only called like a record uses up no number but the next`() async throws {
        try await Crossing.with { crossing in
            try crossing.there.give("1", .outbox)
            try await crossing.export()
            let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
            let log = StreamLog.outgoing(crossing.there, stream)
            for name in ["9223372036854775807", "1125899906842624", "4", "-1", "0", "007"] {
                try WholeFile.replace(log.folder.appending("\(name).json"), with: Array("x\n".utf8))
            }
            try Kernel.makeDirectory(log.folder.appending("2.json"))
            try crossing.there.give("2", .outbox)
            #expect(try await crossing.export().bundles.map(\.number) == [3])
            #expect(SentNumbers(try log.events()).voidRanges == [[2, 2]])
            let names = ["007", "0", "-1", "9223372036854775807"].map { "\($0).json" }
            let named = try crossing.there.verifyAll().problems.map(\.description).joined(separator: "\n")
            for name in names { #expect(named.contains("/\(name)"), "\(named)") }
        }
    }

    @Test func `a record that can be read keeps its number when the log is lost, wherever it is`() async throws {
        try await Crossing.with { crossing in
            for webid in ["1", "2", "3"] {
                try crossing.there.give(webid, .outbox)
                try await crossing.export()
            }
            let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
            let log = StreamLog.outgoing(crossing.there, stream)
            for name in ["log", "1.json", "2.json"] { try Kernel.unlink(log.folder.appending(name)) }
            try crossing.there.give("4", .outbox)
            #expect(try await crossing.export(to: .inside(crossing.folder)).bundles.map(\.number) == [4])
        }
    }

    @Test func `a stream whose numbers are used up says so`() async throws {
        try await Crossing.with { crossing in
            let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
            let log = try StreamLog.outgoing(crossing.there, stream).locked()
            try log.note([event(TransferRecord.lastNumber, .complete)])
            log.release()
            let ref = try crossing.there.give("1", .outbox)
            let error = await #expect(throws: TransferError.self) { try await crossing.export() }
            #expect(error?.message.contains("are used up") == true)
            #expect(try crossing.there.states(ref) == [.ready])
        }
    }

    @Test func `a torn line counts as none, and spoils no other`() throws {
        try withSpool { spool, _ throws in
            let stream = try #require(TransferStream(spool: spool.id, destination: "peer"))
            let log = try StreamLog.outgoing(spool, stream).locked()
            try log.note([event(1, .begun)])
            try OpenFile(log.folder.appending("log"), .append).write(Array("2 begun 2026-11".utf8))
            try log.note([event(3, .begun)])
            #expect(try log.events().map(\.number) == [1, 3])
        }
    }

    @Test(arguments: ["", "-a", "a-", "A", "a b", "a/b", "..", "a.b", String(repeating: "a", count: 33)])
    func `this is no destination`(name: String) {
        #expect(TransferStream(spool: "s", destination: name) == nil)
    }

    @Test func `whoever holds a stream has made its folders durable, whoever made them`() throws {
        try withSpool { spool, _ in
            let stream = try #require(TransferStream(spool: spool.id, destination: "peer"))
            for _ in 0..<2 {
                let synced = try KernelProbe.trace(below: spool.layout.root) {
                    try StreamLog.outgoing(spool, stream).locked().release()
                }.filter { $0.call == .fsync }.map(\.path.string)
                #expect(synced == ["transfer", "transfer/outgoing", "transfer/outgoing/peer"])
            }
        }
    }

    /// Thousands of bundles, of which nothing but the lines is looked at.
    @Test func `how many entries a bundle has is known without its record`() async throws {
        try await Crossing.with { crossing in
            for number in 1...3 {
                for entry in 1...number { try crossing.there.give("\(number)\(entry)", .outbox) }
                try await crossing.export()
            }
            let stream = try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
            let (all, log) = (NumberRanges(1...3), StreamLog.outgoing(crossing.there, stream))
            let expected = [1: 1, 2: 2, 3: 3]
            let counts = log.folder.appending("entries")
            let lines = (1...3).map { Seal.line("\($0) \($0)") + "\n" }.joined()
            #expect(try WholeFile.read(counts) == Array(lines.utf8))
            #expect(crossing.there.sentEntries(stream, all) == expected)
            // As after a crash, a power cut, or before there was such a file.
            try WholeFile.replace(counts, with: Array("1 1\n2 x\n3 9".utf8))
            #expect(crossing.there.sentEntries(stream, all) == expected)
            try Kernel.unlink(counts)
            #expect(crossing.there.sentEntries(stream, all) == expected)
            try Kernel.unlink(log.record(2))
            #expect(crossing.there.sentEntries(stream, all) == [1: 1, 3: 3])
            try WholeFile.replace(counts, with: Array("1 1\n2 2\n3 3\n".utf8))
            try Kernel.unlink(log.record(1))
            #expect(crossing.there.sentEntries(stream, all) == expected)
        }
    }
}
