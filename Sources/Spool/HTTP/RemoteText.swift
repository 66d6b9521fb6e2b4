// Words of the other side, made fit for one line of a message: no control character, no direction mark, no secret of
// ours (servers do echo keys: "Invalid API key: …"), and never long.

package enum RemoteText {
    /// One clean line of at most `limit` characters.
    package static func clean(_ text: some StringProtocol, limit: Int = 300) -> String {
        var line = ""
        var count = 0
        var pendingBlank = false
        for character in text {
            let isBlank = character.isWhitespace
            if isBlank || character.unicodeScalars.contains(where: isUnprintable) {
                pendingBlank = pendingBlank || (isBlank && !line.isEmpty)
                continue
            }
            if count >= limit { return line + "…" }
            if pendingBlank {
                line.append(" ")
                count += 1
                pendingBlank = false
            }
            line.append(character)
            count += 1
        }
        return line
    }

    /// Control characters, and the format characters that reorder or hide text.
    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

/// Strings that must not appear in anything that people or files see.
package struct Redactor: Sendable {
    private let secrets: [String]

    /// Very short strings are left alone: hiding each `a` hides nothing and spoils every message.
    package init(_ secrets: [String]) {
        let forms = secrets.flatMap(Self.forms)
        self.secrets = Set(forms.filter { $0.utf8.count >= 4 }).sorted { $0.utf8.count > $1.utf8.count }
    }

    /// As servers and proxies echo it: plain, from a form or a URL, from a header, inside JSON.
    private static func forms(of secret: String) -> [String] {
        let encoded = [FormEncoding.encode(secret), PathEncoding.encode(secret)]
        let escaped = secret.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
        return [secret, escaped, BasicAuthentication.base64(secret)] + encoded + encoded.map(lowerPercents)
    }

    /// `%2F` as `%2f`, which is as valid.
    private static func lowerPercents(_ text: String) -> String {
        var digits = 0
        return String(
            text.map { character in
                if character == "%" { digits = 3 }
                digits -= 1
                return digits >= 0 ? Character(character.lowercased()) : character
            })
    }

    /// The text as one clean line with each secret replaced.
    package func clean(_ text: String, limit: Int = 300) -> String {
        // Before anything is cut: half a secret is one, too. An answer may be large; its first part is enough to quote.
        var shown = String(decoding: text.utf8.prefix(16_384), as: UTF8.self)
        for secret in secrets { shown = shown.hiding(secret) }
        return RemoteText.clean(shown, limit: limit)
    }
}

extension String {
    /// The text with each `secret` in it replaced.
    func hiding(_ secret: String) -> String {
        guard !secret.isEmpty, contains(secret) else { return self }
        return split(separator: secret, omittingEmptySubsequences: false).joined(separator: "<redacted>")
    }
}

extension Redactor: CustomStringConvertible, CustomReflectable {
    package var description: String { "Redactor(\(secrets.count))" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
