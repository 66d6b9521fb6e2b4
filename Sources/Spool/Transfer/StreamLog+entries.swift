// How many entries each complete bundle has, in a file of its own beside the log: `<number> <entries>`. So that a look at thousands of
// bundles need not read all that is known of each. Advisory, not synced: where a line is lacking, the bundle's record is read.

import SystemPackage

extension StreamLog {
    private var counts: FilePath { folder.appending("entries") }

    func noteEntries(_ record: TransferRecord) {
        // Without it, looking is slower.
        try? WholeFile.append("\(record.number) \(record.items.count)", to: counts, synced: false)
    }

    /// Of the bundles of these numbers; a number of which neither line nor record is left is left out.
    package func entries(_ numbers: NumberRanges) throws -> [Int: Int] {
        var known: [Int: Int] = [:]
        if try Kernel.status(counts) != nil {
            // What is torn says nothing.
            try LineReader(counts).forEach { if let (number, count) = Self.parse($0) { known[number] = count } }
        }
        var found: [Int: Int] = [:]
        for range in numbers.ranges {
            for number in range { found[number] = try known[number] ?? read(number)?.items.count }
        }
        return found
    }

    private static func parse(_ line: String) -> (Int, Int)? {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 2, let number = Int(fields[0]), let count = Int(fields[1]), count >= 0 else { return nil }
        return (number, count)
    }
}
