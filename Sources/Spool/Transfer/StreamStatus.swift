// What a stream's log says, summed up for people: at the sender what went and what was receipted, at the receiver what came
// and what is missing.
//
// Numbers begin with 1 and go up by one, so whatever lies below the highest number that is known and neither came nor is void is
// missing. Later bundles carry the digests of the last ones before them, by which a missing one can be named exactly. Nothing
// is refused because of a gap. Counted in ranges: the other side says how high the numbers are.

import SystemPackage

/// Runs of numbers, ascending, none touching another.
package struct NumberRanges: Sendable, Equatable, CustomStringConvertible {
    package private(set) var ranges: [ClosedRange<Int>] = []

    package init(_ numbers: some Sequence<Int>) {
        for number in Set(numbers).sorted() {
            if let last = ranges.last, last.upperBound == number - 1 {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
    }

    /// Ascending already, and apart.
    package init(ranges: [ClosedRange<Int>]) { self.ranges = ranges }

    /// What is not in `numbers`, from 1 to `last`.
    package init(lackingFrom numbers: some Sequence<Int>, upTo last: Int) {
        var next = 1
        for number in Set(numbers).sorted() where number >= 1 && number <= last {
            if number > next { ranges.append(next...(number - 1)) }
            next = number + 1
        }
        if next <= last { ranges.append(next...last) }
    }

    package var isEmpty: Bool { ranges.isEmpty }
    package var count: Int { ranges.reduce(0) { $0 + $1.count } }

    /// `3, 5-7`
    package var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ", ")
    }

    package func contains(_ number: Int) -> Bool { ranges.contains { $0.contains(number) } }
}

/// A stream as its sender knows it.
package struct SentStatus: Sendable, Equatable {
    package let stream: TransferStream
    /// The highest number that was begun.
    package let last: Int
    /// Numbers of bundles that are complete.
    package let complete: NumberRanges
    package let void: NumberRanges
    package let receipted: NumberRanges
    /// Complete and without a receipt, with when they were completed; oldest first.
    package let open: [(number: Int, time: Timestamp)]
    /// Of those, the ones that a later receipt should have named: the other side has later bundles and not these.
    package let missing: [TransferRecord.Past]
    /// Why the log cannot be read; the numbers say nothing then.
    package private(set) var trouble: String?

    package init(_ stream: TransferStream, _ events: [StreamEvent]) {
        self.stream = stream
        let sent = SentNumbers(events)
        let times = Dictionary(
            events.filter { $0.kind == .complete }.map { ($0.number, $0.time) }, uniquingKeysWith: { _, last in last })
        let receipted = Set(events.filter { $0.kind == .receipted }.map(\.number))
        let highest = receipted.max() ?? 0
        let open = sent.complete.filter { !receipted.contains($0.number) }
        last = sent.last
        complete = NumberRanges(sent.complete.map(\.number))
        void = NumberRanges(sent.void)
        self.receipted = NumberRanges(receipted)
        self.open = open.compactMap { past in times[past.number].map { (number: past.number, time: $0) } }
        missing = open.filter { $0.number < highest }
    }

    package static func == (left: SentStatus, right: SentStatus) -> Bool {
        left.stream == right.stream && left.last == right.last && left.complete == right.complete
            && left.void == right.void && left.receipted == right.receipted && left.missing == right.missing
            && left.open.map(\.number) == right.open.map(\.number) && left.open.map(\.time) == right.open.map(\.time)
            && left.trouble == right.trouble
    }

    /// A log that cannot be read keeps nobody from looking at the others.
    init(_ log: StreamLog) throws {
        do {
            self.init(log.stream, try log.events())
        } catch let error as FileError {
            self.init(log.stream, [])
            trouble = "\(error)"
        }
    }
}

