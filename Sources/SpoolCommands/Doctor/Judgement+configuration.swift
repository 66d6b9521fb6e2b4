// Judgements: pure functions from what was measured to the line that is said. Nothing here looks at anything.

import Spool
import SystemPackage

/// What is to be made of what was found.
enum Judgement {}

extension Judgement {
    /// One line if all is well, else one for each problem.
    static func configuration(
        _ file: String, _ problems: [ConfigurationProblem], _ warnings: [ConfigurationProblem]
    ) -> [Diagnosis] {
        let check = "configuration"
        let failures = problems.map { problem in
            let (message, hint) = split("\(problem)")
            let usual =
                problem.line == nil
                ? "name the right file: --config FILE, or $\(ConfigurationFile.variable)"
                : "correct it there; docs/CONFIGURATION.md has every key, 'spoolctl config check' looks again"
            return Diagnosis.fail(check, .configuration, message, hint ?? usual)
        }
        let rest = warnings.map { warning in
            let (message, hint) = split("\(warning)")
            return Diagnosis.warn(check, message, hint ?? "see docs/CONFIGURATION.md")
        }
        return failures + (failures.isEmpty ? [.ok(check, file)] : []) + rest
    }

    /// Messages of the loader end with what to do, after a semicolon, where that is known.
    private static func split(_ text: String) -> (message: String, hint: String?) {
        guard let mark = text.lastIndex(of: ";") else { return (text, nil) }
        let hint = text[text.index(after: mark)...].drop { $0 == " " }
        return hint.isEmpty ? (text, nil) : (String(text[..<mark]), String(hint))
    }

    /// Whose the configuration's own file is.
    static func configurationFile(_ path: String, _ facts: FileFacts?, ourselves: UInt32) -> Diagnosis? {
        guard let facts else { return nil }
        if facts.mode & 0o022 != 0 {
            return .warn(
                "configuration",
                "\(path) can be written by others (mode \(octal(facts.mode))): they decide where the keys go",
                "chmod go-w \(path)")
        }
        guard facts.owner != ourselves, facts.owner != 0 else { return nil }
        return .warn(
            "configuration", "\(path) belongs to user \(facts.owner), neither to you nor to root",
            "chown it to root, or to the user that spoolctl runs as")
    }

    /// A secret and where it comes from; never the secret itself.
    struct SecretFact: Sendable, Equatable {
        var key: String
        var from: String
        /// If it is a file.
        var path: String?
        var file: FileFacts?
        /// systemd grants access to its credentials by an ACL, whose mask shows as group bits.
        var isCredential: Bool

        init(
            key: String, from: String, path: String? = nil, file: FileFacts? = nil, isCredential: Bool = false
        ) {
            self.key = key
            self.from = from
            self.path = path
            self.file = file
            self.isCredential = isCredential
        }
    }

    static func secrets(_ facts: [SecretFact], ourselves: UInt32) -> [Diagnosis] {
        let check = "secrets"
        guard !facts.isEmpty else { return [.skip(check, "the configuration has none")] }
        let found = facts.compactMap { fact -> Diagnosis? in
            guard let path = fact.path, let file = fact.file else { return nil }
            if file.mode & (fact.isCredential ? 0o007 : 0o077) != 0 {
                return .fail(
                    check, .configuration,
                    "\(fact.key): others than its owner can read or write \(path) (mode \(octal(file.mode)))",
                    "chmod 600 \(path); who could read it may know it: consider a new key")
            }
            guard file.owner != ourselves, file.owner != 0 else { return nil }
            return .warn(
                check, "\(fact.key): \(path) belongs to user \(file.owner), neither to you nor to root",
                "chown it to the user that spoolctl runs as")
        }
        guard found.isEmpty else { return found }
        return [.ok(check, facts.map { "\($0.key) from \($0.from)" }.joined(separator: ", "))]
    }

    static func octal(_ mode: UInt32) -> String { String(mode, radix: 8) }
}
