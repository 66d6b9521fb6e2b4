// Finds indicators in text the way TruSTAR is described to: over title and body as they are, JSON or not, without
// refanging. Domains are typed URL; hashes other than MD5, SHA-1 and SHA-256 give nothing; private, loopback and
// 0.0.0.0-like addresses are never taken, documented version numbers that look like addresses are.
//
// One pass over the bytes cuts the text into tokens at blanks, quotes, brackets and commas; each token is then
// classified by itself. Registry keys, which hold blanks, are searched for separately.

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
        var start = 0
        var mayMatter = false
        for index in 0...bytes.count {
            let byte = index < bytes.count ? bytes[index] : UInt8(ascii: " ")
            let kind = classes[Int(byte)]
            if kind != .separator {
                if kind == .mark { mayMatter = true }
                continue
            }
            let length = index - start
            if length >= 4, length <= longest, mayMatter || length >= 26 { take(bytes[start..<index]) }
            start = index + 1
            mayMatter = false
        }
    }

    private enum ByteClass: UInt8 { case separator, mark, other }

    /// Marks are what nearly all indicators have: a dot, a colon, an @, a hyphen (CVE).
    private static let classes: [ByteClass] = (0...255).map { byte in
        switch UInt8(byte) {
        case 0...32, 127, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"),
            UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "|"), UInt8(ascii: "\\"),
            UInt8(ascii: "`"), UInt8(ascii: "^"):
            .separator
        case UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "-"): .mark
        default: .other
        }
    }
}

/// `HKEY_LOCAL_MACHINE\SOFTWARE\…` up to the end of its string or line; doubled backslashes of JSON count as one.
enum RegistryKeys {
    private static let roots = ["HKEY_", "HKLM\\", "HKCU\\"].map { Array($0.utf8) }

    static func find(in bytes: UnsafeBufferPointer<UInt8>, _ take: (TruStarIndicator) -> Void) {
        var index = 0
        while index + 5 < bytes.count {
            guard bytes[index] == UInt8(ascii: "H"), bytes[index + 1] == UInt8(ascii: "K"),
                roots.contains(where: { bytes[index..<(index + 5)].elementsEqual($0) })
            else {
                index += 1
                continue
            }
            var end = index
            while end < bytes.count, end - index < 1024, !ends(bytes[end]) { end += 1 }
            var key: [UInt8] = []
            for byte in bytes[index..<end] {
                if byte == UInt8(ascii: "\\"), key.last == UInt8(ascii: "\\") { continue }
                key.append(byte)
            }
            while let last = key.last, last == UInt8(ascii: "\\") || last == UInt8(ascii: " ") { key.removeLast() }
            if key.contains(UInt8(ascii: "\\")) {
                take(TruStarIndicator(type: "REGISTRY_KEY", value: String(decoding: key, as: UTF8.self)))
            }
            index = max(end, index + 1)
        }
    }

    private static func ends(_ byte: UInt8) -> Bool {
        byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ",")
            || byte == UInt8(ascii: ";")
    }
}
