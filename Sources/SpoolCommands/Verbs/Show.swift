// `spoolctl show`: one entry.

import ArgumentParser
import Spool

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one entry: envelope, state, tries, and of a report what will be submitted.")

    /// What is shown of it.
    enum Part: String, EnumerableFlag {
        case body, raw, indicators

        static func help(for value: Part) -> ArgumentHelp? {
            switch value {
            case .body: "A report's body."
            case .raw: "The payload, byte for byte (on a terminal with control characters written out)."
            case .indicators: "A report's indicators."
            }
        }
    }

    @Argument(
        help: ArgumentHelp("Ref (inbox/joe-752112), id or webid; the entry furthest along is shown.", valueName: "ref"))
    var name: String

    @Flag(exclusivity: .exclusive)
    var part: Part?

    @OptionGroup var spool: SpoolOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if output.isJSON, part == .raw || part == .body {
            throw ValidationError(
                "--json goes with the whole entry or with --indicators; --\(part?.rawValue ?? "") is text as it is")
        }
    }

    func run() throws {
        let (spool, settings) = try spool.open(looking: true)
        let place = try EntryFinder(spool, source: settings?.joe.source).look(name)
        let reader = try EntryView.reader(place, spool)
        let view = EntryView(place: place, reader: reader, spool: spool)
        let out = Surroundings.current.out
        switch part {
        case .raw: try RawPayload(reader).write(to: out)
        case .body:
            let body = try view.report().body
            try out.line(out.style.isTerminal ? Visible.lines(body) : body)
        case .indicators: try showIndicators(try view.report(), out)
        case nil:
            if output.isJSON {
                try out.line(try view.json())
            } else {
                for line in try view.lines(out.style) { try out.line(line) }
            }
        }
    }

    private func showIndicators(_ report: MappedReport, _ out: OutputStream) throws {
        var table = Table([.left("TYPE"), .left("VALUE")])
        for indicator in report.indicators {
            if output.isJSON {
                try out.line(.object([.init("type", indicator.type.rawValue), .init("value", indicator.value)]))
            } else {
                table.add([indicator.type.rawValue, indicator.value])
            }
        }
        for line in table.lines(out.style) { try out.line(line) }
    }
}
