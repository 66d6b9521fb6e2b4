// `spoolctl prune`: makes room by removing what is done.

import ArgumentParser
import Spool

struct Prune: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove what is done and old, or too much, oldest first (needs --yes).",
        discussion: """
            Only 'done', unless other states are named (/failed, /hold, /exported); never what the ledger does not know, \
            since it would be fetched again.
            """)

    @Argument(help: ArgumentHelp("QUEUE, QUEUE/STATE or /STATE; else /done.", valueName: "queue/state"))
    var selections: [String] = []

    @Option(
        name: .customLong("older-than"),
        help: ArgumentHelp("What is in its state for longer than this, for example 30d.", valueName: "time"))
    var olderThan: SpanArgument?

    @Option(
        name: .customLong("keep"),
        help: ArgumentHelp("The oldest, until no more than this is left, for example 20GB.", valueName: "size"))
    var keep: SizeArgument?

    @Flag(name: .customLong("dry-run"), help: "Only show what would be removed.")
    var isDry = false

    @Flag(name: .customLong("yes"), help: "Yes, remove it.")
    var isSure = false

    @OptionGroup var spool: SpoolOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if olderThan == nil, keep == nil {
            throw ValidationError("say what may go: --older-than 30d, or --keep 20GB, or both")
        }
        if isDry, isSure { throw ValidationError("--dry-run and --yes exclude each other") }
    }

    func run() throws {
        let (spool, _) = try spool.open()
        let rules = try rules(spool)
        var removed = 0
        var bytes = 0
        for rule in rules {
            let report = try spool.prune(rule, planOnly: !isSure)
            removed += report.removed.count
            bytes += report.bytes
            try show(report)
        }
        let amount = "\(Amounts.count(removed, "entry", "entries")), \(Amounts.size(bytes))"
        if !output.isJSON { try Surroundings.current.out.line(isSure ? "removed \(amount)" : "would remove \(amount)") }
        guard isSure || isDry || removed == 0 else {
            throw CommandFailure(.usage, "nothing was removed; add --yes to remove these, or --dry-run to only look")
        }
    }

    /// One rule per queue, since sizes are kept by queue.
    private func rules(_ spool: SpoolStore) throws -> [PruneRule] {
        var states: [QueueName: Set<EntryState>] = [:]
        for text in selections.isEmpty ? ["/done"] : selections {
            let selection = try EntrySelection(argument: text)
            for (queue, state) in try selection.folders(spool) where selection.state != nil || state == .done {
                states[queue, default: []].insert(state)
            }
        }
        return states.sorted { $0.key < $1.key }.map { queue, states in
            PruneRule(olderThan: olderThan?.duration, keepBytes: keep?.bytes, states: states, queues: [queue])
        }
    }

    private func show(_ report: PruneReport) throws {
        let out = Surroundings.current.out
        for place in report.removed {
            if output.isJSON {
                try out.line(
                    .object([
                        .init("ref", place.ref.description), .init("state", place.state.rawValue),
                        .init("event", isSure ? "removed" : "would remove"),
                    ]))
            } else {
                try out.line("\(isSure ? "removed" : "would remove") \(place.ref) (\(place.state.rawValue))")
            }
        }
        for ref in report.unknown { try Talk.say("\(ref) stays: the ledger does not know it") }
        for ref in report.locked { try Talk.say("\(ref) stays: somebody is at it, or it is no file") }
    }
}
