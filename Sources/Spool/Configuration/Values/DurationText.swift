// Durations as people write them: `250ms`, `30s`, `1h30m`, `7d`. Whole numbers, each with its unit, from large to
// small; a number without a unit is refused, since seconds and minutes are both plausible.

enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]
    static let example = "write it like 250ms, 30s, 15m, 1h30m or 7d"

    /// Swift's own `Duration` stops at seconds.
    static func days(_ count: Int) -> Duration { .seconds(86_400 * count) }

    static func parse(_ text: String) throws(ValueFault) -> Duration {
        var rest = text.utf8[...]
        var total: Int64 = 0
        var next = 0
        guard !rest.isEmpty else { throw ValueFault("is not a duration; \(example)") }
        while !rest.isEmpty {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }
            rest = rest.dropFirst(unit.count)
            guard !digits.isEmpty else { throw ValueFault("is not a duration; \(example)") }
            guard !unit.isEmpty else { throw fault(withoutUnit: rest) }
            guard let index = units.firstIndex(where: { $0.name.utf8.elementsEqual(unit) }) else {
                throw ValueFault("has an unknown unit; known are d, h, m, s and ms")
            }
            guard index >= next else { throw ValueFault("has its units out of order; \(example)") }
            next = index + 1
            guard let sum = sum(total, digits, times: units[index].milliseconds) else {
                throw ValueFault("is too long")
            }
            total = sum
        }
        return .milliseconds(total)
    }

    private static func fault(withoutUnit rest: Substring.UTF8View) -> ValueFault {
        rest.isEmpty ? ValueFault("has no unit; \(example)") : ValueFault("is not a duration; \(example)")
    }

    private static func sum(_ total: Int64, _ digits: Substring.UTF8View, times unit: Int64) -> Int64? {
        guard let number = Int64(String(digits) ?? "") else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        let (sum, carry) = total.addingReportingOverflow(product)
        return overflow || carry ? nil : sum
    }

    /// The shortest form: `90m` is shown as `1h30m`.
    static func format(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        guard rest > 0 else { return "0s" }
        var text = ""
        for unit in units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }
}
