// What one token is. At most one indicator comes from a token.

typealias Token = UnsafeBufferPointer<UInt8>.SubSequence

enum TokenClassifier {
    static func indicators(in token: Token) -> [TruStarIndicator] {
        let token = trimmed(token)
        guard let first = token.first else { return [] }
        if let hash = hash(token) { return [hash] }
        if token.count >= 13, first | 0x20 == UInt8(ascii: "c"), let cve = cve(token) { return [cve] }
        if (26...35).contains(token.count), first == UInt8(ascii: "1") || first == UInt8(ascii: "3"), isBase58(token) {
            return [TruStarIndicator(type: "BITCOIN_ADDRESS", value: text(token))]
        }
        let text = text(token)
        if let url = url(text) { return url }
        if token.contains(UInt8(ascii: "@")) { return email(text).map { [$0] } ?? [] }
        if let address = address(text) { return address }
        if let name = DomainNames.host(text) { return [TruStarIndicator(type: "URL", value: name)] }
        return software(text).map { [$0] } ?? []
    }

    private static func trimmed(_ token: Token) -> Token {
        var token = token
        while let last = token.last, ".:!?*=-/".utf8.contains(last), token.count > 1 {
            if last == UInt8(ascii: "/"), token.contains(UInt8(ascii: ":")) { break }
            token = token.dropLast()
        }
        while let first = token.first, ".*=-/".utf8.contains(first), token.count > 1 { token = token.dropFirst() }
        return token
    }

    private static func text(_ token: Token) -> String { String(decoding: token, as: UTF8.self) }

    private static func hash(_ token: Token) -> TruStarIndicator? {
        let type: String
        switch token.count {
        case 32: type = "MD5"
        case 40: type = "SHA1"
        case 64: type = "SHA256"
        default: return nil
        }
        guard token.allSatisfy({ (48...57).contains($0) || (97...102).contains($0 | 0x20) }) else { return nil }
        return TruStarIndicator(type: type, value: text(token).lowercased())
    }

    private static func cve(_ token: Token) -> TruStarIndicator? {
        let parts = text(token).uppercased().split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "CVE", parts[1].count == 4, (4...7).contains(parts[2].count),
            (parts[1] + parts[2]).utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return TruStarIndicator(type: "CVE", value: parts.joined(separator: "-"))
    }

    /// As the documents of the vendor's clients have it: 26 to 35 characters, no checksum, no Bech32. Something that is
    /// all digits, or has no digit but the first, is no address.
    private static func isBase58(_ token: Token) -> Bool {
        var letters = 0
        var digits = 0
        for byte in token {
            switch byte {
            case UInt8(ascii: "1")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "O"), UInt8(ascii: "I"), UInt8(ascii: "l"): return false
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): letters += 1
            default: return false
            }
        }
        return letters > 0 && digits > 1
    }

    /// Nil when it is no URL; empty when it is one that is not taken.
    private static func url(_ text: String) -> [TruStarIndicator]? {
        guard let range = text.firstRange(of: "://") else {
            guard let slash = text.firstIndex(of: "/"), let host = DomainNames.host(text[..<slash]) else { return nil }
            return [TruStarIndicator(type: "URL", value: host + text[slash...])]
        }
        let scheme = text[..<range.lowerBound].lowercased()
        guard ["http", "https", "ftp"].contains(scheme) else { return [] }
        let rest = text[range.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@").last.map { $0.prefix { $0 != ":" } } ?? ""
        guard !host.isEmpty else { return [] }
        if let address = IPAddresses.version4(host) {
            return IPAddresses.isTaken(address) ? [TruStarIndicator(type: "URL", value: text)] : []
        }
        guard host.contains("."), host.utf8.allSatisfy(DomainNames.isNameByte) else { return [] }
        return [TruStarIndicator(type: "URL", value: text)]
    }

    private static func email(_ text: String) -> TruStarIndicator? {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let local = parts.first, (1...64).contains(local.count),
            let host = DomainNames.host(parts[1]),
            local.utf8.allSatisfy({ DomainNames.isNameByte($0) || "+%=~&".utf8.contains($0) })
        else { return nil }
        return TruStarIndicator(type: "EMAIL_ADDRESS", value: "\(local)@\(host)".lowercased())
    }

    /// Nil when it is no address; empty when it is one that is not taken.
    private static func address(_ text: String) -> [TruStarIndicator]? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let bare = parts.first?.prefix { $0 != ":" } ?? ""
        if let address = IPAddresses.version4(bare) {
            guard IPAddresses.isTaken(address) else { return [] }
            if parts.count == 2, let bits = Int(parts[1]), (0...32).contains(bits) {
                return [TruStarIndicator(type: "CIDR_BLOCK", value: "\(bare)/\(bits)")]
            }
            return [TruStarIndicator(type: "IP", value: String(bare))]
        }
        guard let groups = IPAddresses.version6(text) else { return nil }
        return IPAddresses.isTaken(groups) ? [TruStarIndicator(type: "IP", value: text.lowercased())] : []
    }

    private static func software(_ text: String) -> TruStarIndicator? {
        let name = text.split(separator: "/").last.map(String.init) ?? text
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex,
            ["exe", "dll", "sys", "scr", "bat", "ps1", "vbs"].contains(name[name.index(after: dot)...].lowercased())
        else { return nil }
        return TruStarIndicator(type: "SOFTWARE", value: name)
    }
}
