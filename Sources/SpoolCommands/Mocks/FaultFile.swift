// A fault plan from a file. The mocks know no YAML and no files of ours, so it is read here and handed over as values of
// theirs; what they find wrong with it is told with the line that it stands in.

import MockJoe
import MockKit
import MockTruStar
import Spool
import SystemPackage

enum FaultFile {
    private static let limit = 1 << 20

    /// The plan in a YAML or JSON file, good for the mocks that there are.
    static func read(_ path: String) throws -> FaultPlan {
        guard let bytes = try WholeFile.read(Paths.absolute(path), limit: limit) else {
            throw CommandFailure(.missing, "no fault plan at \(path)")
        }
        let document = try PlacedValue(reading: bytes, of: path)
        do {
            let plan = try FaultPlan(MockKit.JSONValue(document))
            var none = JoeOptions()
            none.analyses = 0
            try plan.check(for: [JoeServer(none), TruStarServer()])
            return plan
        } catch let error as FaultPlanError {
            throw ConfigurationError(
                error.problems.map { problem in
                    let place = document.place(of: problem)
                    return ConfigurationProblem(
                        file: path, line: place.line, column: place.column, message: problem.message)
                })
        }
    }
}

extension MockKit.JSONValue {
    fileprivate init(_ document: PlacedValue) {
        switch document.content {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .number(value)
        case .text(let value): self = .string(value)
        case .list(let items): self = .array(items.map(Self.init))
        case .mapping(let members):
            // The reader has refused duplicate keys.
            self = .object(
                Dictionary(members.map { ($0.name, Self($0.value)) }, uniquingKeysWith: { first, _ in first }))
        }
    }
}

extension PlacedValue {
    /// Where a mistake of the plan stands: as far down as its way leads.
    fileprivate func place(of problem: FaultPlanError.Problem) -> (line: Int, column: Int) {
        var value = self
        var place = (line: line, column: column)
        for (depth, step) in problem.place.enumerated() {
            let isLast = depth == problem.place.count - 1
            switch (step, value.content) {
            case (.member(let name), .mapping(let members)):
                guard let member = members.first(where: { $0.name == name }) else { return place }
                value = member.value
                place = isLast && problem.isName ? (member.line, member.column) : (value.line, value.column)
            case (.item(let index), .list(let items)):
                guard items.indices.contains(index) else { return place }
                value = items[index]
                place = (value.line, value.column)
            case (.member("rules"), .list) where depth == 0: continue  // a bare list of rules
            case (.member, _), (.item, _): return place
            }
        }
        return place
    }
}
