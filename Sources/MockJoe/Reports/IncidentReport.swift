// The incident report (`irjson`, `irjsonfixed`): a few kilobytes in a flat schema that has no section in common
// with the full one.

struct IncidentReport {
    let analysis: Analysis
    let run: Run
    let evidence: Evidence
    let isRaw: Bool

    func bytes() -> [UInt8] {
        var writer = ReportWriter(isRaw: isRaw, isOld: analysis.version.isOld)
        let start = Civil(instant: analysis.time + 1)
        writer.object { writer in
            writer.object("analysis") { writer in
                writer.string("arch", run.system.arch)
                confidence(&writer)
                contacted(&writer)
                writer.string("cookbook", analysis.script)
                detection(&writer)
                dropped(&writer)
                if let error = run.error { writer.string("errors", error) } else { writer.empty("errors") }
                writer.element(
                    "filetype", analysis.kind == .executable ? "Win32 Executable (generic) a (10002005/4) 99.96%" : "")
                hashes(&writer)
                writer.number("id", analysis.analysisid)
                writer.string("reporttype", "IR")
                if analysis.kind.isFile {
                    writer.element("sample", analysis.target)
                } else {
                    writer.string("sample", "")
                }
                writer.string("url", analysis.kind.isAddress ? analysis.target : "")
                signatures(&writer)
                writer.string("startdate", start.slashed)
                writer.string("starttime", start.clock)
                writer.string("system", run.system.description)
                writer.string("version", analysis.version.text)
            }
        }
        return writer.finish().reduce(into: []) { bytes, part in
            if case .bytes(let more) = part { bytes += more }
        }
    }

    private func confidence(_ writer: inout ReportWriter) {
        let score = run.verdict == .unknown ? 0 : run.verdict == .suspicious ? 3 : 5
        writer.object("confidence") { writer in
            writer.number("score", score)
            writer.number("minscore", 0)
            writer.number("maxscore", 5)
            writer.flag("expertadviceneeded", score < 4)
        }
    }

    /// Booleans of two kinds in one object: an attribute for addresses, an element for domains.
    private func contacted(_ writer: inout ReportWriter) {
        writer.object("contacted") { writer in
            writer.elements("ips", of: "ip", evidence.addresses.filter { $0.network != nil }) { writer, address in
                writer.attribute("malicious", address.malicious ? "true" : "false")
                writer.string("$", address.ip)
            }
            writer.elements("domains", of: "domain", evidence.hosts) { writer, host in
                writer.string("name", host.name)
                writer.string("ip", host.ip ?? "unknown")
                writer.flag("malicious", host.malicious)
            }
            writer.elements("urls", of: "url", evidence.links) { writer, link in
                writer.string("name", link.url)
                writer.flag("malicious", link.malicious)
            }
        }
    }

    private func detection(_ writer: inout ReportWriter) {
        writer.object("detection") { writer in
            writer.number("score", run.score)
            writer.number("minscore", 0)
            writer.number("maxscore", 100)
            writer.flag("clean", run.verdict == .clean)
            writer.flag("suspicious", run.verdict == .suspicious)
            writer.flag("malicious", run.verdict == .malicious)
            writer.flag("unknown", run.verdict == .unknown)
        }
    }

    private func dropped(_ writer: inout ReportWriter) {
        writer.elements("dropped", of: "file", evidence.dropped) { writer, file in
            writer.string("name", file.path)
            writer.flag("malicious", file.malicious)
            writer.string("md5", file.digests.md5.uppercased())
            writer.string("sha1", file.digests.sha1.uppercased())
            writer.string("sha256", file.digests.sha256.uppercased())
        }
    }

    private func hashes(_ writer: inout ReportWriter) {
        guard let digests = analysis.digests else { return writer.empty("hashes") }
        writer.object("hashes") { writer in
            writer.string("md5", digests.md5)
            writer.string("sha1", digests.sha1)
            writer.string("sha256", digests.sha256)
        }
    }

    /// No hint on this one: a single signature is a bare text in both forms.
    private func signatures(_ writer: inout ReportWriter) {
        let texts = evidence.signatures.filter { $0.rule.tenths >= 10 }.map(\.rule.text)
        guard !texts.isEmpty else { return writer.empty("signatures") }
        writer.object("signatures") { writer in
            if texts.count == 1 { writer.string("signare", texts[0]) } else { writer.strings("signare", texts) }
        }
    }
}
