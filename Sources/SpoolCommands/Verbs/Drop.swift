// `spoolctl drop`: removed for good.

import ArgumentParser
import Spool

struct Drop: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Remove entries for good (needs --yes).",
        discussion: """
            The ledger keeps its line: what was dropped is not fetched again by itself, but by 'spoolctl fetch ID'. \
            --all needs QUEUE/STATE or /STATE.
            """)

    @OptionGroup var targets: TargetOptions
    @Flag(name: .customLong("yes"), help: "Yes, remove them.")
    var isSure = false
    @OptionGroup var spool: SpoolOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let acting = try Acting(spool, isJSON: output.isJSON)
        let targets = try targets.targets(acting.spool, standard: nil, states: [])
        if self.targets.isAll, targets.isEmpty, try hasQueueOnly() {
            throw CommandFailure(
                .usage, "dropping a whole queue is never meant; give QUEUE/STATE, for example outbox/failed")
        }
        guard isSure else {
            throw CommandFailure(
                .usage,
                "drop removes \(Amounts.count(targets.count, "entry", "entries")) for good; nothing was done. Add --yes to do it"
            )
        }
        try acting.run(targets, "dropped") { place in
            try acting.spool.drop(place)
            return nil
        }
    }

    private func hasQueueOnly() throws -> Bool {
        try self.targets.names.contains { try EntrySelection(argument: $0).state == nil }
    }
}
