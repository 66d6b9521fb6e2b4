// What `config show` says about one key: its value in a form that any output can print, and where it comes from.

package import SystemPackage

/// A value that may be shown.
package enum SettingValue: Sendable, Equatable {
    /// Not given, and no default.
    case absent
    case boolean(Bool)
    case integer(Int64)
    /// Durations and sizes too, in the form that the file would use.
    case text(String)
    case list([String])
    /// There is a secret.
    case redacted
}

extension SettingValue: CustomStringConvertible {
    package var description: String {
        switch self {
        case .absent: "-"
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .text(let text): text
        case .list(let items): "[\(items.joined(separator: ", "))]"
        case .redacted: Secret.placeholder
        }
    }
}

/// One key of the configuration with its value in force.
package struct SettingDescription: Sendable, Equatable {
    /// Where a value comes from.
    package enum Origin: Sendable, Equatable {
        case standard
        /// Written in the file.
        case file(String, line: Int)
        /// Written in the file as `${…}`, taken from these variables.
        case environment([String], file: String, line: Int)
        /// A secret's own file, or a systemd credential.
        case secretFile(FilePath)
    }

    /// e.g. `joe.interval`
    package var key: String
    package var value: SettingValue
    package var origin: Origin
}

extension SettingDescription.Origin: CustomStringConvertible {
    /// `default`, `config.yaml:12`, `$JBX_API_KEY (config.yaml:12)`, `/run/credentials/…`
    package var description: String {
        switch self {
        case .standard: "default"
        case .file(let file, let line): "\(file):\(line)"
        case .environment(let names, let file, let line):
            "\(names.map { "$\($0)" }.joined(separator: " ")) (\(file):\(line))"
        case .secretFile(let path): path.string
        }
    }
}
