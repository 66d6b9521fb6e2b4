// `spoolctl add`: report files that are there already become analyses in the inbox.

import ArgumentParser
import Spool

struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Put Joe Sandbox report files into the inbox, as if they had been fetched.",
        discussion: """
            The webid is that of --webid, else the digits in the file's name, else the analysis id in the report (said so). \
            What is not a Joe Sandbox report in JSON is refused (65).
            """)

    @Argument(
        help: ArgumentHelp("Report files (json, jsonfixed or their light forms).", valueName: "file"),
        completion: .file())
    var files: [String]

    @Option(name: .customLong("webid"), help: "The webid, if one file is given.")
    var webid: String?

    @Option(name: .customLong("source"), help: "First part of the entry's name (else joe.source).")
    var source: String?

    @OptionGroup var spool: SpoolOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if webid != nil, files.count > 1 { throw ValidationError("--webid is for one file; \(files.count) are given") }
        if let webid, !EntryID.isWebid(webid) {
            throw ValidationError("'\(webid)' is no webid: letters, digits and hyphens, at most 64")
        }
        if let source, !EntryID.isSource(source) {
            throw ValidationError("'\(source)' is no source: a-z and 0-9, at most 16")
        }
    }

    func run() throws {
        let (spool, settings) = try spool.open()
        let surroundings = Surroundings.current
        let source = source ?? settings?.joe.source ?? "joe"
        var tally = Tally(surroundings.talk)
        for file in files {
            try tally.attempt {
                let draft = try ReportFile(file)
                let (id, remark) = try draft.id(webid: webid, source: source)
                if let remark { try Talk.say("\(file): \(remark)") }
                let (ref, state, bytes) = try draft.add(to: spool, as: id)
                if output.isJSON {
                    try surroundings.out.line(
                        .object([
                            .init("ref", ref.description), .init("state", state.rawValue), .init("bytes", bytes),
                            .init("file", file), .init("remark", remark),
                        ]))
                } else {
                    try surroundings.out.line(Visible("added \(ref) from \(file) (\(Amounts.size(bytes)))").description)
                }
            }
        }
        try tally.end()
    }
}
