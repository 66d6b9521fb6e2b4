// `spoolctl list`: what lies in the spool. Names and stats only, so that 100,000 entries are listed in a moment.

import ArgumentParser
import Spool

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List entries: all, those of a queue (inbox), of a state (/failed), or of both (outbox/failed).")

    @Argument(help: ArgumentHelp("QUEUE, QUEUE/STATE or /STATE.", valueName: "queue/state"))
    var selection: String?

    @Flag(name: .customLong("long"), help: "Read each envelope too: time, size of the payload, digest, origin.")
    var isLong = false

    @OptionGroup var spool: SpoolOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let selection = try selection.map { try EntrySelection(argument: $0) } ?? .everything
        let (spool, _) = try spool.open(looking: true)
        let (out, now) = (Surroundings.current.out, Surroundings.current.now())
        var table = Self.table(isLong: isLong)
        var strangers = 0
        for (queue, state) in try selection.folders(spool) {
            let folder = try spool.list(queue, state)
            strangers += folder.strangers.count
            for entry in folder.entries {
                let row = EntryRow(entry, spool, readEnvelope: isLong)
                if output.isJSON { try out.line(row.json(now)) } else { table.add(row.cells(isLong: isLong, now)) }
            }
        }
        if !output.isJSON { for line in table.lines(out.style) { try out.line(line) } }
        if strangers > 0 {
            try Talk.say(
                "\(Amounts.count(strangers, "name is", "names are")) no entry's and left alone; 'spoolctl verify' names them",
                unless: self.spool.settings.quiet)
        }
    }

    private static func table(isLong: Bool) -> Table {
        var columns: [Table.Column] = [.left("REF"), .left("STATE"), .right("SIZE"), .right("AGE")]
        if isLong { columns += [.left("ANALYSED"), .left("ANALYSIS"), .left("SHA256"), .left("ORIGIN")] }
        return Table(columns + [.left("NOTE")])
    }
}
