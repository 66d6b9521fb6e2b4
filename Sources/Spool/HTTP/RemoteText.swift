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

    /// As servers, proxies and dumps of theirs echo it: plain, from a form or a URL, from a header, inside JSON, in hexadecimal.
    private static func forms(of secret: String) -> [String] {
        let encoded = [FormEncoding.encode(secret), PathEncoding.encode(secret)]
        let escaped = secret.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
            .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
        let hex = secret.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let plain = [secret, escaped, hex, hex.uppercased(), BasicAuthentication.base64(secret)]
        return plain + encoded + encoded.map(lowerPercents) + (0..<3).flatMap { base64(secret, after: $0) }
    }

    /// What of its base64 does not depend on the text around it, if `offset` bytes of a group come before; also as URLs have it.
    private static func base64(_ secret: String, after offset: Int) -> [String] {
        let text = String(repeating: " ", count: offset) + secret
        let whole = text.utf8.count / 3 * 4
        let core = String(BasicAuthentication.base64(text).prefix(whole).dropFirst(offset == 0 ? 0 : 4))
        return [core, String(core.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })]
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
