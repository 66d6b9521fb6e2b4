// `spoolctl import`: bundles from the other side of an air gap into the spool.

import ArgumentParser
import Spool

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take bundles from the other side of an air gap into the spool.",
        discussion: """
            Everything is verified before anything is taken: a bundle comes in as a whole or not at all (65). What is here \
            already is counted and skipped, so that a bundle may be imported again at any time.

            With --watch it goes on until SIGTERM and takes each bundle that has arrived in a folder as soon as it is \
            complete. Nothing in the folder is moved or removed; 'spoolctl transfer status' shows what waits there.
            """)

    @Argument(
        help: ArgumentHelp(
            "Bundles: folders, tar files, folders that hold such, or '-' for a tar archive on standard input.",
            valueName: "bundle"), completion: .file())
    var bundles: [String] = []

    @Option(
        name: .customLong("watch"),
        help: ArgumentHelp("Go on, with what arrives in this folder.", valueName: "dir"), completion: .directory)
    var watched: String?

    @Option(
        name: .customLong("every"),
        help: ArgumentHelp("With --watch: how often to look, for example 30s (else transfer.poll).", valueName: "time"))
    var every: SpanArgument?

    @Flag(name: .customLong("dry-run"), help: "Verify and compare, and change nothing.")
    var isDry = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard bundles.isEmpty != (watched == nil) else {
            throw ValidationError("give bundles, or --watch with a folder")
        }
        if watched != nil, isDry { throw ValidationError("--dry-run is for single bundles, not for --watch") }
        if watched == nil, every != nil { throw ValidationError("--every goes with --watch") }
        if let every, every.duration <= .zero { throw ValidationError("--every must be more than nothing") }
    }

    private func watch(_ folder: String) async throws {
        let path = try BundleNames.watched(folder)
        let start = try PatientStart(settings, [.import], needsSecrets: false) {
            $0.transfer.incoming = path
            if let every { $0.transfer.poll = every.duration }
        }
        let (isQuiet, isJSON) = (settings.quiet, output.isJSON)
        try await start.run { pipeline in
            try await pipeline.serve { report in
                [
                    try pipeline.connector.importLoop(
                        came: { path, bundle in
                            let location = BundleLocation.tar(path)
                            try Self.show(bundle, location, isJSON: isJSON, isDry: false, isQuiet: isQuiet)
                        }, onReport: report)
                ]
            }
        }
    }

    func run() async throws {
        if let watched { return try await watch(watched) }
        let settings = try settings.load(.withoutSecrets)
        let surroundings = Surroundings.current
        let spool = try Connector.openSpool(settings, program: Version.current, now: surroundings.now)
        let options = try TransferSetup.import(settings, spool, isDry: isDry)
        let (isQuiet, isJSON, isDry, names) = (self.settings.quiet, output.isJSON, isDry, bundles)
        try await Transferring.run("importing", quiet: isQuiet) { watch in
            let importer = Importer(spool, options, watch: watch)
            var tally = Tally(surroundings.talk)
            for location in try BundleNames.locations(names, watch) {
                var result: Result<ImportedBundle, any Error>
                do { result = .success(try await importer.import(location)) } catch { result = .failure(error) }
                if case .failure(let error as TransferError) = result {
                    result = .failure(TransferError(error.code, "\(location): \(error.message)"))
                    if error.code == .interrupted { throw error }
                }
                try tally.attempt {
                    try Self.show(result.get(), location, isJSON: isJSON, isDry: isDry, isQuiet: isQuiet)
                }
            }
            try tally.end()
        }
    }

    private static func show(
        _ bundle: ImportedBundle, _ location: BundleLocation, isJSON: Bool, isDry: Bool, isQuiet: Bool
    ) throws {
        let out = Surroundings.current.out
        for warning in bundle.warnings { try Talk.say("\(location): warning: \(warning)", unless: isQuiet) }
        if isJSON {
            try out.line(
                .object([
                    .init("bundle", location.description), .init("spool", bundle.stream.spool),
                    .init("destination", bundle.stream.destination), .init("number", bundle.number),
                    .init("digest", bundle.digest), .init("signer", bundle.signer),
                    .init("imported", bundle.imported.count), .init("known", bundle.known.count),
                    .init("dryRun", isDry), .init("refs", .array(bundle.imported.map { .string("\($0)") })),
                ]))
        } else {
            let signed = bundle.signer.map { ", signed by \($0)" } ?? ", signature not checked"
            try out.line(
                Visible(
                    "\(isDry ? "would import" : "imported") \(Amounts.count(bundle.imported.count, "entry", "entries"))"
                        + " from \(location): number \(bundle.number) of \(bundle.stream)"
                        + ", \(bundle.known.count) here already\(signed)"
                ).description)
        }
        try out.flush()
    }
}
