// The full and the light report, section by section, in the order of a real one: what a reader wants first
// (`generalinfo`) comes after what it must skip (`behavior`). Old releases lack `urlinfo`, `mitreattack` and
// `malware_configs` altogether.

struct ReportBuilder {
    let analysis: Analysis
    let run: Run
    let evidence: Evidence
    let form: ReportForm
    let product: String
    /// How much of each kind of bulk.
    let bulk: [Bulk.Kind: Int]
    /// Chance for what no other form repeats (previews, sections of executables); drawn per section, so that a
    /// missing one shifts nothing.
    let seed: UInt64
    let start: Civil

    init(_ analysis: Analysis, run: Int, evidence: Evidence, form: ReportForm, product: String, bulk: [Bulk.Kind: Int])
    {
        self.analysis = analysis
        self.run = analysis.runs[run]
        self.evidence = evidence
        self.form = form
        self.product = product
        self.bulk = bulk
        seed = analysis.seed
        start = Civil(instant: analysis.time + 1)
    }

    func dice(_ section: UInt64) -> Dice { Dice(seed, .section, section) }

    func bulk(_ kind: Bulk.Kind) -> Bulk? {
        guard let count = bulk[kind], count > 0 else { return nil }
        return Bulk(kind: kind, count: count)
    }

    func parts() -> [ReportWriter.Part] {
        var writer = ReportWriter(isRaw: form.isRaw, isOld: analysis.version.isOld)
        writer.object { writer in
            writer.object("analysis") { writer in sections(&writer) }
        }
        return writer.finish()
    }

    private func sections(_ writer: inout ReportWriter) {
        signatureConfidence(&writer)
        signatureInfo(&writer)
        writer.elements("simulations", of: "simulation", [Int]()) { _, _ in }
        droppedInfo(&writer)
        fileInfo(&writer)
        signatureClassifications(&writer)
        writer.elements("patches", of: "patch", [Int]()) { _, _ in }
        writer.empty("eventlog")
        writer.texts("comments", of: "comment", evidence.comments)
        writer.number("sigscore", run.score)
        writer.empty("avhit")
        writer.elements("patterninfo", of: "pattern", [Int]()) { _, _ in }
        behavior(&writer)
        domainInfo(&writer)
        writer.elements("successnotices", of: "notice", [Int]()) { _, _ in }
        generalInfo(&writer)
        warnings(&writer)
        signatureDetections(&writer)
        yara(&writer)
        ipInfo(&writer)
        if !analysis.version.isOld {
            urlInfo(&writer)
            mitreAttack(&writer)
            malwareConfigurations(&writer)
        }
        writer.empty("runtimemessages")
        writer.string("analysistime", "0h \(analysis.duration / 60)m \(analysis.duration % 60)s")
        writer.object("context") { $0.element("id", String(analysis.analysisid)) }
        errors(&writer)
    }

    private func warnings(_ writer: inout ReportWriter) {
        let texts = bulk(.process) == nil ? [] : ["Report size getting too big, too many NtCreateFile calls found."]
        writer.texts("warninginfo", of: "warning", texts)
    }

    private func errors(_ writer: inout ReportWriter) {
        writer.texts("errorinfo", of: "error", run.error.map { [$0] } ?? [])
    }

    private func yara(_ writer: inout ReportWriter) {
        writer.object("yara") { writer in
            writer.elements("hits", of: "hit", run.yara ? [analysis.threat] : []) { writer, threat in
                writer.attribute("rule", "Joe_\(threat)_1")
                writer.attribute("author", "Joe Security")
            }
        }
    }
}
