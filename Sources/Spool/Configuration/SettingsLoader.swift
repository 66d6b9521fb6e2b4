// From a file to settings, or to everything that is wrong with it. Reads the file once, blocks for nothing but the
// disk, and is meant for the start of the program.

import Glibc
package import SystemPackage

package enum SettingsLoader {
    /// How much of the configuration a command needs.
    package enum Scope: Sendable, Equatable {
        /// Secrets are read and must be there for the stages in `run.stages`.
        case everything
        /// For commands that only look at the spool: secrets, their variables and their files are left alone.
        case withoutSecrets
    }

    /// A longer file is not read.
    package static let largestFile = 1 << 20

    /// Reads what `ConfigurationFile.locate` found.
    package static func load(
        _ file: ConfigurationFile, environment: [String: String], scope: Scope = .everything
    ) throws(ConfigurationError) -> (settings: Settings, warnings: [ConfigurationProblem]) {
        let content = try read(file)
        let context = DecodingContext(
            file: Shown.path(file.path), folder: folder(of: file.path), mode: content.facts.mode,
            environment: environment, scope: scope)
        return try decode(content.bytes, context)
    }

    private static func read(_ file: ConfigurationFile) throws(ConfigurationError) -> RegularFile {
        do throws(RegularFile.Fault) {
            let content = try RegularFile.read(file.path, atMost: largestFile)
            // Again on the open file: the path may have changed hands since it was looked at.
            if file.mustBeOurs, let message = ConfigurationFile.distrust(content.facts, ourselves: geteuid()) {
                throw RegularFile.Fault(message: message)
            }
            return content
        } catch {
            throw ConfigurationError([ConfigurationProblem(file: Shown.path(file.path), message: error.message)])
        }
    }

    package static func load(
        path: FilePath, environment: [String: String], scope: Scope = .everything
    ) throws(ConfigurationError) -> (settings: Settings, warnings: [ConfigurationProblem]) {
        try load(ConfigurationFile(path: path, origin: .explicit), environment: environment, scope: scope)
    }

    /// The same for a text that is in no file, such as a test's or a demo's; relative paths hang on `folder`.
    package static func load(
        text: String, named name: String = "config.yaml", folder: FilePath, environment: [String: String] = [:],
        scope: Scope = .everything
    ) throws(ConfigurationError) -> (settings: Settings, warnings: [ConfigurationProblem]) {
        let context = DecodingContext(file: name, folder: folder, mode: nil, environment: environment, scope: scope)
        return try decode(Array(text.utf8), context)
    }

    static func decode(
        _ bytes: [UInt8], _ context: DecodingContext
    ) throws(ConfigurationError) -> (settings: Settings, warnings: [ConfigurationProblem]) {
        let inspection = inspect(bytes, context)
        guard inspection.problems.isEmpty, let settings = inspection.settings else {
            throw ConfigurationError(inspection.problems)
        }
        return (settings, inspection.warnings)
    }

    /// What can be said of a configuration that may be wrong.
    package struct Inspection: Sendable {
        /// With defaults in place of what is wrong; nil if there is nothing to go by at all.
        package let settings: Settings?
        package let problems: [ConfigurationProblem]
        package let warnings: [ConfigurationProblem]
        /// Keys whose value is not the one that was meant.
        package let unsound: Set<String>
    }

    /// Never fails: for whoever goes on with what is right.
    package static func inspect(_ file: ConfigurationFile, environment: [String: String]) -> Inspection {
        do throws(ConfigurationError) {
            let content = try read(file)
            let context = DecodingContext(
                file: Shown.path(file.path), folder: folder(of: file.path), mode: content.facts.mode,
                environment: environment, scope: .everything)
            return inspect(content.bytes, context)
        } catch {
            return Inspection(settings: nil, problems: error.problems, warnings: [], unsound: [])
        }
    }

    private static func inspect(_ bytes: [UInt8], _ context: DecodingContext) -> Inspection {
        let document = YAMLParser.document(bytes)
        var decoder = SettingsDecoder(SettingsLayout(document), context)
        // Without a document there is nothing to decode; missing keys would only hide what is wrong.
        guard document.root?.isNull == false else {
            return Inspection(settings: nil, problems: decoder.problems, warnings: [], unsound: [])
        }
        let settings = Settings(&decoder)
        var problems = decoder.problems
        if context.scope == .everything {
            problems += settings.missing(for: settings.run.stages, except: decoder.isReported(missing:))
        }
        return Inspection(
            settings: settings, problems: ConfigurationError.sorted(problems),
            warnings: ConfigurationError.sorted(decoder.warnings), unsound: decoder.unsound)
    }

    /// Absolute.
    private static func folder(of path: FilePath) -> FilePath {
        guard path.isRelative else { return path.removingLastComponent() }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let here = buffer.withUnsafeMutableBufferPointer { buffer in
            getcwd(buffer.baseAddress, buffer.count).map { FilePath(platformString: $0) }
        }
        return (here ?? FilePath("/")).pushing(path).removingLastComponent()
    }
}
