// Where a call goes: a URL that was checked once, so that nothing later builds one from unchecked text.
//
// It has a scheme, a host, perhaps a port, a path and perhaps a query; never a user, a password or a fragment. What it
// prints is what may be shown: the query is left out, since other people's queries carry keys.

/// An http or https URL without credentials.
package struct Endpoint: Sendable, Equatable, Hashable {
    /// `http` or `https`.
    package let scheme: String
    /// Host and port as written, e.g. `127.0.0.1:8180`.
    package let authority: String
    /// Empty or `/…`, percent-encoded, without a trailing slash.
    package let path: String
    package let query: String?

    private init(scheme: String, authority: String, path: String, query: String?) {
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.query = query
    }

    /// Checks a base URL. A trailing slash is dropped; user, query, fragment, blanks and non-ASCII are refused.
    package init(_ text: String) throws(Fault) {
        func refused(_ why: String) -> Fault {
            Fault(.local, .stageStops, "cannot use the URL \(RemoteURL.shown(text)): \(why)")
        }
        guard let separator = text.firstRange(of: "://") else { throw refused("it has no scheme; expected https://…") }
        let scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { throw refused("only http and https are understood") }
        let rest = text[separator.upperBound...]
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) else {
            throw refused("it contains blanks or characters outside ASCII")
        }
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw refused("a query or fragment is not allowed")
        }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else { throw refused("credentials do not belong into a URL") }
        guard Self.isAuthority(authority) else { throw refused("host or port is missing or wrong") }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path = path.dropLast() }
        self.init(scheme: scheme, authority: String(authority), path: String(path), query: nil)
    }

    /// A path of fixed, already encoded text below this one, e.g. `v2/analysis/list`.
    package func appending(_ relative: String, query: String? = nil) -> Endpoint {
        precondition(!relative.isEmpty && !relative.hasPrefix("/"))
        return Endpoint(scheme: scheme, authority: authority, path: "\(path)/\(relative)", query: query)
    }

    /// The URL to send, query included.
    package var url: String {
        let base = "\(scheme)://\(authority)\(path.isEmpty ? "/" : path)"
        return query.map { "\(base)?\($0)" } ?? base
    }

    private static func isAuthority(_ text: Substring) -> Bool {
        var host = text
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            guard let port = UInt16(text[text.index(after: colon)...]), port > 0 else { return false }
            host = text[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.count > 2 && host.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        return !host.isEmpty && host.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_" }
    }
}

extension Endpoint: CustomStringConvertible {
    package var description: String { "\(scheme)://\(authority)\(path)" }
}
