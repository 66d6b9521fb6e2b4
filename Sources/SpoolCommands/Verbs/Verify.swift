// `spoolctl verify`: is every entry what it was when it was committed, and is everything in its place? And for bundles: is it whole,
// and by whom?

import ArgumentParser
import Spool
import SystemPackage

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Look through the whole spool: every name, envelope, payload and record. Exit 65 if something is wrong.",
        discussion: """
            With BUNDLE, looks through that instead, without a spool: a folder, a tar file, or '-' for standard input.

            Changes nothing by itself, and may run beside the stages. --repair shows what it would do, and does it with \
            --yes; nothing is ever deleted by it.
            """)

    @Argument(
        help: ArgumentHelp("Bundles to look through instead of the spool.", valueName: "bundle"), completion: .file())
    var bundles: [String] = []

    @Flag(name: .customLong("repair"), help: "Show the remedy of each finding; with --yes carry them out.")
    var isRepair = false

    @Flag(name: .customLong("yes"), help: "With --repair: yes, do it.")
    var isSure = false

    @Flag(name: .customLong("quick"), help: "Names and envelopes only, without reading payloads.")
    var isQuick = false

    @OptionGroup var spool: SpoolOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if isSure, !isRepair { throw ValidationError("--yes goes with --repair") }
        if !bundles.isEmpty, isRepair || isQuick || spool.path != nil {
            throw ValidationError("--repair, --quick and --spool are for the spool, not for bundles")
        }
    }

    func run() async throws {
        guard bundles.isEmpty else {
            return try await BundleVerification(settings: spool.settings, isJSON: output.isJSON).run(bundles)
        }
        let (spool, _) = try spool.open(looking: true)
        let report = try look(spool)
        var left = 0
        for finding in report.findings {
            let isDone = isRepair && isSure ? try repair(finding, spool) : false
            if finding.isProblem, !isDone { left += 1 }
            try show(finding, isDone: isDone)
        }
        try conclude(report, left: left)
        if left > 0 { throw EndStatus.badData }
    }

    /// With progress, where there is a terminal to see it.
    private func look(_ store: SpoolStore) throws -> VerifyReport {
        guard let line = ProgressLine(Surroundings.current, isQuiet: spool.settings.quiet) else {
            return try store.verifyAll(payloads: !isQuick)
        }
        let total = try store.countEntries()
        line.begin()
        defer { line.end() }
        return try store.verifyAll(payloads: !isQuick) { line.show("verify", done: $0, of: total) }
    }

    /// One that cannot be repaired (a worker is at it, its name is taken in `failed`) does not keep the others from it.
    private func repair(_ finding: Finding, _ spool: SpoolStore) throws -> Bool {
        do throws(StoreError) {
            return try spool.repair(finding)
        } catch {
            try Talk.say("\(finding.path) was left as it is: \(error)")
            return false
        }
    }

    private func show(_ finding: Finding, isDone: Bool) throws {
        let out = Surroundings.current.out
        guard !output.isJSON else {
            return try out.line(
                .object([
                    .init("kind", "finding"), .init("code", finding.code.rawValue), .init("path", finding.path.string),
                    .init("ref", finding.place?.ref.description), .init("state", finding.place?.state.rawValue),
                    .init("reason", finding.reason), .init("problem", finding.isProblem),
                    .init("remedy", finding.remedy?.rawValue), .init("repaired", isRepair && isSure ? isDone : nil),
                ]))
        }
        try out.line(Visible("\(finding.isProblem ? "" : "note: ")\(finding)").description)
        guard isRepair else { return }
        let remedy = finding.remedy?.rawValue ?? "nothing that this program may decide"
        try out.line(Visible("  \(isDone ? "done" : isSure ? "left" : "would do"): \(remedy)").description)
    }

    private func conclude(_ report: VerifyReport, left: Int) throws {
        let out = Surroundings.current.out
        guard !output.isJSON else {
            return try out.line(
                .object([
                    .init("kind", "summary"), .init("entries", report.entries), .init("bytes", report.bytes),
                    .init("findings", report.findings.count), .init("problems", left),
                ]))
        }
        let what = isQuick ? "names and envelopes" : Amounts.size(report.bytes)
        try out.line(
            "\(Amounts.count(report.entries, "entry", "entries")) checked (\(what)), \(Amounts.count(left, "problem", "problems"))"
        )
        if isRepair, !isSure, !report.findings.isEmpty { try Talk.say("nothing was changed; --repair --yes does it") }
    }
}
