// A service's address as the configuration holds it: http or https, a host, perhaps a port and a path; nothing else.
// Checked here so that a mistake is reported with its place; messages never repeat the text, which may hold a password.

import Glibc

/// A checked URL without credentials, query or fragment.
package struct WebAddress: Sendable, Equatable {
    /// `http` or `https`.
    package let scheme: String
    /// Lower case; an IPv6 address without its brackets.
    package let host: String
    /// nil: the scheme's own.
    package let port: Int?
    /// Empty or `/…` without a trailing slash.
    package let path: String

    /// The URL, e.g. `https://jbxcloud.joesecurity.org/api`.
    package var text: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(name)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    package var isPlain: Bool { scheme == "http" }

    /// Whether what is sent there stays on this machine: `localhost`, 127.0.0.0/8 and ::1, by their exact form.
    package var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    func appending(_ component: String) -> WebAddress {
        WebAddress(scheme: scheme, host: host, port: port, path: "\(path)/\(component)")
    }
}

extension WebAddress {
    init(parsing text: String) throws(ValueFault) {
        guard let separator = text.firstRange(of: "://") else {
            throw ValueFault("must be a URL such as https://host/path")
        }
        let scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { throw ValueFault("must begin with https:// or http://") }
        let rest = text[separator.upperBound...]
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw ValueFault("has blanks or characters outside ASCII; percent-encode them")
        }
        guard rest.utf8.count <= 400 else { throw ValueFault("is longer than 400 bytes") }
        let authority = rest.prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else {
            throw ValueFault("must not hold a user or password; there are keys for these")
        }
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw ValueFault("must not have a query or fragment")
        }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path = path.dropLast() }
        let (host, port) = try Self.split(authority)
        self.init(scheme: scheme, host: host, port: port, path: String(path))
    }

    private static func split(_ authority: Substring) throws(ValueFault) -> (host: String, port: Int?) {
        var host = authority
        var port: Int?
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            let digits = authority[authority.index(after: colon)...]
            guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = UInt16(digits), number > 0 else {
                throw ValueFault("has a wrong port; it must be from 1 to 65535")
            }
            port = Int(number)
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard isIPv6(String(host)) else { throw ValueFault("has a wrong IPv6 address") }
        } else {
            guard !host.isEmpty else { throw ValueFault("has no host") }
            guard host.utf8.count <= 253, host.utf8.allSatisfy(isHostByte) else {
                throw ValueFault("has a wrong host name")
            }
        }
        return (host.lowercased(), port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isIPv6(_ text: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, text, &address) == 1
    }
}

extension WebAddress: CustomStringConvertible {
    package var description: String { text }
}

extension ValueKind where Value == WebAddress {
    static var url: ValueKind {
        ValueKind(
            name: "URL", isQuoted: false,
            parse: { (text: String) throws(ValueFault) -> WebAddress in try WebAddress(parsing: text) },
            show: { .text($0.text) })
    }
}
