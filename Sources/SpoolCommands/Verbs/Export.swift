// `spoolctl export`: entries into bundles, for the other side of an air gap.

import ArgumentParser
import Spool
import SystemPackage

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Pack what is ready and due into a bundle for the other side of an air gap.",
        discussion: """
            TARGET is a folder (the bundle becomes a folder in it, called by its number), the name of a folder that is not \
            there yet (which becomes the bundle), a file called ….tar, or '-' for a tar archive on standard output.

            A bundle is a BagIt bag: bagit.py --validate and sha256sum -c check it, 'spoolctl verify' and 'spoolctl \
            import' do more. See docs/AIRGAP.md.

            With --watch it goes on until SIGTERM, and packs what is there again and again; --again repeats one bundle \
            that was lost on its way, with its number and byte for byte, from what is in 'exported' and 'done'.
            """)

    @Argument(help: ArgumentHelp("Where the bundle goes.", valueName: "target"), completion: .directory)
    var target: String?

    @Argument(help: ArgumentHelp("Only these entries; '-' reads refs from standard input.", valueName: "ref"))
    var names: [String] = []

    @Option(
        name: .customLong("queue"), help: ArgumentHelp("inbox or outbox (else transfer.queue).", valueName: "queue"))
    var queue: String?

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("The other side's name (else transfer.destination).", valueName: "name"))
    var destination: String?

    @Option(
        name: .customLong("volume-size"),
        help: ArgumentHelp(
            "Split into bundles of at most this size, for example 4GB; each is complete by itself.", valueName: "size"))
    var volumeSize: SizeArgument?

    @Option(
        name: .customLong("watch"),
        help: ArgumentHelp(
            "Go on, with a bundle into this folder whenever there is something to send.", valueName: "dir"),
        completion: .directory)
    var watched: String?

    @Option(
        name: .customLong("every"),
        help: ArgumentHelp("With --watch: how often, for example 5m (else transfer.every).", valueName: "time"))
    var every: SpanArgument?

    @Option(
        name: .customLong("again"),
        help: ArgumentHelp("Repeat the bundle of this number.", valueName: "number"))
    var again: Int?

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (target == nil) != (watched == nil) else {
            throw ValidationError("give a target, or --watch with a folder")
        }
        if watched == nil, every != nil { throw ValidationError("--every goes with --watch") }
        if let every, every.duration <= .zero { throw ValidationError("--every must be more than nothing") }
        if again != nil, watched != nil || queue != nil || volumeSize != nil || !names.isEmpty {
            throw ValidationError("--again takes the bundle as it was: only a target and --to go with it")
        }
        if queue != nil, !names.isEmpty { throw ValidationError("give refs or --queue, not both") }
        if let queue, QueueName(queue) == nil { throw ValidationError("'\(queue)' is no queue; give inbox or outbox") }
        if let destination, !TransferStream.isDestination(destination) {
            throw ValidationError(
                "'\(destination)' is no destination: 1 to 32 of a-z, 0-9 and hyphens, none at its ends")
        }
        if let volumeSize, volumeSize.bytes < Self.smallestVolume {
            throw ValidationError("--volume-size is at least \(Amounts.size(Self.smallestVolume))")
        }
        if output.isJSON, target == "-" {
            throw ValidationError("--json needs standard output, which takes the bundle")
        }
    }

    private static let smallestVolume = 100_000

    func run() async throws {
        if let watched { return try await watch(watched) }
        guard let name = target else { return }
        let settings = try settings.load(.withoutSecrets)
        let surroundings = Surroundings.current
        let spool = try Connector.openSpool(settings, program: Version.current, now: surroundings.now)
        let options = TransferSetup.export(
            settings, to: destination, volumeSize: volumeSize?.bytes, agent: surroundings.environment["SSH_AUTH_SOCK"])
        if let again {
            return try await repeated(again, spool, options, to: name)
        }
        var tally = Tally(surroundings.talk)
        let selection = try selection(spool, settings, &tally)
        let (isQuiet, hasVolumes, showing) = (
            self.settings.quiet, volumeSize != nil, BundleShowing(isJSON: output.isJSON, isStream: name == "-")
        )
        let ended = Kept<ExportReport>()
        if let selection {
            try await Transferring.run("exporting", quiet: isQuiet) { watch in
                let target = try BundleNames.target(name, hasVolumes: hasVolumes, watch)
                let report = try await Exporter(spool, options, watch: watch).export(selection, to: target) {
                    try showing.show($0)
                }
                ended.keep(report)
            }
        }
        let report = ended.value ?? ExportReport()
        for _ in report.bundles { try tally.attempt {} }
        for (ref, reason) in report.refused {
            try tally.attempt { throw CommandFailure(.badData, "\(ref) was not exported: \(reason)") }
        }
        if report.bundles.isEmpty, report.refused.isEmpty, selection != nil {
            try Talk.say("nothing to export: no entry is ready or due", unless: isQuiet)
        }
        try tally.end()
    }

    private func repeated(_ number: Int, _ spool: SpoolStore, _ options: ExportOptions, to name: String) async throws {
        let showing = BundleShowing(isJSON: output.isJSON, isStream: name == "-")
        try await Transferring.run("exporting", quiet: settings.quiet) { watch in
            let target = try BundleNames.target(name, hasVolumes: false, watch)
            try showing.show(try await Repetition(spool, options, watch: watch).run(number, to: target))
        }
    }

    private func watch(_ folder: String) async throws {
        let path = try BundleNames.watched(folder)
        let start = try PatientStart(settings, [.export], needsSecrets: false) {
            $0.transfer.outgoing = path
            if let every { $0.transfer.every = every.duration }
            if let destination { $0.transfer.destination = destination }
        }
        var watch = Connector.ExportWatch()
        watch.queue = queue.flatMap { QueueName($0) }
        watch.volumeSize = volumeSize?.bytes
        let showing = BundleShowing(isJSON: output.isJSON, isStream: false)
        watch.made = { try showing.show($0) }
        let what = watch
        try await start.run { pipeline in
            try await pipeline.serve { [try pipeline.connector.exportLoop(what, onReport: $0)] }
        }
    }

    /// nil: names were given, and none can go.
    private func selection(_ spool: SpoolStore, _ settings: Settings, _ tally: inout Tally) throws -> ExportSelection? {
        guard !names.isEmpty else {
            let queue = queue.flatMap { QueueName($0) } ?? QueueName(settings.transfer.queue.rawValue) ?? .outbox
            guard try spool.queues().contains(queue) else {
                throw CommandFailure(.missing, "the spool has no queue '\(queue)'")
            }
            return .queue(queue)
        }
        let finder = try EntryFinder(spool, source: settings.joe.source)
        var places: [EntryPlace] = []
        for name in try NameList.expand(names) {
            try tally.attempt {
                let place = try finder.act(name)
                guard place.state == .ready || place.state == .deferred else {
                    throw CommandFailure(
                        place.state == .active ? .tryAgain : .refused,
                        "\(place.ref) is in '\(place.state.rawValue)'; only what is in 'ready' or 'deferred' is exported"
                            + " (requeue or release it first)")
                }
                places.append(place)
            }
        }
        return places.isEmpty ? nil : .named(places)
    }
}

/// Says what was packed.
private struct BundleShowing: Sendable {
    let isJSON: Bool
    let isStream: Bool

    func show(_ bundle: ExportedBundle) throws {
        let out = Surroundings.current.out
        if isJSON {
            try out.line(
                .object([
                    .init("path", bundle.path?.string), .init("spool", bundle.stream.spool),
                    .init("destination", bundle.stream.destination), .init("number", bundle.number),
                    .init("entries", bundle.entries.count), .init("bytes", bundle.bytes),
                    .init("digest", bundle.digest),
                    .init("signed", bundle.isSigned), .init("refs", .array(bundle.entries.map { .string("\($0)") })),
                ]))
            return try out.flush()
        }
        let amount = "\(Amounts.count(bundle.entries.count, "entry", "entries")), \(Amounts.size(bundle.bytes))"
        let where_ = bundle.path.map { "\($0)" } ?? "standard output"
        let text =
            "exported \(amount) as number \(bundle.number) for \(bundle.stream.destination) to \(where_)"
            + (bundle.isSigned ? ", signed" : "")
        guard !isStream else { return try Talk.say(text) }
        try out.line(Visible(text).description)
        try out.flush()
    }
}
