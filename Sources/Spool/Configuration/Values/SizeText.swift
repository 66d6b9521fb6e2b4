// Sizes in bytes as people write them: `2MB` is 2,000,000, `64MiB` is 67,108,864, a number alone is bytes. Case
// counts, so that nobody has to guess whether `mb` is a megabit and `K` 1000 or 1024.

enum SizeText {
    private static let units: [(name: String, bytes: Int64)] = [
        ("B", 1), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ]
    static let example = "write it like 500kB, 2MB or 64MiB"

    static func parse(_ text: String) throws(ValueFault) -> Int64 {
        let digits = text.utf8.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        let unit = String(text.utf8.dropFirst(digits.count)) ?? ""
        guard !digits.isEmpty, unit.utf8.allSatisfy({ $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }) else {
            throw ValueFault("is not a size; \(example)")
        }
        guard let factor = unit.isEmpty ? 1 : units.first(where: { $0.name == unit })?.bytes else {
            let hint = units.first { $0.name.lowercased() == unit.lowercased() }.map { "; did you mean '\($0.name)'?" }
            let known = "; known are \(Shown.list(units.map(\.name), last: "and"))"
            throw ValueFault("has an unknown unit\(hint ?? known)")
        }
        guard let number = Int64(String(digits) ?? "") else { throw ValueFault("is too large") }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw ValueFault("is too large") }
        return bytes
    }

    /// The shortest exact form.
    static func format(_ bytes: Int64) -> String {
        let best = units.filter { bytes >= $0.bytes && bytes % $0.bytes == 0 }.max { $0.bytes < $1.bytes }
        guard let best, best.bytes > 1 else { return "\(bytes)" }
        return "\(bytes / best.bytes)\(best.name)"
    }
}
