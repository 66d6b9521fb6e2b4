// Pages that promise names: what they list and what the program has must be the same.

import Spool
import SystemPackage
import Testing

struct ContractPageTests {
    /// The cells of a page's table rows that begin with a name in backquotes.
    private static func rows(_ page: String, below heading: String) throws -> [[String]] {
        var path = FilePath(#filePath)
        for _ in 0..<3 { path.removeLastComponent() }
        let bytes = try #require(try WholeFile.read(path.appending("docs").appending(page)))
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        let start = try #require(lines.firstIndex(of: heading))
        let part = lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }
        return part.filter { $0.hasPrefix("| `") }.map { line in
            line.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false).map(String.init)
        }
    }

    @Test func `the table of series is the program's`() throws {
        let rows = try Self.rows("METRICS.md", below: "## Series")
        let expected = MetricSeries.allCases.map { series in
            [
                "`\(series.rawValue)`", series.kind.rawValue,
                series.labels.map { "`\($0)`" }.joined(separator: ", "), series.help,
            ]
        }
        #expect(rows == expected)
    }

    @Test func `the log's messages and keys are the program's`() throws {
        let messages = LogMessage.allCases.map { ["`\($0.rawValue)`", "\($0.level)", $0.meaning] }
        #expect(try Self.rows("LOGGING.md", below: "## Messages") == messages)
        let keys = LogKey.allCases.map { ["`\($0.rawValue)`", $0.meaning] }
        #expect(try Self.rows("LOGGING.md", below: "## Keys") == keys)
    }
}
