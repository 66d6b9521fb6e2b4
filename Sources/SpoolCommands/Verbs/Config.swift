// `spoolctl config`: is it right, and what is in force.

import ArgumentParser
import Spool

struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check the configuration, or show what is in force.", subcommands: [Check.self, Display.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract:
                "Find everything that is wrong with the configuration, one line each; exit 78 if there is something.")

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let out = Surroundings.current.out
            do {
                let (file, read) = try settings.find(.everything)
                for warning in read.warnings { try out.line(problem(warning, "warning")) }
                if !output.isJSON { try out.line(Visible("\(file.path): ok").description) }
            } catch let error as ConfigurationError {
                for found in error.problems { try out.line(problem(found, "error")) }
                throw EndStatus.configuration
            }
        }

        private func problem(_ problem: ConfigurationProblem, _ kind: String) -> String {
            guard output.isJSON else {
                return Visible(kind == "error" ? "\(problem)" : warningText(problem)).description
            }
            return JSONText.object([
                .init("kind", kind), .init("file", problem.file), .init("line", problem.line),
                .init("column", problem.column), .init("message", problem.message),
            ]).text
        }

        private func warningText(_ problem: ConfigurationProblem) -> String {
            var marked = problem
            marked.message = "warning: \(problem.message)"
            return "\(marked)"
        }
    }

    struct Display: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show every key with the value in force and where it comes from; secrets redacted.")

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let settings = try settings.load(.everything)
            let out = Surroundings.current.out
            var table = Table([.left("KEY"), .left("VALUE"), .left("FROM")])
            for item in settings.described() {
                if output.isJSON {
                    try out.line(
                        .object([
                            .init("key", item.key), .init("value", item.value.json),
                            .init("from", item.origin.description),
                        ]))
                } else {
                    table.add([item.key, item.value.description, item.origin.description])
                }
            }
            for line in table.lines(out.style) { try out.line(line) }
        }
    }
}

extension SettingValue {
    fileprivate var json: JSONText? {
        switch self {
        case .absent: nil
        case .boolean(let value): .bool(value)
        case .integer(let value): .number(Int(value))
        case .text(let text): .string(text)
        case .list(let items): .array(items.map { .string($0) })
        case .redacted: .string(Secret.placeholder)
        }
    }
}
