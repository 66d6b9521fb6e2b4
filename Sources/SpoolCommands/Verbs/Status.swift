// `spoolctl status`: one screen that answers whether it is healthy, what is stuck, since when, why, and what to do next.

import ArgumentParser
import Spool

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say on one screen whether all is well, what is stuck, since when, why, and what to do.",
        discussion:
            "Exit status 1 if something needs attention: failed entries, a stopped stage, no room, nobody at work.")

    @OptionGroup var spool: SpoolOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (spool, settings) = try spool.open(looking: true)
        let health = try SpoolHealth(spool, settings, Surroundings.current.now())
        let out = Surroundings.current.out
        if output.isJSON {
            try out.line(health.json)
        } else {
            for line in health.lines(out.style) { try out.line(line) }
        }
        if health.verdict == .attention { throw EndStatus.partial }
    }
}
