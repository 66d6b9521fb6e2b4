// What `map --again` found out about one report, for people and programs.

import Spool

struct RemappedView {
    let ref: EntryRef
    let verdict: Remapping.Verdict
    /// Nothing was written.
    let isDiff: Bool

    /// How many values are spelled out.
    private static let most = 5

    /// Nothing for what stays as it is.
    var lines: [String] {
        switch verdict {
        case .same: []
        case .new: [isDiff ? "\(ref) would be new: no report of it is kept" : "\(ref) made, in deferred"]
        case .changed(let change):
            isDiff ? ["\(ref) would change"] + Self.lines(change) : ["\(ref) made anew, in deferred"]
        case .local(let change):
            isDiff ? ["\(ref) would not change at TruSTAR, only here"] + Self.lines(change) : []
        }
    }

    var json: JSONText? {
        guard let name = Self.name(verdict) else { return nil }
        let change: [JSONText.Member] =
            switch verdict {
            case .same, .new: []
            case .changed(let change), .local(let change): Self.members(change)
            }
        return .object([.init("ref", ref.description), .init("change", name)] + change)
    }

    private static func name(_ verdict: Remapping.Verdict) -> String? {
        switch verdict {
        case .same: nil
        case .local: "local"
        case .changed: "changed"
        case .new: "new"
        }
    }

    private static func lines(_ change: ReportChange) -> [String] {
        var lines = change.fields.map { "  \($0.name): \($0.from ?? "-") → \($0.to ?? "-")" }
        let tags = change.addedTags.map { "+ \($0)" } + change.removedTags.map { "- \($0)" }
        if !tags.isEmpty { lines.append("  tags: \(tags.joined(separator: ", "))") }
        if let body = change.body {
            let sections = body.sections.map(section).joined(separator: ", ")
            lines.append("  body: \(body.from) → \(body.to) bytes\(sections.isEmpty ? "" : " (\(sections))")")
        }
        let found =
            change.addedIndicators.prefix(most).map { "+ \($0.type.rawValue) \($0.value)" }
            + change.removedIndicators.prefix(most).map { "- \($0.type.rawValue) \($0.value)" }
        if !found.isEmpty {
            let count = change.addedIndicators.count + change.removedIndicators.count
            let more = count > found.count ? ", \(count - found.count) more" : ""
            lines.append("  indicators (not sent): \(found.joined(separator: ", "))\(more)")
        }
        if change.hasOtherRemarks { lines.append("  remarks (not sent): others") }
        return lines
    }

    private static func section(_ section: ReportChange.Section) -> String {
        switch (section.from, section.to) {
        case (let from?, let to?): "\(section.name) \(from) → \(to)"
        case (nil, let to?): "+ \(section.name) \(to)"
        case (_, nil): "- \(section.name)"
        }
    }

    private static func members(_ change: ReportChange) -> [JSONText.Member] {
        let fields = change.fields.map { field in
            JSONText.Member(field.name, .object([.init("from", field.from), .init("to", field.to)]))
        }
        func indicators(_ list: [Indicator]) -> JSONText {
            .array(list.map { .object([.init("type", $0.type.rawValue), .init("value", $0.value)]) })
        }
        func pair(_ added: JSONText, _ removed: JSONText) -> JSONText {
            .object([.init("added", added), .init("removed", removed)])
        }
        let body = change.body.map { body in
            JSONText.object([
                .init("from", body.from), .init("to", body.to),
                .init(
                    "sections",
                    .array(
                        body.sections.map {
                            .object([.init("name", $0.name), .init("from", $0.from), .init("to", $0.to)])
                        })),
            ])
        }
        return [
            .init("fields", .object(fields)),
            .init(
                "tags",
                pair(.array(change.addedTags.map { .string($0) }), .array(change.removedTags.map { .string($0) }))),
            .init("body", body),
            .init("indicators", pair(indicators(change.addedIndicators), indicators(change.removedIndicators))),
            .init("otherRemarks", change.hasOtherRemarks),
        ]
    }
}
