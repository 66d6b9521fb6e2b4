// A report as it arrived at the mock TruSTAR, on one screen.

import MockTruStar
import Spool

struct ReceivedReport {
    private let report: TruStarReport
    private static let shownIndicators = 8
    private static let shownLines = 10

    init(_ report: TruStarReport) {
        self.report = report
    }

    func show() throws {
        let out = Surroundings.current.out
        let began = report.timeBegan.map { Amounts.time(Timestamp(nanoseconds: Int64($0) * 1_000_000)) } ?? "none"
        let facts = [
            ("title", report.title), ("external id", report.externalID ?? "none"), ("time began", began),
            ("tags", report.tags.joined(separator: ", ")), ("link", report.url ?? "none"),
            ("indicators", "\(report.indicators.count)"),
        ]
        for (name, value) in facts {
            try out.line("  \(DisplayWidth.pad(name, to: 11, right: false))  \(Visible(value))")
        }
        for indicator in report.indicators.prefix(Self.shownIndicators) {
            try out.line("               \(Visible("\(indicator.type) \(indicator.value)"))")
        }
        if report.indicators.count > Self.shownIndicators {
            try out.line("               … \(report.indicators.count - Self.shownIndicators) more")
        }
        try out.line("  body         \(Amounts.size(report.body.utf8.count))")
        for line in report.body.split(separator: "\n").prefix(Self.shownLines) {
            try out.line("    \(DisplayWidth.cut(Visible(String(line)).description, to: (out.style.width ?? 100) - 4))")
        }
        try out.line("    …")
    }
}
