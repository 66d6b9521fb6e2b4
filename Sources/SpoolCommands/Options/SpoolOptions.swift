// Which configuration, and which spool: the same two questions for every verb.

import ArgumentParser
import FoundationEssentials
import Spool
import SystemPackage

/// Which configuration is used.
struct SettingsOptions: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(
            "Configuration file (else $SPOOLCTL_CONFIG, ./config.yaml, /etc/spoolctl/config.yaml).", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Flag(name: [.short, .long], help: "Say nothing on standard error but errors.")
    var quiet = false

    /// Finds the file, names it on standard error, reads it.
    func load(_ scope: SettingsLoader.Scope) throws -> Settings {
        let (file, read) = try find(scope)
        try Talk.say("configuration: \(file.path)", unless: quiet)
        for warning in read.warnings { try Talk.say("\(warning)", unless: quiet) }
        return read.settings
    }

    /// The same without a word.
    func find(_ scope: SettingsLoader.Scope) throws -> (
        file: ConfigurationFile, read: (settings: Settings, warnings: [ConfigurationProblem])
    ) {
        let environment = Surroundings.current.environment
        let file = try ConfigurationFile.locate(explicit: config.map { FilePath($0) }, environment: environment)
        for note in file.notes { try Talk.say(note, unless: quiet) }
        return (file, try SettingsLoader.load(file, environment: environment, scope: scope))
    }
}

/// Which spool is looked at: the configuration's, or one that is named.
struct SpoolOptions: ParsableArguments {
    @OptionGroup var settings: SettingsOptions

    @Option(
        name: .customLong("spool"),
        help: ArgumentHelp("This spool instead of the configuration's, which is then not read.", valueName: "dir"),
        completion: .directory)
    var path: String?

    /// An open spool, and the settings unless `--spool` made them unnecessary. `looking`: nothing will be moved.
    func open(looking: Bool = false) throws -> (spool: SpoolStore, settings: Settings?) {
        let now = Surroundings.current.now
        if let path {
            return (
                try SpoolStore.open(Paths.absolute(path), program: Version.current, now: now, looking: looking), nil
            )
        }
        let settings = try settings.load(.withoutSecrets)
        return (try Connector.openSpool(settings, program: Version.current, now: now, looking: looking), settings)
    }
}

/// Paths from the command line.
enum Paths {
    /// Relative to the working directory, as the user sees it.
    static func absolute(_ text: String) -> FilePath {
        let path = FilePath(text)
        return path.isAbsolute ? path : FilePath(FileManager.default.currentDirectoryPath).pushing(path)
    }
}

/// Table or JSON.
struct OutputOptions: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print JSON: exact, and stable in its names (docs/CLI.md).")
    var isJSON = false
}

/// Standard error.
enum Talk {
    static func say(_ text: String, unless quiet: Bool = false) throws {
        guard !quiet else { return }
        let talk = Surroundings.current.talk
        try talk.line(Visible("spoolctl: \(text)").description)
        try talk.flush()
    }
}
