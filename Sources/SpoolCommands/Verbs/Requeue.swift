// `spoolctl requeue`: back to work, with a fresh count of tries.

import ArgumentParser
import Spool

struct Requeue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue",
        abstract: "Put failed, held or done entries back to work, due now.",
        discussion: """
            An analysis is refused while its report is outside 'done': requeue or drop that report first. \
            --all alone means /failed.
            """)

    @OptionGroup var targets: TargetOptions
    @OptionGroup var spool: SpoolOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let acting = try Acting(spool, isJSON: output.isJSON)
        let targets = try targets.targets(
            acting.spool, standard: EntrySelection(queue: nil, state: .failed), states: [.failed])
        try acting.run(targets, "requeued") { try acting.spool.requeue($0.ref, settle: acting.settle) }
    }
}
