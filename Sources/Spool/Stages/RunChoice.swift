// Which run of an analysis: asked for by number, so that the link's run is the report's.

package enum RunChoice: Sendable, Equatable {
    /// The run with the highest score; among equals the first; runs that failed only if there is no other.
    case best
    case number(Int)

    /// Whether the analysis has that run, as far as it tells of its runs.
    package func exists(in info: AnalysisInfo) -> Bool {
        switch self {
        case .best: true
        case .number(let number): info.runs.isEmpty || info.runs.indices.contains(number)
        }
    }

    /// The run's number; nil when the source does not tell of any, and then picks itself.
    package func index(in info: AnalysisInfo) -> Int? {
        switch self {
        case .number(let number): return number
        case .best:
            func rank(_ run: AnalysisInfo.Run) -> (Int, Int) { (run.error == nil ? 1 : 0, run.score ?? 0) }
            var best: Int?
            for (index, run) in info.runs.enumerated() {
                if best.map({ rank(info.runs[$0]) < rank(run) }) ?? true { best = index }
            }
            return best
        }
    }
}
