import ArgumentParser
import Testing

@testable import SpoolCommands

/// The whole help, as it was meant.
enum HelpText {
    static let all = [pipeline, look, act, airGap, tryOut].reduce(into: [:]) { $0.merge($1) { first, _ in first } }
}

struct HelpTests {
    @Test(arguments: HelpText.all.keys.sorted())
    func `help says just this`(verb: String) async {
        let run = await Run(verb.split(separator: " ").map(String.init) + ["--help"])
        #expect(run.status == .success)
        #expect(run.out == (HelpText.all[verb] ?? "") + "\n")
        #expect(run.talk.isEmpty)
    }

    @Test func `every verb has its help here`() {
        func names(_ command: any ParsableCommand.Type, _ path: [String]) -> [String] {
            [path.joined(separator: " ")]
                + command.configuration.subcommands.flatMap {
                    names($0, path + [$0.configuration.commandName ?? "\($0)".lowercased()])
                }
        }
        #expect(names(Spoolctl.self, []).sorted() == HelpText.all.keys.sorted())
    }

    @Test func `options before the verb count as well`() {
        #expect(LeadingOptions.moved(["--config", "c", "list", "/failed"]) == ["list", "/failed", "--config", "c"])
        #expect(LeadingOptions.moved(["--spool=s", "hold", "--", "-x"]) == ["hold", "--spool=s", "--", "-x"])
        #expect(LeadingOptions.moved(["list", "--config", "c"]) == ["list", "--config", "c"])
        #expect(LeadingOptions.moved(["-q", "map"]) == ["map", "-q"])
        #expect(LeadingOptions.moved(["--config"]) == ["--config"])
        #expect(LeadingOptions.moved([]).isEmpty)
    }

    @Test func `without a verb the help is shown`() async {
        let run = await Run([])
        #expect(run.status == .success)
        #expect(run.out == (HelpText.all[""] ?? "") + "\n")
    }
}
