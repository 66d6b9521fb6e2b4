// `spoolctl run`: the stages of `run.stages` in one process, and `spool.retention`.

import ArgumentParser
import Spool

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the stages of run.stages until SIGTERM, which drains; or one pass of each.")

    @Flag(name: .customLong("once"), help: "One pass of each stage, in order, then end.")
    var isOnce = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard isOnce else { return try await PatientStart(settings).loops(retaining: true) }
        let pipeline = try Pipeline(settings)
        let stages = Settings.Stage.allCases.filter(pipeline.settings.run.stages.contains)
        try await pipeline.once(stages, isJSON: output.isJSON, retaining: true)
    }
}
