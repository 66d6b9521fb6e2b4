// `spoolctl init`: makes a spool.

import ArgumentParser
import Spool
import SystemPackage

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a spool, at the configuration's spool.path or at a path.",
        discussion: "The path must not exist or be an empty folder on a local file system.")

    @Argument(
        help: ArgumentHelp("Where, instead of the configuration's spool.path.", valueName: "dir"),
        completion: .directory)
    var path: String?

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let root = try path.map(Paths.absolute) ?? settings.load(.withoutSecrets).spool.path
        let spool = try SpoolStore.create(at: root, program: Version.current, now: Surroundings.current.now)
        let out = Surroundings.current.out
        if output.isJSON {
            try out.line(.object([.init("path", spool.layout.root.string), .init("id", spool.id), .init("format", 1)]))
        } else {
            try out.line(Visible("made spool \(spool.id) at \(spool.layout.root)").description)
        }
    }
}
