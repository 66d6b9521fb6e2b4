// Finds indicators in text the way TruSTAR is described to: over title and body as they are, JSON or not, without
// refanging. Domains are typed URL; hashes other than MD5, SHA-1 and SHA-256 give nothing; private, loopback and
// 0.0.0.0-like addresses are never taken, documented version numbers that look like addresses are.
//
// One pass over the bytes cuts the text into tokens at blanks, quotes, brackets and commas; each token is then
// classified by itself. Registry keys, which hold blanks, are searched for separately.

import Glibc

/// Texts in, indicators out, each once, in the order in which they occur.
enum IndicatorExtractor {
    static func indicators(in texts: [String]) -> [TruStarIndicator] {
        var seen = Set<TruStarIndicator>()
        var found: [TruStarIndicator] = []
        func take(_ indicator: TruStarIndicator) {
            if seen.insert(indicator).inserted { found.append(indicator) }
        }
        for text in texts {
            var text = text
            text.withUTF8 { bytes in
                tokens(of: bytes) { token in
                    for indicator in TokenClassifier.indicators(in: token) { take(indicator) }
                }
                RegistryKeys.find(in: bytes) { take($0) }
            }
        }
        return found
    }

    /// Nothing that can be an indicator is longer.
    private static let longest = 2048

    private static func tokens(
        of bytes: UnsafeBufferPointer<UInt8>, _ take: (UnsafeBufferPointer<UInt8>.SubSequence) -> Void
    ) {
        classes.withUnsafeBufferPointer { classes in
            var start = 0
            var marks: UInt8 = 0
            var index = 0
            // One lookup and one comparison for each byte: this loop is what a large report costs.
            while index < bytes.count {
                let kind = classes[Int(bytes[index])]
                if kind != separator {
                    marks |= kind
                } else {
                    pass(bytes[start..<index], marks, take)
                    start = index + 1
                    marks = 0
                }
                index += 1
            }
            pass(bytes[start...], marks, take)
        }
    }

    /// Hands on what may be an indicator.
    private static func pass(_ token: Token, _ marks: UInt8, _ take: (Token) -> Void) {
        guard token.count >= 4, token.count <= longest else { return }
        let mayBeCVE = marks & hyphen != 0 && token[token.startIndex] | 0x20 == UInt8(ascii: "c")
        if marks & mark != 0 || mayBeCVE || token.count >= 26 { take(token) }
    }

    private static let mark: UInt8 = 1
    private static let hyphen: UInt8 = 2
    private static let separator: UInt8 = 4

    /// Marks are what nearly all indicators have: a dot, a colon, an @; a CVE has hyphens.
    private static let classes: [UInt8] = (0...255).map { byte in
        switch UInt8(byte) {
        case 0...32, 127, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "|"), UInt8(ascii: "\\"),
            UInt8(ascii: "`"), UInt8(ascii: "^"):
            separator
        case UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "@"): mark
        case UInt8(ascii: "-"): hyphen
        default: 0
        }
    }
}

/// `HKEY_LOCAL_MACHINE\SOFTWARE\…` up to the end of its string or line; doubled backslashes of JSON count as one.
enum RegistryKeys {
    private static let roots = ["HKEY_", "HKLM\\", "HKCU\\"].map { Array($0.utf8) }

    static func find(in bytes: UnsafeBufferPointer<UInt8>, _ take: (TruStarIndicator) -> Void) {
        guard let base = bytes.baseAddress else { return }
        var index = 0
        while index < bytes.count, let found = memchr(base + index, Int32(UInt8(ascii: "H")), bytes.count - index) {
            let start = UnsafeRawPointer(base).distance(to: found)
            index = start + 1
            guard roots.contains(where: { bytes[start...].starts(with: $0) }) else { continue }
            let end = bytes[start...].prefix(1024).firstIndex(where: ends) ?? min(bytes.count, start + 1024)
            if let key = key(bytes[start..<end]) { take(key) }
            index = end
        }
    }

    private static func key(_ bytes: Token) -> TruStarIndicator? {
        var key: [UInt8] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\\"), key.last == UInt8(ascii: "\\") { continue }
            key.append(byte)
        }
        while let last = key.last, last == UInt8(ascii: "\\") || last == UInt8(ascii: " ") { key.removeLast() }
        guard key.contains(UInt8(ascii: "\\")) else { return nil }
        return TruStarIndicator(type: "REGISTRY_KEY", value: String(decoding: key, as: UTF8.self))
    }

    private static func ends(_ byte: UInt8) -> Bool {
        byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ",")
            || byte == UInt8(ascii: ";")
    }
}
