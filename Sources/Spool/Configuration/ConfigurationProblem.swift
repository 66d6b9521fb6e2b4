// What is wrong with a configuration, and where. All problems are found in one go: nobody wants to mend a file in ten
// rounds.
//
// A message never carries the value of a secret, nor text that came from the environment.

/// One thing that is wrong, at its place in the file.
package struct ConfigurationProblem: Sendable, Equatable {
    /// The file as the user named it.
    package var file: String
    /// From 1; nil if the file as a whole is meant.
    package var line: Int?
    /// From 1, in characters.
    package var column: Int?
    /// What is wrong and what to write instead, in one line that is safe to show on a terminal.
    package var message: String

    package init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `config.yaml:12:5: unknown key 'intervall' in 'joe'; did you mean 'interval'?`
    package var description: String {
        let place = [file] + [line, column].compactMap { $0.map(String.init) }
        return "\(place.joined(separator: ":")): \(message)"
    }
}

/// A configuration that cannot be used (exit code 78).
package struct ConfigurationError: Error, Sendable, Equatable {
    /// More than these are not listed: whoever has a hundred problems has one.
    static let limit = 100

    /// Sorted by position; never empty.
    package let problems: [ConfigurationProblem]

    package init(_ problems: [ConfigurationProblem]) {
        precondition(!problems.isEmpty, "an error needs a problem")
        let sorted = Self.sorted(problems)
        if sorted.count > Self.limit {
            let more = ConfigurationProblem(
                file: sorted[0].file, message: "\(sorted.count - Self.limit) further problems are not shown")
            self.problems = sorted.prefix(Self.limit) + [more]
        } else {
            self.problems = sorted
        }
    }

    static func sorted(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
        problems.enumerated().sorted { left, right in
            let a = (left.element.line ?? 0, left.element.column ?? 0, left.offset)
            let b = (right.element.line ?? 0, right.element.column ?? 0, right.offset)
            return a < b
        }.map(\.element)
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// One line per problem.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
