// IP addresses as indicators: read strictly, written canonically (RFC 5952), and only those that mean the same to
// everybody. A report names many that do not: the sandbox's own network, its DNS server, loopback (vendor notes,
// ipinfo).

/// An IPv4 or IPv6 address.
struct IPAddress: Hashable, Sendable {
    /// 4 or 16 bytes, network order. An IPv4 address mapped into IPv6 is held as IPv4.
    let bytes: [UInt8]

    /// Dotted decimal without leading zeros, or IPv6 text, perhaps in brackets. No zone, no prefix length, no port.
    init?(_ text: some Collection<UInt8>) {
        // Most of what is asked about is a name or `unknown`.
        guard let first = text.first,
            first.hexDigitValue != nil || first == UInt8(ascii: ":") || first == UInt8(ascii: "[")
        else {
            return nil
        }
        var text = Array(text)
        if text.count > 2, text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") {
            text = Array(text[1..<(text.count - 1)])
        }
        guard text.count <= 45 else { return nil }
        if text.contains(UInt8(ascii: ":")) {
            guard let groups = Self.ipv6(text) else { return nil }
            bytes = groups.starts(with: Self.mapped) ? Array(groups[12...]) : groups
        } else {
            guard let octets = Self.ipv4(text) else { return nil }
            bytes = octets
        }
    }

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    private static func ipv4(_ text: some Collection<UInt8>) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(\.isASCIIDigit),
                part.count == 1 || part.first != UInt8(ascii: "0")
            else { return nil }
            let value = part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
            guard let octet = UInt8(exactly: value) else { return nil }
            octets.append(octet)
        }
        return octets
    }

    private static func ipv6(_ text: [UInt8]) -> [UInt8]? {
        guard let gap = text.indices.dropLast().first(where: { text[$0] == 0x3A && text[$0 + 1] == 0x3A }) else {
            guard let all = groups(text[...]), all.count == 16 else { return nil }
            return all
        }
        guard let head = groups(text[..<gap]), let tail = groups(text[(gap + 2)...]), head.count + tail.count <= 14
        else {
            return nil
        }
        // Dotted decimal may stand only at the very end.
        if text[..<gap].contains(UInt8(ascii: ".")) { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// Groups of one to four hexadecimal digits; the last may be dotted decimal.
    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let octets = ipv4(part) else { return nil }
                return bytes + octets
            }
            guard (1...4).contains(part.count) else { return nil }
            var value: UInt16 = 0
            for byte in part {
                guard let digit = byte.hexDigitValue else { return nil }
                value = value << 4 | UInt16(digit)
            }
            bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        return bytes
    }
}

extension IPAddress {
    /// Canonical text: lower case, the longest run of zero groups (the first of equals, two at least) as `::`.
    var text: String {
        guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > best.count { best = start..<end }
            start = max(end, start + 1)
        }
        let texts = groups.map { String($0, radix: 16) }
        guard best.count >= 2 else { return texts.joined(separator: ":") }
        return texts[..<best.lowerBound].joined(separator: ":") + "::"
            + texts[best.upperBound...].joined(separator: ":")
    }

    /// Whether the address means the same host to everybody: not private, loopback, link-local, documentation-only,
    /// multicast, unspecified or reserved (IANA's special-purpose registries), in an embedded IPv4 address neither.
    var isGlobal: Bool {
        let isSpecial = bytes.count == 4 ? Self.specialIPv4 : Self.specialIPv6
        if isSpecial.contains(where: { has(prefix: $0.bytes, bits: $0.bits) }) { return false }
        guard bytes.count == 16 else { return true }
        // NAT64 and 6to4 carry an IPv4 address inside.
        if has(prefix: [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0], bits: 96) {
            return Self.isGlobalIPv4(bytes[12...])
        }
        if has(prefix: [0x20, 0x02], bits: 16) { return Self.isGlobalIPv4(bytes[2..<6]) }
        return true
    }

    private init(octets: ArraySlice<UInt8>) {
        bytes = Array(octets)
    }

    private static func isGlobalIPv4(_ octets: ArraySlice<UInt8>) -> Bool {
        IPAddress(octets: octets).isGlobal
    }

    private func has(prefix: [UInt8], bits: Int) -> Bool {
        let whole = bits / 8
        guard bytes.prefix(whole).elementsEqual(prefix.prefix(whole)) else { return false }
        let rest = bits % 8
        if rest == 0 { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - rest))
        return bytes[whole] & mask == prefix[whole] & mask
    }

    private static let specialIPv4: [(bytes: [UInt8], bits: Int)] = [
        ([0], 8), ([10], 8), ([100, 64], 10), ([127], 8), ([169, 254], 16), ([172, 16], 12), ([192, 0, 0], 24),
        ([192, 0, 2], 24), ([192, 168], 16), ([198, 18], 15), ([198, 51, 100], 24), ([203, 0, 113], 24), ([224], 4),
        ([240], 4),
    ]

    private static let specialIPv6: [(bytes: [UInt8], bits: Int)] = [
        // Unspecified, loopback and the old IPv4-compatible form.
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 96),
        // NAT64 for local use; discard only; benchmarking; ORCHID, old and new; documentation, old and new; segment
        // routing.
        ([0, 0x64, 0xFF, 0x9B, 0, 1], 48), ([1, 0, 0, 0, 0, 0, 0, 0], 64), ([0x20, 1, 0, 2, 0, 0], 48),
        ([0x20, 1, 0, 0x10], 28), ([0x20, 1, 0, 0x20], 28), ([0x20, 1, 0x0D, 0xB8], 32), ([0x3F, 0xFF, 0], 20),
        ([0x5F, 0], 16),
        // Unique local, link-local, site-local, multicast.
        ([0xFC], 7), ([0xFE, 0x80], 10), ([0xFE, 0xC0], 10), ([0xFF], 8),
    ]
}
