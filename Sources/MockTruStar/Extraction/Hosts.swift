// Addresses and names of hosts.

enum IPAddresses {
    /// Four numbers with dots between, nothing else.
    static func version4(_ text: some StringProtocol) -> [Int]? {
        guard (7...15).contains(text.utf8.count) else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (48...57).contains($0) }) else { return nil }
            let number = part.reduce(0) { $0 * 10 + Int($1 - 48) }
            if number > 255 { return nil }
            numbers.append(number)
        }
        return numbers
    }

    /// Not 0/8, 10/8, 127/8, 172.16/12, 192.168/16.
    static func isTaken(_ address: [Int]) -> Bool {
        guard address.count == 4 else { return true }
        switch (address[0], address[1]) {
        case (0, _), (10, _), (127, _), (192, 168): return false
        case (172, let second): return !(16...31).contains(second)
        default: return true
        }
    }

    /// Eight groups, or fewer with one `::`.
    static func version6(_ text: String) -> [UInt16]? {
        guard text.utf8.count >= 3, text.utf8.count <= 39, text.utf8.count(where: { $0 == UInt8(ascii: ":") }) >= 2,
            text.utf8.allSatisfy({ $0 == UInt8(ascii: ":") || hexValue($0) })
        else { return nil }
        let halves: [Substring]
        if let range = text.firstRange(of: "::") {
            halves = [text[..<range.lowerBound], text[range.upperBound...]]
            if halves[1].contains("::") { return nil }
        } else {
            halves = [text[...]]
        }
        var groups: [[UInt16]] = []
        for half in halves {
            let parts = half.isEmpty ? [] : half.split(separator: ":", omittingEmptySubsequences: false)
            let numbers = parts.compactMap { $0.count <= 4 ? UInt16($0, radix: 16) : nil }
            if numbers.count != parts.count { return nil }
            groups.append(numbers)
        }
        let count = groups.reduce(0) { $0 + $1.count }
        if groups.count == 1 { return count == 8 ? groups[0] : nil }
        guard count < 8 else { return nil }
        return groups[0] + [UInt16](repeating: 0, count: 8 - count) + groups[1]
    }

    /// Not unspecified, loopback, link-local, unique-local.
    static func isTaken(_ groups: [UInt16]) -> Bool {
        guard let first = groups.first else { return false }
        if groups.dropLast().allSatisfy({ $0 == 0 }) { return false }
        return first & 0xffc0 != 0xfe80 && first & 0xfe00 != 0xfc00
    }

    private static func hexValue(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte | 0x20)
    }
}

enum DomainNames {
    /// The name, without a port, in lower case; nil when it is no name below a top-level domain that we know.
    static func host(_ text: some StringProtocol) -> String? {
        let bare = text.prefix { $0 != ":" }
        guard (4...253).contains(bare.utf8.count), bare.utf8.allSatisfy(isNameByte) else { return nil }
        let labels = bare.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, let top = labels.last?.lowercased(), topLevel.contains(top) else { return nil }
        for label in labels {
            if label.isEmpty || label.utf8.count > 63 || label.hasPrefix("-") || label.hasSuffix("-") { return nil }
        }
        return bare.lowercased()
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The common ones; `example` and `test` too, since made-up data uses them. `pl` and `py` are countries before
    /// they are scripts, as the vendor's own extraction has it.
    private static let topLevel = Set(
        """
        com net org info biz io co ru cn de ch fr uk eu nl pl py it es jp kr in br au ca us tv me cc xyz top site online
        club shop store tk ml ga cf gq pw su ua by kz tr ir se no fi dk at be cz sk hu ro bg gr pt ie il za mx ar cl pe nz
        sg hk tw th vn id my ph app dev cloud ai edu gov mil int arpa example test onion bid win icu live link click space
        website tech work life world today host press mobi name pro asia xxx lt lv ee si hr rs is lu li mc ws to ly gg
        """.split { $0 == " " || $0 == "\n" }.map(String.init))
}
