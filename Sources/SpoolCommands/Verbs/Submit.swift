// `spoolctl submit`: outbox → TruSTAR.

import ArgumentParser
import Spool

struct Submit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Submit the reports in the outbox to TruSTAR.")

    @Flag(name: .customLong("once"), help: "One pass, then end.")
    var isOnce = false

    @Flag(name: .customLong("dry-run"), help: "Only show what would be submitted now; nothing is sent or moved.")
    var isDry = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        if isDry { return try DrySubmission(settings).show(isJSON: output.isJSON) }
        guard isOnce else { return try await PatientStart(settings, [.submit]).loops() }
        try await Pipeline(settings).once([.submit], isJSON: output.isJSON)
    }
}
