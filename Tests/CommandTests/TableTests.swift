import Spool
import Testing

@testable import SpoolCommands

struct TableTests {
    private func table(_ rows: [[String]]) -> Table {
        var table = Table([.left("NAME"), .right("SIZE"), .left("NOTE")])
        for row in rows { table.add(row) }
        return table
    }

    @Test func `columns stand straight, and no line ends in blanks`() {
        let lines = table([["a", "1 B", ""], ["株式会社", "10 kB", "x"]]).lines(.plain)
        #expect(lines == ["NAME       SIZE  NOTE", "a           1 B", "株式会社  10 kB  x"])
    }

    @Test func `a column that is empty in all rows is left out, and an empty table says nothing`() {
        #expect(table([["a", "1 B", ""]]).lines(.plain) == ["NAME  SIZE", "a      1 B"])
        #expect(table([]).lines(.plain).isEmpty)
    }

    @Test func `on a terminal the last column is cut to the width, elsewhere never`() {
        let rows = [["a", "1 B", String(repeating: "x", count: 50)]]
        let narrow = OutputStyle(isTerminal: true, width: 24, hasColour: false)
        #expect(table(rows).lines(narrow)[1] == "a      1 B  xxxxxxxxxxx…")
        #expect(table(rows).lines(.plain)[1].count == 62)
    }

    @Test func `cells cannot break out of their line`() {
        let lines = table([["a\nb", "\u{1B}[31m", "\u{202E}"]]).lines(.plain)
        #expect(lines.count == 2)
        #expect(lines[1] == #"a\nb  \u{1B}[31m  \u{202E}"#)
    }

    @Test func `colour is only for terminals, and not for those who asked for none`() {
        #expect(OutputStyle.plain.red("x") == "x")
        #expect(OutputStyle(isTerminal: true, width: 80, hasColour: true).red("x") == "\u{1B}[31mx\u{1B}[0m")
        #expect(OutputStyle(isTerminal: true, width: 80, hasColour: false).bold("x") == "x")
    }

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1234, "1.2 kB"), (99_999, "99 kB"), (1_200_000, "1.2 MB"),
        (2_400_000_000, "2.4 GB"), (5_000_000_000_000_000, "5000 TB"),
    ])
    func `sizes are short`(bytes: Int, text: String) {
        #expect(Amounts.size(bytes) == text)
    }

    @Test(arguments: [
        (0, "0s"), (59, "59s"), (60, "1m"), (3600, "1h"), (12_000, "3h 20m"), (360_000, "4d 4h"), (8_640_000, "100d"),
        (-5, "0s"),
    ])
    func `ages have two units at most`(seconds: Int, text: String) {
        #expect(Amounts.span(.seconds(seconds)) == text)
    }

    @Test func `times are said from where we stand`() {
        let now = Run.noon
        #expect(Amounts.distance(now, from: now) == "now")
        #expect(Amounts.distance(now + .seconds(-90), from: now) == "1m ago")
        #expect(Amounts.distance(now + .seconds(7200), from: now) == "in 2h")
        #expect(Amounts.time(now) == "2026-11-24 12:00:00Z")
    }
}
