// Durations and sizes on the command line, written as in the configuration: `30d`, `12h`, `15m`, `2s`, `500ms`; `110MB`, `64MiB`.

import ArgumentParser

/// `30d`
struct SpanArgument: ExpressibleByArgument, Equatable {
    let duration: Duration

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
    ]

    init?(argument: String) {
        guard let (number, unit) = Quantity.split(argument),
            let factor = Self.units.first(where: { $0.name == unit })?.milliseconds
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        duration = .milliseconds(product)
    }
}

/// `110MB`
struct SizeArgument: ExpressibleByArgument, Equatable {
    let bytes: Int

    private static let units: [String: Int64] = [
        "": 1, "B": 1, "kB": 1000, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "KiB": 1 << 10, "MiB": 1 << 20,
        "GiB": 1 << 30,
    ]

    init?(argument: String) {
        guard let (number, unit) = Quantity.split(argument), let factor = Self.units[unit] else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow, let bytes = Int(exactly: product) else { return nil }
        self.bytes = bytes
    }
}

private enum Quantity {
    /// Digits and what follows them.
    static func split(_ text: String) -> (Int64, String)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, let number = Int64(digits) else { return nil }
        return (number, String(text.dropFirst(digits.count)))
    }
}
