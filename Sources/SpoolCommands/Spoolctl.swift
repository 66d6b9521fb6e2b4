// The command and its verbs.

import ArgumentParser

struct Spoolctl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spoolctl",
        abstract: "Joe Sandbox analyses become TruSTAR reports, and every hop is a file that you can look at.",
        discussion: """
            Entries are named by ref (inbox/joe-752112), id (joe-752112) or webid (752112); '-' reads such names from \
            standard input, one per line.

            Exit status: 0 all well, 1 something failed in this run, 64 usage, 65 bad data, 66 no such entry or file, \
            69 remote unavailable, 70 our bug, 73 cannot create, 74 I/O, 75 try again, 77 refused, 78 configuration.
            """,
        version: "spoolctl \(Version.current)",
        groupedSubcommands: [
            CommandGroup(name: "Pipeline", subcommands: [Init.self, Run.self, Fetch.self, Map.self, Submit.self]),
            CommandGroup(
                name: "Look",
                subcommands: [Status.self, List.self, Show.self, Why.self, Config.self, DoctorCommand.self]),
            CommandGroup(
                name: "Act",
                subcommands: [Add.self, Requeue.self, Hold.self, Release.self, Drop.self, Prune.self, Verify.self]),
            CommandGroup(name: "Air gap", subcommands: [Export.self, Import.self, Transfer.self]),
            CommandGroup(name: "Try", subcommands: [Demo.self, MockCommand.self]),
        ])

    static var _errorLabel: String { "spoolctl" }
}
