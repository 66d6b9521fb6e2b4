// `spoolctl hold`: aside until released.

import ArgumentParser
import Spool

struct Hold: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Set entries aside until they are released; not one that is being worked on.",
        discussion: "--all needs QUEUE, QUEUE/STATE or /STATE; a queue alone means what waits in it (ready, deferred).")

    @OptionGroup var targets: TargetOptions
    @OptionGroup var spool: SpoolOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let acting = try Acting(spool, isJSON: output.isJSON)
        let targets = try targets.targets(acting.spool, standard: nil, states: [.ready, .deferred])
        try acting.run(targets, "held") { try acting.spool.hold($0.ref) }
    }
}
