// Sections that say how bad it is: detections by two strategies, the confidence on its own scale, signatures, tactics.

extension ReportBuilder {
    /// Two strategies; score and booleans exist on `empiric` alone.
    func signatureDetections(_ writer: inout ReportWriter) {
        writer.elements("signaturedetections", of: "strategy", [0, 1]) { writer, number in
            guard number == 1 else {
                let count = evidence.signatures.count { $0.rule.tenths >= 20 }
                writer.attribute("name", "atleastonemalicioussig")
                writer.attribute("count", String(count))
                writer.string("$", count > 0 ? "true" : "false")
                return
            }
            writer.attribute("name", "empiric")
            writer.string("detection", "\(run.verdict.detection)")
            writer.number("score", run.score)
            writer.number("minScore", 0)
            writer.number("maxScore", 100)
            writer.flag("malicious", run.verdict == .malicious)
            writer.flag("suspicious", run.verdict == .suspicious)
            writer.flag("clean", run.verdict == .clean)
            writer.flag("unknown", run.verdict == .unknown)
            writer.flag("whitelisted", false)
            if analysis.version.major >= 26 { writer.element("threatname", analysis.threat) }
        }
    }

    /// 0 to 5: not the score that the tags are made from.
    var confidence: Int { run.verdict == .unknown ? 0 : run.verdict == .suspicious ? 3 : 5 }

    func signatureConfidence(_ writer: inout ReportWriter) {
        writer.elements("signatureconfidence", of: "strategy", [0]) { writer, _ in
            writer.attribute("name", "empiric")
            writer.number("score", confidence)
            writer.number("minScore", 0)
            writer.number("maxScore", 5)
            writer.flag("expertadviceneeded", confidence < 4)
        }
    }

    func signatureClassifications(_ writer: inout ReportWriter) {
        let names = [
            "ransomware", "spreading", "phishing", "banker", "trojan_bot", "adware", "spyware", "exploiter", "evader",
            "miner",
        ]
        writer.elements("signatureclassifications", of: "strategy", [0]) { writer, _ in
            writer.attribute("name", "empiric")
            writer.elements("classifications", of: "classification", names) { writer, name in
                writer.attribute("name", name)
                writer.string(
                    "detection",
                    run.verdict == .malicious && (name == "phishing") == analysis.kind.isAddress ? "MAL" : "CLEAN")
            }
        }
    }

    func signatureInfo(_ writer: inout ReportWriter) {
        writer.elements("signatureinfo", of: "sig", evidence.signatures) { writer, signature in
            writer.attribute("id", String(signature.rule.id))
            writer.attribute("desc", signature.rule.text)
            writer.attribute("impact", "\(signature.rule.tenths / 10).\(signature.rule.tenths % 10)")
            writer.attribute("basedoncode", "false")
            writer.attribute("types", signature.rule.tenths >= 20 ? "malicious" : "info")
            guard !signature.sources.isEmpty else { return writer.empty("sources") }
            writer.object("sources") { writer in
                writer.repeated("source", signature.sources) { writer, source in
                    writer.attribute("op", "")
                    writer.attribute("process", evidence.processes.first ?? "unknown")
                    writer.attribute("id", "-1")
                    writer.string("$", source)
                }
            }
        }
    }

    func mitreAttack(_ writer: inout ReportWriter) {
        let lower = seed % 7 == 0
        writer.elements("mitreattack", of: "tactic", evidence.tactics) { writer, tactic in
            writer.string("name", tactic.name)
            writer.repeated("technique", tactic.techniques) { writer, technique in
                writer.string("name", technique.name)
                writer.string("id", lower ? technique.id.lowercased() : technique.id)
            }
        }
    }

    func malwareConfigurations(_ writer: inout ReportWriter) {
        guard analysis.hasConfiguration else { return }
        let servers = evidence.hosts.filter(\.malicious).map(\.name)
        writer.elements("malware_configs", of: "config", [analysis.threat]) { writer, threat in
            writer.attribute("threatname", threat)
            writer.texts("c2", of: "host", servers)
        }
    }
}
