// `spoolctl release`: from hold back to work.

import ArgumentParser
import Spool

struct Release: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Put held entries back to work, due now.", discussion: "--all alone means /hold.")

    @OptionGroup var targets: TargetOptions
    @OptionGroup var spool: SpoolOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let acting = try Acting(spool, isJSON: output.isJSON)
        let targets = try targets.targets(
            acting.spool, standard: EntrySelection(queue: nil, state: .hold), states: [.hold])
        try acting.run(targets, "released") { try acting.spool.release($0.ref, settle: acting.settle) }
    }
}
