// The way into the generator for everybody: the server, benchmarks, golden files. No server, no state, no I/O.

import Synchronization

/// Makes analyses and their reports from a seed: same seed, same bytes, on every machine.
public struct ReportGenerator: Sendable {
    /// The seed.
    public let seed: UInt64
    /// How many analyses there are, numbered from the oldest (0).
    public let count: Int
    /// The size that whole reports (`jsonfixed`, exactly) are to have; nil for 50 to 200 KB, as it comes.
    public let reportSize: Int?
    /// `generalinfo.product`.
    public let product: String
    let catalogue: Catalogue
    private let templates: Templates

    public init(seed: UInt64, count: Int, reportSize: Int? = nil, product: String = "Cloud") {
        self.init(catalogue: Catalogue(seed: seed, count: count), reportSize: reportSize, product: product)
    }

    init(catalogue: Catalogue, reportSize: Int? = nil, product: String = "Cloud") {
        self.catalogue = catalogue
        seed = catalogue.seed
        count = catalogue.count
        self.reportSize = reportSize.map { max(0, min($0, 8 << 30)) }
        self.product = product
        templates = Templates(seed: seed)
    }

    /// The name by which the API knows analysis `index`.
    public func webid(at index: Int) -> String { String(catalogue.webid(at: index)) }

    /// The number of an analysis, if it is one of the generated ones.
    public func index(ofWebid webid: String) -> Int? { catalogue.index(ofWebid: webid) }

    /// What analysis `index` is about.
    public func kind(at index: Int) -> TargetKind { catalogue.analysis(at: index).kind }

    /// A resource of analysis `index`; its bytes are made while it is read.
    public func report(at index: Int, form: ReportForm, run: Int? = nil) -> ReportBody {
        let analysis = catalogue.analysis(at: index)
        return body(of: analysis, form: form, run: run ?? analysis.mostInterestingRun)
    }

    /// Writes a resource of analysis `index` piece by piece, for files and pipes.
    public func write(
        at index: Int, form: ReportForm, run: Int? = nil, to sink: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        for chunk in report(at: index, form: form, run: run) {
            try chunk.withUnsafeBytes { try sink($0) }
        }
    }

    func body(of analysis: Analysis, form: ReportForm, run number: Int) -> ReportBody {
        let number = analysis.runs.indices.contains(number) ? number : 0
        let evidence = Evidence(analysis, run: number)
        let run = analysis.runs[number]
        switch form {
        case .json, .jsonfixed, .lightjson, .lightjsonfixed:
            let (target, bulk) = plan(analysis, evidence)
            let builder = ReportBuilder(
                analysis, run: number, evidence: evidence, form: form, product: product, bulk: bulk)
            return ReportBody(
                builder.parts(), target: target, templates: templates, isRaw: form.isRaw, seed: analysis.seed)
        case .irjson, .irjsonfixed:
            return ReportBody(
                bytes: IncidentReport(analysis: analysis, run: run, evidence: evidence, isRaw: form.isRaw).bytes())
        case .xml: return ReportBody(bytes: SmallForms(analysis: analysis, run: run, evidence: evidence).xml())
        case .html: return ReportBody(bytes: SmallForms(analysis: analysis, run: run, evidence: evidence).html())
        case .pcap: return ReportBody(bytes: SmallForms(analysis: analysis, run: run, evidence: evidence).pcap())
        }
    }

    /// What everything but the bulk takes, at most.
    private static let frame = 40_000

    /// How much of each kind of bulk makes the wanted size. The same for all forms: they hold the same things.
    private func plan(_ analysis: Analysis, _ evidence: Evidence) -> (target: Int, bulk: [Bulk.Kind: Int]) {
        var dice = Dice(analysis.seed, .body)
        let usual = dice.within(50_000...200_000)
        let target = reportSize ?? usual
        let room = target - ReportGenerator.frame
        guard !evidence.processes.isEmpty else { return (0, [:]) }  // nothing ran: the report is as short as it is
        guard room > 0 else { return (target, [:]) }
        var bulk: [Bulk.Kind: Int] = [:]
        var rest = room
        for (kind, share, isPossible) in [
            (Bulk.Kind.dropped, 3, !evidence.dropped.isEmpty),
            (.link, 3, !evidence.links.isEmpty && !analysis.version.isOld),
            (.packet, 20, evidence.addresses.contains { $0.network != nil }),
        ] where isPossible {
            let count = room / 100 * share / kind.length
            bulk[kind] = count
            rest -= count * kind.length
        }
        bulk[.process] = rest / Bulk.Kind.process.length
        return (target, bulk)
    }
}
