// `spoolctl why`: the whole history of one analysis, over all stages.

import ArgumentParser
import Spool

struct Why: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tell the history of an analysis through all stages, and where it is now.")

    @Argument(help: ArgumentHelp("Id (joe-752112), webid (752112) or ref.", valueName: "id"))
    var name: String

    @OptionGroup var spool: SpoolOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (spool, settings) = try spool.open(looking: true)
        let id = try EntryFinder(spool, source: settings?.joe.source).id(name)
        let history = try AnalysisHistory(id, spool)
        let out = Surroundings.current.out
        if output.isJSON {
            try out.line(history.json)
        } else {
            for line in history.lines(out.style, Surroundings.current.now()) { try out.line(line) }
        }
    }
}
