import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// What comes back over the gap, and what each side knows of the other.
@Suite struct ReceiptTests {
    private func stream(_ crossing: Crossing) throws -> TransferStream {
        try #require(TransferStream(spool: crossing.there.id, destination: "peer"))
    }

    private func arrived(_ crossing: Crossing) throws -> ArrivedStatus {
        try #require(try crossing.here.arrivedStatus().first)
    }

    private func sent(_ crossing: Crossing) throws -> SentStatus { try #require(try crossing.there.sentStatus().first) }

    private func receipt(_ crossing: Crossing, from first: Int? = nil, limit: Int = 500) throws -> [UInt8] {
        Receipt(try arrived(crossing), from: first, limit: limit, by: crossing.here).encoded()
    }

    @discardableResult
    private func accept(_ text: [UInt8], _ crossing: Crossing) async throws -> AcceptedReceipt {
        try await ReceiptDesk(crossing.there, signatures: nil).accept(text)
    }

    private func refusal(_ text: String, _ crossing: Crossing) async -> String {
        do {
            try await accept(Array(text.utf8), crossing)
            return "accepted"
        } catch let error as TransferError {
            return error.code == .refused ? error.message : "\(error.code)"
        } catch {
            return "\(error)"
        }
    }

    /// Bundles 1 to `count` with an entry each; those in `carried` arrive.
    private func cross(_ crossing: Crossing, _ count: Int, carried: Set<Int>) async throws -> [FilePath] {
        var bundles: [FilePath] = []
        for number in 1...count {
            try crossing.there.give("\(number)", .outbox)
            let bundle = try await crossing.bundle()
            bundles.append(bundle)
            if carried.contains(number) { try await crossing.take(.folder(bundle)) }
        }
        return bundles
    }

    private func ref(_ number: Int) -> EntryRef { EntryRef(.outbox, SpoolStore.id("\(number)")) }

    @Test func `ranges say what is there and what is lacking`() {
        #expect(NumberRanges([5, 1, 2, 3, 7, 6]).description == "1-3, 5-7")
        #expect(NumberRanges([Int]()).isEmpty)
        #expect(NumberRanges(lackingFrom: [2, 3, 6], upTo: 8).description == "1, 4-5, 7-8")
        #expect(NumberRanges(lackingFrom: [1, 2], upTo: 2).isEmpty)
        #expect(NumberRanges(lackingFrom: [Int](), upTo: 1 << 50).count == 1 << 50)
    }

    @Test func `what is missing is known by number, and by digest from later bundles`() async throws {
        try await Crossing.with { crossing in
            let bundles = try await cross(crossing, 5, carried: [2, 5])
            let status = try arrived(crossing)
            #expect(status.imported.map(\.number) == [2, 5])
            #expect(status.missing.description == "1, 3-4")
            let digests = Dictionary(
                uniqueKeysWithValues: SentNumbers(try StreamLog.outgoing(crossing.there, stream(crossing)).events())
                    .complete.map { ($0.number, $0.digest) })
            #expect(status.named == [1, 3, 4].map { TransferRecord.Past(number: $0, digest: digests[$0] ?? "") })
            // It comes late: no gap any more.
            for number in [1, 3, 4] { try await crossing.take(.folder(bundles[number - 1])) }
            #expect(try arrived(crossing).missing.isEmpty)
            #expect(try arrived(crossing).named.isEmpty)
        }
    }

    @Test func `a number that the sender gave up is no gap`() async throws {
        try await Crossing.with { crossing in
            // The lock goes with the log.
            try StreamLog.outgoing(crossing.there, stream(crossing)).locked().note([
                StreamEvent(1, .begun, at: crossing.clock.time), StreamEvent(1, .void, at: crossing.clock.time),
            ])
            try crossing.there.give("1", .outbox)
            try await crossing.take(.folder(try await crossing.bundle()))
            #expect(try arrived(crossing).void.description == "1")
            #expect(try arrived(crossing).missing.isEmpty)
        }
    }

    @Test func `a receipt moves just what it names, and says what is open`() async throws {
        try await Crossing.with { crossing in
            _ = try await cross(crossing, 3, carried: [1, 3])
            #expect(try sent(crossing).open.map(\.number) == [1, 2, 3])
            #expect(try sent(crossing).missing.isEmpty)
            let result = try await accept(try receipt(crossing), crossing)
            #expect(result.numbers == [1, 3])
            #expect(result.moved == [ref(1), ref(3)])
            #expect(result.receipt.missing.description == "2")
            #expect(try [1, 2, 3].map { try crossing.there.states(ref($0)) } == [[.done], [.exported], [.done]])
            let status = try sent(crossing)
            #expect(status.open.map(\.number) == [2])
            #expect(status.missing.map(\.number) == [2])
            #expect(status.receipted.description == "1, 3")
            #expect(try crossing.there.verify().problems.isEmpty)
            // Once more: nothing.
            let again = try await accept(try receipt(crossing), crossing)
            #expect(again.numbers.isEmpty && again.moved.isEmpty)
        }
    }

    @Test func `a receipt survives a mail`() async throws {
        try await Crossing.with { crossing in
            _ = try await cross(crossing, 2, carried: [1, 2])
            let text = String(decoding: try receipt(crossing), as: UTF8.self)
            #expect(text.utf8.allSatisfy { $0 == 0x0a || (0x20...0x7e).contains($0) })
            let mail =
                "\u{feff}From: a@b.example\r\nSubject: receipt\r\n\r\nHello,\r\n"
                + text.split(separator: "\n").map { "\($0)  \r\n" }.joined() + "\r\n-- \r\nme\r\n"
            #expect(try await accept(Array(mail.utf8), crossing).numbers == [1, 2])
        }
    }

    @Test func `a receipt with anything wrong in it moves nothing`() async throws {
        try await Crossing.with { crossing in
            _ = try await cross(crossing, 3, carried: [1, 2])
            let text = String(decoding: try receipt(crossing), as: UTF8.self)
            let digest = try arrived(crossing).imported[1].digest
            func with(_ old: String, _ new: String) -> String {
                text.split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
            }
            let wrong: [(String, String)] = [
                (with(digest, String(repeating: "0", count: 64)), "digest of number 2"),
                (with("end\n", "9 \(digest)\nend\n"), "number 9, which was never completed here"),
                (with(crossing.there.id, crossing.here.id), "this one is \(crossing.there.id)"),
                (with("/peer", "/other"), "'other', where nothing was ever sent"),
                (with("spool-receipt 1", "spool-receipt 2"), "format 2; this program reads up to 1"),
                (with("end\n", ""), "cut short"),
                (with("end\n", "rm -rf\nend\n"), "line 8 of the receipt"),
                (with("1 ", "01 "), "line 6"), (with("\n2 ", "\n1 "), "line 7"), (with("by ", "of "), "line 4"),
                (text + text, "2 receipts"), ("", "no receipt"), (with("issued 2", "issued x"), "names no time"),
                (with("end\n", "missing 5-3\nend\n"), "line 8"), (with("end\n", "end \u{e9}\n"), "cut short"),
            ]
            for (text, reason) in wrong {
                let found = await refusal(text, crossing)
                #expect(found.contains(reason), "\(found)")
            }
            for number in 1...3 { #expect(try crossing.there.states(ref(number)) == [.exported]) }
            #expect(try sent(crossing).receipted.isEmpty)
        }
    }

    @Test func `an acceptance that fails anywhere is completed when it is repeated`() async throws {
        try await Crossing.with { crossing in
            _ = try await cross(crossing, 2, carried: [1, 2])
            let text = try receipt(crossing)
            var failures = 0
            for index in 0... {
                let counter = CallCounter(failingAt: index)
                do {
                    let result = try await KernelProbe.withAsync(below: crossing.there.layout.root, counter.probe) {
                        try await accept(text, crossing)
                    }
                    if result.numbers.isEmpty || index > 400 { break }
                } catch {
                    failures += 1
                }
                // Whatever was receipted by its line is done.
                let receipted = try sent(crossing).receipted
                for number in 1...2 where receipted.contains(number) {
                    #expect(try crossing.there.states(ref(number)) == [.done], "call \(index)")
                }
            }
            #expect(failures > 10)
            #expect(try sent(crossing).receipted.description == "1-2")
            for number in 1...2 { #expect(try crossing.there.states(ref(number)) == [.done]) }
        }
    }

    /// Else the line would say of entries that stay in `exported` for good that they have arrived.
    @Test func `without the record of one bundle nothing of the receipt is taken, and the record is named`()
        async throws
    {
        try await Crossing.with { crossing in
            _ = try await cross(crossing, 2, carried: [1, 2])
            let text = try receipt(crossing)
            let record = StreamLog.outgoing(crossing.there, try stream(crossing)).record(2)
            let bytes = try #require(try WholeFile.read(record))
            try Kernel.unlink(record)
            do {
                try await accept(text, crossing)
                Issue.record("accepted")
            } catch let error as TransferError {
                #expect(error.code == .missing && error.message.contains("\(record) is gone"))
            }
            for number in 1...2 { #expect(try crossing.there.states(ref(number)) == [.exported]) }
            #expect(try sent(crossing).receipted.isEmpty)
            try WholeFile.replace(record, with: bytes)
            #expect(try await accept(text, crossing).numbers == [1, 2])
        }
    }

    @Test func `what was moved is synced before the receipt counts`() async throws {
        try await Crossing.with { crossing in
            _ = try await cross(crossing, 1, carried: [1])
            let text = try receipt(crossing)
            let (day, exported) = (crossing.clock.time.utcDay, crossing.there.layout.folder(.outbox, .exported))
            let log = StreamLog.outgoing(crossing.there, try stream(crossing)).folder.appending("log")
            let calls = CallList()
            try await KernelProbe.withAsync(below: crossing.there.layout.root, calls.probe) {
                _ = try await accept(text, crossing)
            }
            let interesting = calls.calls.filter {
                $0.0 == .fsync || $0.0 == .rename || ($0.0 == .write && $0.1 == log)
            }
            let order = interesting.map { "\($0.0.rawValue) \($0.1)" }
            let entry = crossing.there.layout.entry(EntryPlace(ref(1), .exported))
            let expected = [
                "rename \(entry)", "fsync \(crossing.there.layout.folder(.outbox, .done, day: day))",
                "fsync \(exported)",
                "write \(log)", "fsync \(log)",
            ]
            let first = try #require(order.firstIndex(of: expected[0]))
            #expect(Array(order[first...].prefix(5)) == expected)
        }
    }

    @Test func `what an operator has put elsewhere stays there, and is said`() async throws {
        try await Crossing.with { crossing in
            for number in 1...3 { try crossing.there.give("\(number)", .outbox) }
            try await crossing.take(.folder(try await crossing.bundle()))
            try crossing.there.hold(ref(1))
            try crossing.there.drop(EntryPlace(ref(2), .exported))
            let result = try await accept(try receipt(crossing), crossing)
            #expect(result.moved == [ref(3)])
            #expect(result.elsewhere.map(\.ref) == [ref(1)])
            #expect(result.elsewhere.map(\.end) == [.elsewhere(.hold)])
            #expect(try crossing.there.states(ref(1)) == [.hold])
        }
    }

    @Test func `an entry of the same name that was exported later waits for its own receipt`() async throws {
        try await Crossing.with { crossing in
            try crossing.there.give("1", .outbox, payload: "{\"a\":1}")
            try await crossing.take(.folder(try await crossing.bundle()))
            try crossing.there.drop(EntryPlace(ref(1), .exported))
            try crossing.there.give("1", .outbox, payload: "{\"a\":2}")
            _ = try await crossing.bundle()
            let result = try await accept(try receipt(crossing), crossing)
            #expect(result.numbers == [1] && result.moved.isEmpty)
            #expect(result.elsewhere.map(\.end) == [.another])
            #expect(try crossing.there.states(ref(1)) == [.exported])
        }
    }

    @Test func `a receipt may begin anywhere, and names no more than it should`() async throws {
        try await Crossing.with { crossing in
            _ = try await cross(crossing, 4, carried: [1, 2, 3, 4])
            func numbers(_ first: Int?, _ limit: Int) throws -> [Int] {
                try ReceivedReceipt(try receipt(crossing, from: first, limit: limit)).receipt.bundles.map(\.number)
            }
            #expect(try numbers(nil, 2) == [3, 4])
            #expect(try numbers(2, 2) == [2, 3])
            #expect(try numbers(1, 9) == [1, 2, 3, 4])
        }
    }

    // MARK: Once more

    @Test func `a lost bundle is repeated with its number and its digest, before and after its receipt`() async throws {
        try await Crossing.with { crossing in
            let bundles = try await cross(crossing, 2, carried: [2])
            let events = try StreamLog.outgoing(crossing.there, stream(crossing)).events()
            for (index, target) in [ExportTarget.inside(crossing.medium), .tar(crossing.medium.appending("x.tar"))]
                .enumerated()
            {
                if index == 0 { TemporaryFolder.remove(bundles[0]) }
                let again = try await Repetition(crossing.there, Crossing.standardExport).run(1, to: target)
                #expect(again.number == 1)
                #expect(again.digest == SentNumbers(events).complete.first?.digest)
                let location = BundleLocation.folder(try #require(again.path))
                let result = try await crossing.take(index == 0 ? location : .tar(try #require(again.path)))
                #expect(result.number == 1)
                #expect(result.imported.count == (index == 0 ? 1 : 0))
                #expect(result.warnings.isEmpty)
            }
            #expect(try arrived(crossing).missing.isEmpty)
            try await accept(try receipt(crossing), crossing)
            #expect(try crossing.there.states(ref(1)) == [.done])
            let tape = StreamTape()
            _ = try await Repetition(crossing.there, Crossing.standardExport).run(1, to: .stream(tape.drain))
            #expect(try await crossing.take(.stream(StreamTape(tape.bytes).stream(), named: "x")).known == [ref(1)])
            #expect(
                try StreamLog.outgoing(crossing.there, stream(crossing)).events().filter { $0.kind != .receipted }
                    == events)
        }
    }

    @Test func `what cannot be repeated is refused with the reason, and leaves nothing`() async throws {
        try await Crossing.with { crossing in
            for number in 1...3 { try crossing.there.give("\(number)", .outbox) }
            try await crossing.export(to: .folder(crossing.folder.appending("b")))
            try crossing.there.drop(EntryPlace(ref(2), .exported))
            let path = crossing.there.layout.entry(EntryPlace(ref(3), .exported))
            try OpenFile(path, .readWrite).write([0x20], at: 1024)
            for (number, reason) in [(1, "outbox/joe-2, outbox/joe-3"), (2, "was never used; the last one is 1")] {
                do {
                    _ = try await Repetition(crossing.there, Crossing.standardExport).run(
                        number, to: .inside(crossing.medium))
                    Issue.record("\(number) was repeated")
                } catch let error as TransferError {
                    #expect(error.code == .missing && error.message.contains(reason), "\(error.message)")
                }
            }
            #expect(try Folder.names(crossing.medium).isEmpty)
        }
    }

    private func repeating(_ number: Int, _ crossing: Crossing) async throws -> TransferError? {
        do {
            _ = try await Repetition(crossing.there, Crossing.standardExport).run(
                number, to: .inside(crossing.medium))
            return nil
        } catch let error as TransferError {
            return error
        }
    }

    @Test func `an entry of the same name with other words is not the one that was sent`() async throws {
        try await Crossing.with { crossing in
            try crossing.there.give("1", .outbox, payload: "{\"first\":1}")
            try await crossing.export(to: .folder(crossing.folder.appending("b")))
            try crossing.there.drop(EntryPlace(ref(1), .exported))
            try crossing.there.give("1", .outbox, payload: "{\"other\":1}")
            let error = try #require(try await repeating(1, crossing))
            #expect(error.code == .missing && error.message.contains("outbox/joe-1"), "\(error)")
            #expect(try Folder.names(crossing.medium).isEmpty)
        }
    }

    /// What is signed and receipted is the digest; a bundle of the same number with another one would be a second bundle.
    @Test func `a bundle that would not be the same byte for byte is not made`() async throws {
        try await Crossing.with { crossing in
            try crossing.there.give("1", .outbox)
            try await crossing.export(to: .folder(crossing.folder.appending("b")))
            let path = StreamLog.outgoing(crossing.there, try stream(crossing)).record(1)
            let record = String(decoding: try #require(try WholeFile.read(path)), as: UTF8.self)
            let changed = record.replacing("\"program\":\"test\"", with: "\"program\":\"1.2.3\"")
            try #require(changed != record)
            try WholeFile.replace(path, with: Array(changed.utf8))
            let error = try #require(try await repeating(1, crossing))
            #expect(
                error.code == .refused && error.message.hasSuffix("use the spoolctl 1.2.3 that made it"), "\(error)")
            #expect(try Folder.names(crossing.medium).isEmpty)
        }
    }
}

/// All calls, in order.
private final class CallList: Sendable {
    private let list = Mutex<[(FileError.Call, FilePath)]>([])
    var calls: [(FileError.Call, FilePath)] { list.withLock { $0 } }
    var probe: Kernel.Probe {
        { (call, path) throws(FileError) in self.list.withLock { $0.append((call, path)) } }
    }
}
