// A URL from outside, made fit for a message: what may be a secret in it is dropped, the rest is cleaned and cut.

package enum RemoteURL {
    /// The URL without user, password, query and fragment.
    package static func shown(_ text: String) -> String {
        var rest = Substring(text).prefix { $0 != "?" && $0 != "#" }
        var scheme = ""
        if let separator = rest.firstRange(of: "://") {
            scheme = String(rest[..<separator.upperBound])
            rest = rest[separator.upperBound...]
        } else if rest.hasPrefix("//") {
            scheme = "//"
            rest = rest.dropFirst(2)
        }
        let authority = rest.prefix { $0 != "/" && $0 != "\\" }
        if let at = authority.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        return RemoteText.clean(scheme + rest, limit: 200)
    }
}
