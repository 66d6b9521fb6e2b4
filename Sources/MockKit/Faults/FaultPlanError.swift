// What is wrong with a plan, and where in it: all mistakes at once, each with its way from the top of the document, so that
// whoever read the plan from a file can name the line.

/// A plan that cannot be put in place.
public struct FaultPlanError: Error, Sendable, Equatable {
    /// In the order of the plan; never empty.
    public let problems: [Problem]

    /// One mistake.
    public struct Problem: Sendable, Equatable {
        public let message: String
        /// From the top of the document: `rules`, 2, `first`. A bare list of rules is taken for `rules`.
        public let place: [Step]
        /// Whether the last step's name is what is wrong, not its value.
        public let isName: Bool
    }

    /// One step down a document.
    public enum Step: Sendable, Equatable {
        case member(String)
        case item(Int)
    }

    init(_ problems: [Problem]) {
        precondition(!problems.isEmpty, "an error needs a problem")
        self.problems = problems
    }

    init(_ message: String, member: String? = nil, isName: Bool = false) {
        problems = [Problem(message: message, place: member.map { [.member($0)] } ?? [], isName: isName)]
    }

    /// The same, inside rule `index`.
    func inRule(_ index: Int) -> [Problem] {
        problems.map {
            Problem(message: $0.message, place: [.member("rules"), .item(index)] + $0.place, isName: $0.isName)
        }
    }
}

extension FaultPlanError: CustomStringConvertible {
    /// `rules[2]: 'first' must be a whole number from 0`; several are separated by semicolons.
    public var description: String {
        problems.map { problem in
            guard problem.place.count > 1, case .item(let index) = problem.place[1] else { return problem.message }
            return "rules[\(index)]: \(problem.message)"
        }.joined(separator: "; ")
    }
}
