// Domain names, URLs and e-mail addresses as indicators. A report's list of URLs is full of strings found in memory
// (vendor notes, urlinfo), so a value must look like an address of a host that others can reach.

/// Recognises names of hosts and what is built on them. Values keep their text; names of hosts alone are lower-cased.
enum URLIndicator {
    /// Longer values are no indicators: nobody can look for them, and a few thousand would fill a body.
    static let longestURL = 2048

    private static let schemes: Set<String> = ["http", "https", "ftp", "ftps", "sftp", "ws", "wss", "tcp", "udp"]
    /// Top-level names that mean something else in every network, or nothing.
    private static let privateSuffixes: [[UInt8]] = [
        "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost",
        "private",
    ].map { Array($0.utf8) }

    /// A domain name with at least two labels, in lower case and without the final dot.
    static func domain(_ text: some BidirectionalCollection<UInt8>) -> String? {
        var name = text.trimmedASCII
        if name.last == UInt8(ascii: ".") { name = name.dropLast() }
        guard isDomain(name) else { return nil }
        return String(decoding: name.asciiLowercased, as: UTF8.self)
    }

    /// In one pass and without a copy: lists of URLs can be endless.
    private static func isDomain(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        var length = 0
        var label = 0
        var labels = 1
        var isTopOfLetters = true
        var previous = UInt8(ascii: ".")
        for byte in name {
            length += 1
            if byte == UInt8(ascii: ".") {
                guard label > 0, previous != UInt8(ascii: "-") else { return false }
                label = 0
                labels += 1
                isTopOfLetters = true
            } else {
                let isLetter = byte.isASCIILetter || byte >= 0x80
                guard
                    isLetter || byte.isASCIIDigit || byte == UInt8(ascii: "_")
                        || (byte == UInt8(ascii: "-") && label > 0)
                else {
                    return false
                }
                label += 1
                isTopOfLetters = isTopOfLetters && isLetter
                guard label <= 63, length <= 253 else { return false }
            }
            previous = byte
        }
        guard labels >= 2, label >= 2, length >= 4, previous != UInt8(ascii: "-") else { return false }
        let top = name.suffix(label)
        return (isTopOfLetters || top.prefix(4).asciiLowercased.elementsEqual("xn--".utf8)) && !isPrivate(top)
    }

    private static func isPrivate(_ top: some Collection<UInt8>) -> Bool {
        privateSuffixes.contains { suffix in
            suffix.count == top.count && zip(suffix, top).allSatisfy { $0 == $1.asciiLowercased }
        }
    }

    /// A URL with a scheme that names hosts, or without scheme but with a path (`host.tld/path`).
    static func url(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        let text = UnsafeBufferPointer(rebasing: text[...].trimmedASCII)
        guard (4...longestURL).contains(text.count), text.allSatisfy(isURLByte) else { return nil }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), text[colon...].starts(with: "://".utf8) else {
            guard text.contains(UInt8(ascii: "/")), isReachable(authorityOf: text[...]) else { return nil }
            return String(decoding: text, as: UTF8.self)
        }
        let scheme = String(decoding: text[..<colon].asciiLowercased, as: UTF8.self)
        guard schemes.contains(scheme), isReachable(authorityOf: text[(colon + 3)...]) else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isURLByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "<")
            && byte != UInt8(ascii: ">")
            && byte != UInt8(ascii: "\\")
    }

    /// Whether what stands before the path names a host in everybody's network.
    private static func isReachable(authorityOf text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var authority = text.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[(at + 1)...] }
        var host = authority
        if authority.first == UInt8(ascii: "[") {
            guard let bracket = authority.firstIndex(of: UInt8(ascii: "]")) else { return false }
            host = authority[...bracket]
        } else if let colon = authority.firstIndex(of: UInt8(ascii: ":")) {
            host = authority[..<colon]
        }
        let port = authority[host.endIndex...]
        guard port.dropFirst().allSatisfy(\.isASCIIDigit), port.isEmpty || port.first == UInt8(ascii: ":") else {
            return false
        }
        if host.last == UInt8(ascii: ".") { return isDomain(host.dropLast()) }
        if isDomain(host) { return true }
        return IPAddress(host)?.isGlobal ?? false
    }

    /// The bytes around an `@` that make an e-mail address, nil if they make none.
    static func email(in text: UnsafeBufferPointer<UInt8>, at: Int) -> Range<Int>? {
        var start = at
        while start > 0, at - start < 64, isLocalPart(text[start - 1]) { start -= 1 }
        while start < at, text[start] == UInt8(ascii: ".") { start += 1 }
        var end = at + 1
        while end < text.count, end - at <= 253, isHostByte(text[end]) { end += 1 }
        while end > at + 1, text[end - 1] == UInt8(ascii: ".") || text[end - 1] == UInt8(ascii: "-") { end -= 1 }
        guard start < at, text[at - 1] != UInt8(ascii: "."), domain(text[(at + 1)..<end]) != nil else { return nil }
        return start..<end
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }

    private static func isLocalPart(_ byte: UInt8) -> Bool {
        isHostByte(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+")
    }
}
