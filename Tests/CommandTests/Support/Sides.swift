// Two benches and what is carried between them.

import Spool
import SystemPackage

struct Sides: Sendable {
    let there: Bench
    let here: Bench
    var medium: FilePath { there.folder.appending("medium") }

    /// Makes both, hands them over, removes them.
    static func with(_ body: (Sides) async throws -> Void) async throws {
        try await Bench.with { there in
            try await Bench.with { here in
                let sides = Sides(there: there, here: here)
                try Kernel.makeDirectory(sides.medium)
                try await body(sides)
            }
        }
    }

    /// A configuration for one of them.
    func config(_ bench: Bench, _ more: String = "run: {stages: [map]}\n") throws -> String {
        try bench.write("c.yaml", "spool: {path: spool}\n\(more)").string
    }
}
