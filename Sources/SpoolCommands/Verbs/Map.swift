// `spoolctl map`: inbox → outbox. No network, and no secrets are read.

import ArgumentParser
import Spool

struct Map: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make reports in the outbox from the analyses in the inbox.")

    @Flag(name: .customLong("once"), help: "One pass, then end.")
    var isOnce = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let pipeline = try Pipeline(settings, needsSecrets: false)
        if isOnce {
            try await pipeline.once([.map], isJSON: output.isJSON)
        } else {
            try await pipeline.loops([.map])
        }
    }
}
