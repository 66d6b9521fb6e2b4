// `spoolctl demo`: the whole way of the data, on this machine alone.

import ArgumentParser

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Start both mocks, take generated analyses through all stages, show what TruSTAR received.",
        discussion:
            "Ends with 0 if TruSTAR then holds exactly one report per analysis that can be fetched. Leaves nothing behind but with --keep."
    )

    @Option(name: .customLong("analyses"), help: ArgumentHelp("How many analyses.", valueName: "number"))
    var analyses = 25

    @Option(
        name: .customLong("seed"), help: ArgumentHelp("The same seed gives the same analyses.", valueName: "number"))
    var seed: UInt64 = 7

    @Option(
        name: .customLong("keep"),
        help: ArgumentHelp("Make the spool in this new folder and keep it.", valueName: "dir"),
        completion: .directory)
    var keep: String?

    func validate() throws {
        guard (1...100_000).contains(analyses) else { throw ValidationError("--analyses must be 1 to 100000") }
    }

    func run() async throws {
        let (analyses, seed, keep) = (analyses, seed, keep)
        try await Foreground.run {
            try await Demonstration(analyses: analyses, seed: seed).run(keeping: keep.map(Paths.absolute))
        }
    }
}