/// A stream as its receiver knows it.
package struct ArrivedStatus: Sendable, Equatable {
    package let stream: TransferStream
    /// The highest number that is known.
    package let last: Int
    /// Bundles that came as a whole, ascending.
    package let imported: [TransferRecord.Past]
    package let void: NumberRanges
    package let missing: NumberRanges
    /// Missing ones that later bundles give the digest of.
    package let named: [TransferRecord.Past]
    /// Numbers that two different bundles had: the sender's spool was set back.
    package let twice: [Int]
    /// When the last one came.
    package let lastTime: Timestamp?
    /// Why the log cannot be read; the numbers say nothing then.
    package private(set) var trouble: String?

    /// A log that cannot be read keeps nobody from looking at the others.
    init(_ log: StreamLog) throws {
        do {
            self.init(log.stream, try log.events())
        } catch let error as FileError {
            self.init(log.stream, [])
            trouble = "\(error)"
        }
    }

    package init(_ stream: TransferStream, _ events: [StreamEvent]) {
        self.stream = stream
        var imported: [Int: String] = [:]
        var digests: [Int: Set<String>] = [:]
        var announced: [Int: String] = [:]
        var void: Set<Int> = []
        var lastTime: Timestamp?
        for event in events {
            if let digest = event.digest { digests[event.number, default: []].insert(digest) }
            switch event.kind {
            case .imported:
                imported[event.number] = event.digest ?? ""
                lastTime = event.time
            case .announced: announced[event.number] = event.digest
            case .void: void.insert(event.number)
            case .begun, .complete, .receipted: break
            }
        }
        void.subtract(imported.keys)
        let known = Set(imported.keys).union(announced.keys).union(void)
        last = known.max() ?? 0
        self.imported = imported.sorted { $0.key < $1.key }.map {
            TransferRecord.Past(number: $0.key, digest: $0.value)
        }
        self.void = NumberRanges(void)
        missing = NumberRanges(lackingFrom: void.union(imported.keys), upTo: last)
        named = announced.filter { imported[$0.key] == nil && !void.contains($0.key) }.sorted { $0.key < $1.key }
            .map { TransferRecord.Past(number: $0.key, digest: $0.value) }
        twice = digests.filter { $0.value.count > 1 }.keys.sorted()
        self.lastTime = lastTime
    }
}

extension SpoolStore {
    /// Destinations that bundles were made for.
    package func outgoingStreams() throws -> [TransferStream] {
        try Self.folders(layout.transfer, "outgoing").compactMap {
            TransferStream(spool: id, destination: $0)
        }
        .sorted()
    }

    /// Streams that bundles came from.
    package func incomingStreams() throws -> [TransferStream] {
        try Self.folders(layout.transfer, "incoming").flatMap { spool in
            try Self.folders(layout.transfer, "incoming", spool).compactMap {
                TransferStream(spool: spool, destination: $0)
            }
        }.sorted()
    }

    /// What is no folder has none in it; `verify` names it.
    private static func folders(_ transfer: FilePath, _ names: String...) throws(FileError) -> [String] {
        let path = names.reduce(transfer) { $0.appending($1) }
        do throws(FileError) {
            guard try TransferFolder.isThere(path, below: transfer) else { return [] }
        } catch  where error.isNoFolder {
            return []
        }
        return try Folder.contents(path).filter { $0.status.kind == .directory }.map(\.name)
    }

    package func sentStatus() throws -> [SentStatus] {
        try outgoingStreams().map { try SentStatus(StreamLog.outgoing(self, $0)) }
    }

    package func arrivedStatus() throws -> [ArrivedStatus] {
        try incomingStreams().map { try ArrivedStatus(StreamLog.incoming(self, $0)) }
            .filter { $0.last > 0 || $0.trouble != nil }
    }

    /// How many entries the bundles of a stream have, by number; a number that nothing is known of is left out.
    package func sentEntries(_ stream: TransferStream, _ numbers: NumberRanges) -> [Int: Int] {
        StreamLog.outgoing(self, stream).entries(numbers)
    }
}
