// `spoolctl init`: makes a spool.

import ArgumentParser
import Spool
import SystemPackage

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a spool, at the configuration's spool.path or at a path.",
        discussion: """
            The path must not exist or be an empty folder on a local file system. With --restored it is a spool that was put \
            back from a backup: before the first stage runs, nothing in it counts as never sent any more.
            """)

    @Argument(
        help: ArgumentHelp("Where, instead of the configuration's spool.path.", valueName: "dir"),
        completion: .directory)
    var path: String?

    @Flag(
        name: .customLong("restored"),
        help: "It is a spool from a backup: look everything up before it is sent, complete folders and ledgers.")
    var isRestored = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let loaded = path == nil ? try settings.load(.withoutSecrets) : nil
        let root = path.map(Paths.absolute) ?? loaded?.spool.path ?? FilePath(".")
        if isRestored { return try restore(root, settle: loaded?.trustar.settle ?? Settings.TruStar.standardSettle) }
        let spool = try SpoolStore.create(at: root, program: Version.current, now: Surroundings.current.now)
        let out = Surroundings.current.out
        if output.isJSON {
            try out.line(.object([.init("path", spool.layout.root.string), .init("id", spool.id), .init("format", 1)]))
        } else {
            try out.line(Visible("made spool \(spool.id) at \(spool.layout.root)").description)
        }
    }

    private func restore(_ root: FilePath, settle: Duration) throws {
        let spool = try SpoolStore.open(root, program: Version.current, now: Surroundings.current.now)
        let reports = try spool.distrustAll(settle: settle)
        let deferred = reports.reduce(0) { $0 + $1.deferred.count }
        let lines = reports.reduce(0) { $0 + $1.lines }
        let out = Surroundings.current.out
        guard !output.isJSON else {
            return try out.line(
                .object([
                    .init("path", spool.layout.root.string), .init("id", spool.id), .init("format", 1),
                    .init("deferred", deferred), .init("lines", lines),
                ]))
        }
        try out.line(
            Visible(
                "spool \(spool.id) at \(spool.layout.root): \(Amounts.count(deferred, "entry", "entries")) moved to 'deferred',"
                    + " \(Amounts.count(lines, "ledger line", "ledger lines")) written; reports are looked up before they are sent"
            ).description)
    }
}
