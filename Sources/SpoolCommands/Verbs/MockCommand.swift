// `spoolctl mock`: a Joe Sandbox and a TruSTAR of one's own.

import ArgumentParser
import MockKit

struct MockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mock",
        abstract: "Serve a mock Joe Sandbox, a mock TruSTAR, or both, until SIGTERM.",
        discussion: "The URLs are printed once both answer. As shipped, the configuration leads to them, unedited.")

    enum Server: String, ExpressibleByArgument, CaseIterable {
        case joe, trustar
    }

    @Argument(help: "joe or trustar; both if neither is named.")
    var server: Server?

    @OptionGroup(title: "Where") var place: MockPlaceOptions
    @OptionGroup(title: "What it serves") var content: MockContentOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let port = place.port, port != 0, server == nil {
            throw ValidationError(
                "--port \(port) needs joe or trustar; for both: --joe-port, --trustar-port, or --port 0")
        }
    }

    func run() async throws {
        let mocks = try MockPair(server, place, content)
        let isJSON = output.isJSON
        try await Foreground.run {
            try await mocks.run { urls in try mocks.announce(urls, isJSON: isJSON) }
        }
    }
}

/// Where the mocks listen, and how they are served.
struct MockPlaceOptions: ParsableArguments {
    @Option(name: .customLong("host"), help: "Address to listen on.")
    var host = "127.0.0.1"

    @Option(
        name: .customLong("joe-port"), help: ArgumentHelp("Joe Sandbox's port; 0 takes a free one.", valueName: "port"))
    var joePort = 8180

    @Option(
        name: .customLong("trustar-port"), help: ArgumentHelp("TruSTAR's port; 0 takes a free one.", valueName: "port"))
    var trustarPort = 8181

    @Option(name: .customLong("port"), help: "The port of the one that is named; 0 takes a free one for each.")
    var port: Int?

    @Flag(name: .customLong("tls"), help: "Serve https with a certificate made for the occasion.")
    var hasTLS = false

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp("With --tls: where to write the authority's certificate.", valueName: "file"),
        completion: .file())
    var caFile: String?

    @Option(
        name: .customLong("tls-flaw"),
        help: ArgumentHelp(
            "With --tls: what is wrong with it: expired, other-name, or old (TLS 1.1).", valueName: "what"))
    var tlsFlaw: String?

    @Flag(name: .customLong("admin"), help: "Serve /__admin too: journal, assertions, state, faults, clock.")
    var hasAdmin = false

    @Option(
        name: .customLong("state"),
        help: ArgumentHelp("Keep the state in this folder over restarts.", valueName: "dir"),
        completion: .directory)
    var state: String?

    func validate() throws {
        for port in [joePort, trustarPort, port ?? 0] where !(0...65_535).contains(port) {
            throw ValidationError("\(port) is no port")
        }
        if caFile != nil, !hasTLS { throw ValidationError("--ca-file goes with --tls") }
        guard let tlsFlaw else { return }
        if !hasTLS { throw ValidationError("--tls-flaw goes with --tls") }
        guard MockTLS.Flaw(rawValue: tlsFlaw) != nil else {
            throw ValidationError("--tls-flaw must be expired, other-name or old, not '\(tlsFlaw)'")
        }
    }
}

/// What the mocks serve, and how they misbehave.
struct MockContentOptions: ParsableArguments {
    @Option(
        name: .customLong("seed"),
        help: ArgumentHelp("The same seed gives the same analyses, byte for byte.", valueName: "number"))
    var seed: UInt64 = 1

    @Option(name: .customLong("analyses"), help: ArgumentHelp("How many analyses are generated.", valueName: "number"))
    var analyses = 25

    @Option(
        name: .customLong("report-size"),
        help: ArgumentHelp("Size of each report, for example 110MB.", valueName: "size"))
    var reportSize: SizeArgument?

    @Option(
        name: .customLong("reports"),
        help: ArgumentHelp("Serve the report files of this folder instead.", valueName: "dir"),
        completion: .directory)
    var reports: String?

    @Option(
        name: .customLong("duplicate-ids"),
        help: ArgumentHelp("TruSTAR, given an external id that it has: reject, accept or update.", valueName: "what"))
    var duplicateIDs = "reject"

    @Option(
        name: .customLong("visibility-delay"),
        help: ArgumentHelp("TruSTAR's look-ups see a new report so much later.", valueName: "time"))
    var visibilityDelay: SpanArgument?

    @Option(
        name: .customLong("unknown-enclave"),
        help: ArgumentHelp("TruSTAR, given an enclave that it does not know: 403 or 404.", valueName: "status"))
    var unknownEnclave = 403

    @Option(
        name: .customLong("faults"),
        help: ArgumentHelp("Fault plan (YAML): what goes wrong, and when.", valueName: "file"),
        completion: .file())
    var faults: String?

    func validate() throws {
        guard (0...1_000_000).contains(analyses) else { throw ValidationError("--analyses must be 0 to 1000000") }
    }
}
