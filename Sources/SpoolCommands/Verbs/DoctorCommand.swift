// `spoolctl doctor`: everything that must be right before it works, in one look.

import ArgumentParser
import Spool
import SystemPackage

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check configuration, secrets, spool, disk, network, keys, rights and quotas; say what to do.",
        discussion: """
            Nothing is changed, no report is sent, and no call is made that counts to a quota. A broken configuration is told, \
            and what can be checked all the same is. Exit status: 0 if nothing fails, else that of the first line that does.
            """)

    @Flag(name: .customLong("offline"), help: "Only what is on this machine: no call, no name is looked up.")
    var isOffline = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let surroundings = Surroundings.current
        let file: ConfigurationFile
        do {
            file = try ConfigurationFile.locate(
                explicit: settings.config.map { FilePath($0) }, environment: surroundings.environment)
        } catch {
            try show(DoctorReport(lines: Judgement.configuration("", error.problems, []), took: .zero))
            return
        }
        for note in file.notes { try Talk.say(note, unless: settings.quiet) }
        try Talk.say("configuration: \(file.path)", unless: settings.quiet)
        let examination = Examination(
            file: file, environment: surroundings.environment, isOffline: isOffline, limits: DoctorLimits.current,
            now: surroundings.now)
        try show(await examination.report())
    }

    private func show(_ report: DoctorReport) throws {
        let out = Surroundings.current.out
        if output.isJSON {
            for line in report.lines { try out.line(line.json) }
            try out.line(report.json)
        } else {
            for line in report.text(out.style) { try out.line(line) }
        }
        if report.status != .success { throw report.status }
    }
}
