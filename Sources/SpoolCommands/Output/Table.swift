// Tables for people: columns stand straight, the last one takes what is left of a terminal's line. Programs get `--json`.

/// Rows under headings. Every cell goes through `Visible`, so that no caller can forget it.
package struct Table {
    package struct Column {
        let title: String
        let isRight: Bool

        package static func left(_ title: String) -> Column { Column(title: title, isRight: false) }
        package static func right(_ title: String) -> Column { Column(title: title, isRight: true) }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    package init(_ columns: [Column]) {
        self.columns = columns
    }

    package var isEmpty: Bool { rows.isEmpty }

    package mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "one cell per column")
        rows.append(cells.map { Visible($0).description })
    }

    /// Columns that are empty in all rows are left out; on a terminal the last one is cut to its width.
    package func lines(_ style: OutputStyle) -> [String] {
        let kept = columns.indices.filter { index in rows.contains { !$0[index].isEmpty } }
        guard let last = kept.last else { return [] }
        var widths = columns.map { DisplayWidth.of($0.title) }
        for row in rows { for index in kept { widths[index] = max(widths[index], DisplayWidth.of(row[index])) } }
        let before = kept.dropLast().reduce(0) { $0 + widths[$1] + 2 }
        if let width = style.width { widths[last] = min(widths[last], max(8, width - before)) }
        func line(_ cells: [String]) -> String {
            let filled = kept.map { index in
                let cell = index == last ? DisplayWidth.cut(cells[index], to: widths[index]) : cells[index]
                return DisplayWidth.pad(cell, to: widths[index], right: columns[index].isRight)
            }
            let text = filled.joined(separator: "  ")
            return String(
                text.prefix(upTo: text.lastIndex { $0 != " " }.map { text.index(after: $0) } ?? text.startIndex))
        }
        return [style.bold(line(columns.map(\.title)))] + rows.map(line)
    }
}
