// How many entries each complete bundle has, in a file of its own beside the log: `<number> <entries> <seal>`. So that a look at
// thousands of bundles need not read all that is known of each. Advisory, not synced: where a line is lacking, the bundle's record is read.

import SystemPackage

extension StreamLog {
    static let countsName = "entries"
    private var counts: FilePath { folder.appending(Self.countsName) }

    func noteEntries(_ record: TransferRecord) {
        // Without it, looking is slower.
        try? WholeFile.append(Seal.line("\(record.number) \(record.items.count)"), to: counts, synced: false)
    }

    /// Of the bundles of these numbers; a number of which neither a line nor a sound record is left is left out.
    package func entries(_ numbers: NumberRanges) -> [Int: Int] {
        var known: [Int: Int] = [:]
        // What is torn says nothing; where something else lies in its place, `verify` names that.
        if (try? TransferFolder.isThere(folder, below: spool.layout.transfer)) == true {
            try? LineReader(counts).forEach { if let (number, count) = Self.parseCount($0) { known[number] = count } }
        }
        var found: [Int: Int] = [:]
        for range in numbers.ranges {
            // A damaged record is for `verify`, too.
            for number in range { found[number] = known[number] ?? (try? read(number))?.items.count }
        }
        return found
    }

    static func parseCount(_ line: String) -> (Int, Int)? {
        guard let fields = Seal.fields(line, 2), let number = Int(fields[0]), let count = Int(fields[1]), count >= 0
        else { return nil }
        return (number, count)
    }
}
