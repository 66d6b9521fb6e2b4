// `spoolctl map`: inbox → outbox. No network, and no secrets are read.

import ArgumentParser
import Spool

struct Map: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Make reports in the outbox from the analyses in the inbox.",
        discussion: """
            With --again: make reports anew from analyses that are done, after the mapping has changed. What TruSTAR would \
            see a difference of goes to outbox/deferred, where submit updates it; --diff only shows it.
            """)

    @Argument(
        help: ArgumentHelp(
            "With --again: only these; refs, ids or webids, '-' reads them from standard input.", valueName: "ref"))
    var names: [String] = []

    @Flag(name: .customLong("once"), help: "One pass, then end.")
    var isOnce = false

    @Flag(name: .customLong("again"), help: "Reports of analyses in inbox/done, made anew.")
    var isAgain = false

    @Flag(name: .customLong("diff"), help: "With --again: only show what would change; nothing is written.")
    var isDiff = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if isDiff, !isAgain { throw ValidationError("--diff goes with --again") }
        if !names.isEmpty, !isAgain { throw ValidationError("refs go with --again; map by itself takes what is due") }
        if isAgain, isOnce { throw ValidationError("--again goes over the analyses once by itself; leave --once out") }
    }

    func run() async throws {
        guard isOnce || isAgain else {
            return try await PatientStart(settings, [.map], needsSecrets: false).loops()
        }
        let pipeline = try Pipeline(settings, needsSecrets: false)
        if isAgain {
            try await MapAgain(pipeline: pipeline, isDiff: isDiff, isJSON: output.isJSON).run(names)
        } else {
            try await pipeline.once([.map], isJSON: output.isJSON)
        }
    }
}
