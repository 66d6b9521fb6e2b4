// What a pass of a stage did, for people, programs and the log.

import Spool

struct PassSummary {
    private let stage: String
    private let report: PassReport

    init(_ stage: String, _ report: PassReport) {
        self.stage = stage
        self.report = report
    }

    init(_ stage: Settings.Stage, _ report: PassReport) { self.init(stage.rawValue, report) }

    /// Says what was done on stdout, and what stopped it on stderr.
    func show(isJSON: Bool, isQuiet: Bool) throws {
        let out = Surroundings.current.out
        if isJSON { try out.line(json) } else { try out.line(Visible(text).description) }
        try out.flush()
        if let hint { try Talk.say("\(stage): \(hint)", unless: isQuiet) }
        guard let halt = report.halt else { return }
        let trace = halt.traceID.map { " (traceID \($0))" } ?? ""
        try Talk.say("\(stage): \(halt.isFinal ? "stopped: " : "")\(halt.reason)\(trace)")
    }

    /// Where to look when something failed.
    private var hint: String? {
        switch stage {
        case StageName.fetch.rawValue where report.failed > 0:
            "what failed is tried again by the next pass; 'spoolctl why ID' tells about one, the journal about all"
        case StageName.map.rawValue where report.failed > 0: "'spoolctl list inbox/failed' shows what failed and why"
        case StageName.submit.rawValue where report.failed > 0:
            "'spoolctl list outbox/failed' shows what failed and why"
        case StageName.export.rawValue where report.failed > 0:
            "'spoolctl list /failed' shows what is damaged; the journal tells what else did not go"
        case StageName.import.rawValue where report.failed > 0:
            "'spoolctl transfer status' shows what was refused and why"
        default: nil
        }
    }

    /// `fetch: 12 done of 25 listed, 1 skipped (encrypted 1), 2 unfinished, 1 failed`
    var text: String {
        var parts = ["\(report.done) done"]
        if report.listed > 0 { parts[0] += " of \(report.listed) listed" }
        if report.updated > 0 { parts.append("\(report.updated) updated") }
        if report.unchanged > 0 { parts.append("\(report.unchanged) unchanged") }
        let skipped = report.skipped.sorted { $0.key < $1.key }
        if !skipped.isEmpty {
            let classes = skipped.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            parts.append("\(skipped.reduce(0) { $0 + $1.value }) skipped (\(classes))")
        }
        if report.unfinished > 0 { parts.append("\(report.unfinished) unfinished") }
        if report.deferred > 0 { parts.append("\(report.deferred) deferred") }
        if report.failed > 0 { parts.append("\(report.failed) failed") }
        if report.halt != nil { parts.append("not finished") }
        return "\(stage): \(parts.joined(separator: ", "))"
    }

    private var json: JSONText {
        let skipped = report.skipped.sorted { $0.key < $1.key }.map { JSONText.Member($0.key, $0.value) }
        let halt = report.halt.map { halt in
            JSONText.object([.init("code", halt.code), .init("reason", halt.reason), .init("final", halt.isFinal)])
        }
        return .object([
            .init("stage", stage), .init("done", report.done), .init("listed", report.listed),
            .init("fresh", report.fresh),
            .init("updated", report.updated), .init("unchanged", report.unchanged), .init("skipped", .object(skipped)),
            .init("unfinished", report.unfinished), .init("deferred", report.deferred), .init("failed", report.failed),
            .init("halt", halt),
        ])
    }

    var metadata: [LogKey: String?] {
        var fields: [LogKey: String?] = [.stage: stage, .done: "\(report.done)"]
        let skipped = report.skipped.values.reduce(0, +)
        let rest: [(LogKey, Int)] = [
            (.updated, report.updated), (.unchanged, report.unchanged), (.skipped, skipped),
            (.unfinished, report.unfinished), (.deferred, report.deferred), (.failed, report.failed),
        ]
        for (name, count) in rest where count > 0 { fields[name] = "\(count)" }
        return fields
    }

    /// How a command that made this pass ends.
    static func status(of report: PassReport) -> EndStatus {
        if let halt = report.halt, halt != .draining { return status(of: halt) }
        return report.failed + report.deferred > 0 ? .partial : .success
    }

    static func status(of halt: Halt) -> EndStatus {
        if halt.isFinal { return .refused }
        if let code = Fault.Code(rawValue: halt.code) { return Ending.status(ofCode: code) }
        return switch halt.code {
        case Halt.diskFull, "spool": .io
        case "no-folder": .missing
        case "key": .refused
        case "configuration": .configuration
        default: .tryAgain
        }
    }
}
