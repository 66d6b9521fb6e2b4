// One line of `doctor`: what was looked at, how it is, what to do. Names of checks are kept (docs/CLI.md), words are not.

struct Diagnosis: Sendable, Equatable {
    enum Level: String, Sendable, CaseIterable {
        case ok, warn, fail
        /// Not looked at; the message says why.
        case skip
    }

    /// Stable, e.g. `joe.key`.
    let check: String
    let level: Level
    let message: String
    /// What to do; there with every warning and failure.
    let remedy: String?
    /// What the program ends with if this is what fails.
    let status: EndStatus

    static func ok(_ check: String, _ message: String) -> Diagnosis {
        Diagnosis(check: check, level: .ok, message: message, remedy: nil, status: .success)
    }

    static func skip(_ check: String, _ message: String) -> Diagnosis {
        Diagnosis(check: check, level: .skip, message: message, remedy: nil, status: .success)
    }

    static func warn(_ check: String, _ message: String, _ remedy: String) -> Diagnosis {
        Diagnosis(check: check, level: .warn, message: message, remedy: remedy, status: .success)
    }

    static func fail(_ check: String, _ status: EndStatus, _ message: String, _ remedy: String) -> Diagnosis {
        Diagnosis(check: check, level: .fail, message: message, remedy: remedy, status: status)
    }
}

/// All lines, in the order from the inside out: what comes first is the cause of what comes after.
struct DoctorReport: Sendable {
    var lines: [Diagnosis]
    var took: Duration

    func count(_ level: Diagnosis.Level) -> Int { lines.count { $0.level == level } }

    /// That of the first line that fails.
    var status: EndStatus { lines.first { $0.level == .fail }?.status ?? .success }
}

extension Diagnosis {
    private static let width = 20

    func text(_ style: OutputStyle) -> [String] {
        let mark =
            switch level {
            case .ok: style.green("ok  ")
            case .warn: style.yellow("warn")
            case .fail: style.red("FAIL")
            case .skip: "-   "
            }
        let name = DisplayWidth.pad(check, to: Self.width, right: false)
        let first = "\(mark)  \(name)  \(Visible(message))"
        guard let remedy else { return [first] }
        return [first, String(repeating: " ", count: Self.width + 8) + "→ \(Visible(remedy))"]
    }

    var json: JSONText {
        .object([
            .init("kind", "check"), .init("check", check), .init("level", level.rawValue), .init("message", message),
            .init("remedy", remedy), .init("exit", level == .fail ? Int(status.rawValue) : nil),
        ])
    }
}

extension DoctorReport {
    func text(_ style: OutputStyle) -> [String] {
        let failed = lines.filter { $0.level == .fail }
        var words: [String] = []
        if !failed.isEmpty { words.append(style.red("\(failed.count) failed")) }
        if count(.warn) > 0 { words.append(style.yellow(Amounts.count(count(.warn), "warning", "warnings"))) }
        words.append("\(count(.ok)) ok")
        if count(.skip) > 0 { words.append("\(count(.skip)) not checked") }
        let seconds = took / .milliseconds(100)
        let end = "\(words.joined(separator: ", ")), in \(Int(seconds) / 10).\(Int(seconds) % 10)s"
        let first = failed.first.map { "; begin with \(style.bold($0.check))" } ?? ""
        return lines.flatMap { $0.text(style) } + ["", end + first]
    }

    var json: JSONText {
        .object([
            .init("kind", "summary"), .init("ok", count(.ok)), .init("warn", count(.warn)),
            .init("fail", count(.fail)), .init("skip", count(.skip)), .init("exit", Int(status.rawValue)),
            .init("milliseconds", Int(took / .milliseconds(1))),
        ])
    }
}
