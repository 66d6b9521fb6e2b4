// `spoolctl fetch`: Joe Sandbox → inbox.

import ArgumentParser
import Spool

struct Fetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Fetch new analyses into the inbox; or just those that are named, whatever the ledger says of them.",
        discussion: "One process at a time fetches from a source on a spool; a second one ends with 75.")

    @Argument(help: ArgumentHelp("Webids or ids to take now; '-' reads them from standard input.", valueName: "id"))
    var names: [String] = []

    @Option(
        name: .customLong("skipped"),
        help: ArgumentHelp(
            "Take what was skipped for this reason: encrypted, deleted, filtered, unfinished, …", valueName: "class"))
    var skipped: String?

    @Flag(name: .customLong("once"), help: "One pass, then end.")
    var isOnce = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if skipped != nil, !names.isEmpty { throw ValidationError("give ids or --skipped, not both") }
    }

    func run() async throws {
        guard isOnce || skipped != nil || !names.isEmpty else {
            return try await PatientStart(settings, [.fetch]).loops()
        }
        let pipeline = try Pipeline(settings)
        if let skipped {
            try await take(pipeline) { $0.skipped(skipped) }
        } else if !names.isEmpty {
            let webids = try NameList.expand(names).map { try Self.webid($0, pipeline.settings.joe.source) }
            try await take(pipeline) { _ in webids }
        } else {
            try await pipeline.once([.fetch], isJSON: output.isJSON)
        }
    }

    private func take(_ pipeline: Pipeline, _ choose: @escaping @Sendable (FetchStage) -> [String]) async throws {
        let endings = Endings()
        let (isJSON, isQuiet) = (output.isJSON, settings.quiet)
        try await pipeline.run {
            let report = try await pipeline.connector.take(choose)
            try PassSummary(.fetch, report).show(isJSON: isJSON, isQuiet: isQuiet)
            endings.add(report)
        }
        try endings.end()
    }

    /// `752112`, `joe-752112` or `inbox/joe-752112`.
    private static func webid(_ name: String, _ source: String) throws -> String {
        let text = name.hasPrefix("inbox/") ? String(name.dropFirst(6)) : name
        if let id = EntryID(text), id.source == source { return id.webid }
        guard EntryID.isWebid(text) else {
            throw CommandFailure(.usage, "'\(name)' is no webid; give one such as 752112")
        }
        return text
    }
}
