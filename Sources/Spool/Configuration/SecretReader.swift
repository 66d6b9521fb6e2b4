// Secrets: written as `${VAR}` (or, for a service on this machine, in the open), in a file of their own, or as a
// systemd credential. No message holds a secret or a part of one.

import SystemPackage

/// A secret, and what has to be known to judge whether it may stand where it stands.
struct FoundSecret: Sendable {
    var secret: Secret
    /// Where it is written in the configuration file itself.
    var literal: YAMLMark?
}

extension SettingsDecoder {
    private static let longest = 8192

    /// nil if there is none, or if it is wrong, which is reported.
    mutating func secret(_ key: SecretKey) -> FoundSecret? {
        let value = layout.values[key.value.path]
        let file = layout.values[key.file.path]
        if value != nil, let file {
            reject(
                key.file, nil, "and '\(key.value.name)' are both given; keep one",
                at: mark(of: key.file.path) ?? file.mark)
            hide(key, value: true, file: nil, origin: origin(file, []))
            return nil
        }
        if let value { return written(value, key) }
        if let file { return stored(file, key) }
        return credential(key)
    }

    private mutating func written(_ node: YAMLNode, _ key: SecretKey) -> FoundSecret? {
        guard context.scope == .everything else {
            hide(key, value: true, file: nil, origin: origin(node, []))
            return nil
        }
        noteUnusedCredential(key)
        guard let text = scalar(node, key.value) else { return nil }
        hide(key, value: true, file: nil, origin: origin(node, text.variables))
        if isBareVariable(text.raw) {
            reject(key.value, nil, "looks like a variable without braces; write ${NAME}", at: node.mark)
            return nil
        }
        if let message = objection(to: text.text) {
            reject(key.value, nil, message, at: node.mark)
            return nil
        }
        return FoundSecret(secret: Secret(text.text), literal: text.hasLiteral ? node.mark : nil)
    }

    private mutating func stored(_ node: YAMLNode, _ key: SecretKey) -> FoundSecret? {
        guard context.scope == .everything else {
            hide(key, value: true, file: nil, origin: origin(node, []))
            return nil
        }
        noteUnusedCredential(key)
        guard let text = scalar(node, key.file) else { return nil }
        let path: FilePath
        do throws(ValueFault) {
            path = context.folder.pushing(try ValueKind.path.parse(text.text)).lexicallyNormalized()
        } catch {
            reject(key.file, nil, error.message, at: node.mark)
            return nil
        }
        hide(key, value: true, file: path, origin: .secretFile(path))
        do throws(RegularFile.Fault) {
            return FoundSecret(secret: try read(path), literal: nil)
        } catch {
            reject(key.file, file: path, error, at: node.mark)
            return nil
        }
    }

    private mutating func credential(_ key: SecretKey) -> FoundSecret? {
        guard let path = credentialPath(key) else {
            hide(key, value: false, file: nil, origin: .standard)
            return nil
        }
        hide(key, value: true, file: nil, origin: .secretFile(path))
        guard context.scope == .everything else { return nil }
        do throws(RegularFile.Fault) {
            return FoundSecret(secret: try read(path), literal: nil)
        } catch {
            let message = "is the credential \(Shown.path(path)), which \(error.message)"
            reject(key.value, nil, message, at: mark(of: key.value.path))
            return nil
        }
    }

    /// The file that systemd made for this key, if there is one.
    private func credentialPath(_ key: SecretKey) -> FilePath? {
        guard let folder = credentialsFolder else { return nil }
        let path = folder.appending(key.value.path)
        return FileFacts.of(path) == nil ? nil : path
    }

    private var credentialsFolder: FilePath? {
        guard let text = context.environment["CREDENTIALS_DIRECTORY"], text.hasPrefix("/") else { return nil }
        return FilePath(text)
    }

    private mutating func noteUnusedCredential(_ key: SecretKey) {
        guard let path = credentialPath(key) else { return }
        let given = isGiven(key.value.path) ? key.value : key.file
        if let node = layout.values[given.path], case .scalar(let raw, _) = node.content, given == key.file,
            let text = try? Substitution(raw, environment: context.environment),  // Reported where it is used.
            FilePath(text.text) == path
        {
            return
        }
        warn(
            "the credential '\(key.value.path)' is not used, since \(Self.named(given.path)) is given",
            about: given.path)
    }

    private func read(_ path: FilePath) throws(RegularFile.Fault) -> Secret {
        let file = try RegularFile.read(path, atMost: Self.longest)
        // systemd grants access to a credential by an ACL, whose mask shows as group bits.
        let isCredential = credentialsFolder.map { path.starts(with: $0) } ?? false
        guard file.facts.mode & (isCredential ? 0o007 : 0o077) == 0 else {
            throw RegularFile.Fault(message: RegularFile.notPrivate)
        }
        guard var text = String(validating: file.bytes, as: UTF8.self) else {
            throw RegularFile.Fault(message: "is not UTF-8 text")
        }
        if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
        if let message = objection(to: text) { throw RegularFile.Fault(message: message) }
        return Secret(text)
    }

    private func objection(to text: String) -> String? {
        if text.isEmpty { return "is empty" }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) }) else {
            return "has more than one line, or control characters"
        }
        if text.hasPrefix(" ") || text.hasSuffix(" ") { return "begins or ends with a blank" }
        return text.utf8.count > Self.longest ? "is longer than \(Self.longest) bytes" : nil
    }

    private func isBareVariable(_ raw: String) -> Bool {
        raw.utf8.count > 1 && raw.utf8.first == UInt8(ascii: "$")
            && raw.utf8.dropFirst().allSatisfy { $0 == UInt8(ascii: "_") || 0x41...0x5A ~= $0 || 0x30...0x39 ~= $0 }
    }

    private mutating func hide(
        _ key: SecretKey, value: Bool, file: FilePath?, origin: SettingDescription.Origin
    ) {
        describe(key.value.path, value ? .redacted : .absent, origin)
        let place = layout.values[key.file.path].map { self.origin($0, []) } ?? .standard
        describe(key.file.path, file.map { .text($0.string) } ?? .absent, place)
    }
}
