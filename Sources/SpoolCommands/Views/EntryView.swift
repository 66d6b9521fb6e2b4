// One entry as `show` shows it.

import Spool
import SystemPackage

struct EntryView {
    let place: EntryPlace
    let reader: EntryReader
    let spool: SpoolStore

    private static let reportLimit = 64 << 20
    private static let bodyLines = 12

    /// Opens the entry; what is damaged is said with the way to look at it all the same.
    static func reader(_ place: EntryPlace, _ spool: SpoolStore) throws -> EntryReader {
        do {
            return try spool.reader(place)
        } catch {
            guard error.code == .damaged else { throw error }
            let path = spool.layout.entry(place)
            throw StoreError(
                .damaged, "\(place.ref): \(error.message); its bytes: tail -c+\(Envelope.size + 1) \(path)")
        }
    }

    /// The report in an outbox entry.
    func report() throws -> MappedReport {
        guard reader.envelope.kind == .report else {
            throw CommandFailure(
                .usage, "\(place.ref) is an analysis, not a report; --raw shows it as Joe Sandbox sent it")
        }
        let payload = try reader.payload(limit: Self.reportLimit)
        do {
            return try MappedReport(decoding: payload)
        } catch {
            throw CommandFailure(.badData, "\(place.ref): the payload is no report of this program: \(error)")
        }
    }

    func json() throws -> JSONText {
        var members = try row.json(Surroundings.current.now()).members
        members.append(.init("path", spool.layout.entry(place).string))
        if reader.envelope.kind == .report { members.append(.init("report", .object(try report().members))) }
        return .object(members)
    }

    func lines(_ style: OutputStyle) throws -> [String] {
        let now = Surroundings.current.now()
        let envelope = reader.envelope
        var facts: [(String, String?)] = [
            ("state", try stateText(now)), ("file", spool.layout.entry(place).string), ("kind", envelope.kind.rawValue),
            ("analysis", analysisText), ("analysed", envelope.time),
            ("created", "\(envelope.created) by spoolctl \(envelope.program)"),
            ("origin", envelope.origin), ("payload", "\(Amounts.size(envelope.bytes)) (\(envelope.bytes) bytes)"),
            ("sha256", envelope.sha256), ("parent", envelope.parent),
        ]
        if let tries = spool.tries(place.ref) {
            facts += [("tried", triesText(tries, now)), ("error", tries.summary), ("Trace-Id", tries.traceID)]
        }
        var lines = [style.bold(Visible("\(place.ref)").description)] + Self.aligned(facts)
        if envelope.kind == .report { lines += [""] + reportLines(try report(), style) }
        return lines
    }

    private var row: EntryRow {
        get throws { EntryRow(place, try reader.file.status(), spool) }
    }

    private func stateText(_ now: Timestamp) throws -> String {
        let modified = try row.modified
        return place.state == .deferred
            ? "deferred, due \(Amounts.distance(modified, from: now))"
            : "\(place.state.rawValue) since \(Amounts.time(modified)) (\(Amounts.span(now.since(modified))))"
    }

    private var analysisText: String {
        let envelope = reader.envelope
        let parts = [
            "webid \(envelope.webid)", envelope.analysisid.map { "analysis id \($0)" },
            envelope.run.map { "run \($0)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    private func triesText(_ tries: Tries, _ now: Timestamp) -> String {
        "\(Amounts.count(tries.count, "time", "times")), first \(tries.first), last \(tries.last)"
            + (tries.crashes > 0 ? ", \(Amounts.count(tries.crashes, "worker", "workers")) died on it" : "")
    }

    private static func aligned(_ facts: [(String, String?)]) -> [String] {
        facts.compactMap { name, value in
            guard let value, !value.isEmpty else { return nil }
            return "\(DisplayWidth.pad("\(name):", to: 11, right: false)) \(Visible(value))"
        }
    }

    private func reportLines(_ report: MappedReport, _ style: OutputStyle) -> [String] {
        var lines = Self.aligned([
            ("title", report.title), ("link", report.externalURL), ("time", report.timeBegan),
            ("tags", report.tags.joined(separator: ", ")), ("indicators", Self.indicatorText(report)),
        ])
        lines += report.remarks.map { "remark:     \(Visible($0))" }
        let body = report.body.split(separator: "\n", omittingEmptySubsequences: false)
        lines += ["", style.bold("body (\(Amounts.size(report.body.utf8.count)))")]
        lines += body.prefix(Self.bodyLines).map {
            DisplayWidth.cut(Visible(String($0)).description, to: style.width ?? 160)
        }
        if body.count > Self.bodyLines { lines.append("… \(body.count - Self.bodyLines) more lines: --body") }
        return lines
    }

    private static func indicatorText(_ report: MappedReport) -> String {
        let counts = Dictionary(grouping: report.indicators) { $0.type.rawValue }.mapValues(\.count)
        let parts = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return parts.isEmpty ? "none" : "\(report.indicators.count) (\(parts.joined(separator: ", ")))"
    }
}

extension MappedReport {
    /// All but the body, which `show --body` has, and the indicators, which `show --indicators` has.
    var members: [JSONText.Member] {
        [
            .init("title", title), .init("externalUrl", externalURL), .init("timeBegan", timeBegan),
            .init("bodyBytes", body.utf8.count), .init("tags", .array(tags.map { .string($0) })),
            .init("indicators", indicators.count), .init("remarks", .array(remarks.map { .string($0) })),
        ]
    }
}
