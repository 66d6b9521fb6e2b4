// The names that a verb was given, with `-` replaced by the lines of standard input.

enum NameList {
    static func expand(_ arguments: [String]) throws -> [String] {
        guard arguments.contains("-") else { return arguments }
        guard arguments.filter({ $0 == "-" }).count == 1 else {
            throw CommandFailure(.usage, "'-' may be given once: there is one standard input")
        }
        let input = String(decoding: try Surroundings.current.input(), as: UTF8.self)
        let lines = input.split(whereSeparator: \.isNewline).map { line in
            String(line.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }
        return arguments.flatMap { $0 == "-" ? lines.filter { !$0.isEmpty } : [$0] }
    }
}
