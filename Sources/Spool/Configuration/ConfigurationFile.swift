// Which file is the configuration: `--config`, `$SPOOLCTL_CONFIG`, `./config.yaml`, `/etc/spoolctl/config.yaml`, the
// first that is there. Whoever names one means that one: it is not replaced by another if it is missing. The one in
// the working directory counts only if it is ours and nobody else can write it, since a folder like /tmp belongs to
// everybody.

import Glibc
package import SystemPackage

package struct ConfigurationFile: Sendable, Equatable {
    package enum Origin: Sendable, Equatable {
        /// `--config`
        case explicit
        /// `$SPOOLCTL_CONFIG`
        case environment
        case workingDirectory
        case system
    }

    package var path: FilePath
    package var origin: Origin
    /// Why a file that was looked at before was not taken; for stderr.
    package var notes: [String]

    package init(path: FilePath, origin: Origin, notes: [String] = []) {
        self.path = path
        self.origin = origin
        self.notes = notes
    }

    package static let variable = "SPOOLCTL_CONFIG"
    package static let local: FilePath = "config.yaml"
    package static let system: FilePath = "/etc/spoolctl/config.yaml"

    var mustBeOurs: Bool { origin == .workingDirectory }

    /// The file to use. `facts` looks at a path, with or without following a link at its end.
    package static func locate(
        explicit: FilePath?, environment: [String: String], ourselves: UInt32 = geteuid(),
        facts: (FilePath, _ followingLinks: Bool) -> FileFacts? = FileFacts.of
    ) throws(ConfigurationError) -> ConfigurationFile {
        if let explicit { return ConfigurationFile(path: explicit, origin: .explicit) }
        if let named = environment[variable], !named.isEmpty {
            return ConfigurationFile(path: FilePath(named), origin: .environment)
        }
        var notes: [String] = []
        if let link = facts(local, false) {
            let objection =
                distrust(facts(local, true) ?? link, ourselves: ourselves)
                ?? (link.owner == ourselves ? nil : "is a link that belongs to somebody else")
            guard let objection else { return ConfigurationFile(path: local, origin: .workingDirectory) }
            notes.append("./\(local) is not used: it \(objection)")
        }
        if facts(system, true) != nil { return ConfigurationFile(path: system, origin: .system, notes: notes) }
        let looked = "looked for --config, $\(variable), ./\(local) and \(system)"
        let reasons = notes.map { "; \($0)" }.joined()
        throw ConfigurationError([
            ConfigurationProblem(file: local.string, message: "no configuration: \(looked)\(reasons)")
        ])
    }

    /// Why a file that nobody named is not to be trusted.
    static func distrust(_ facts: FileFacts, ourselves: UInt32) -> String? {
        if facts.owner != ourselves { return "belongs to somebody else; name it by --config if you trust it" }
        if facts.othersMayWrite { return "can be written by others; run chmod go-w on it" }
        return nil
    }
}
