// Which finished analyses are passed on. What is left out gets its class in the ledger and can be taken later by hand.

package struct AnalysisFilter: Sendable, Equatable {
    /// 0…100
    package var minimumScore: Int?
    /// `malicious`, `suspicious`, `clean`, `unknown`; empty: all.
    package var detections: Set<String>
    /// At least one of these, without case; empty: all.
    package var tags: Set<String>
    /// At least one of these patterns (`*` and `?`), without case; empty: all.
    package var fileNames: [String]

    package init(
        minimumScore: Int? = nil, detections: Set<String> = [], tags: Set<String> = [], fileNames: [String] = []
    ) {
        self.minimumScore = minimumScore
        self.detections = detections
        self.tags = tags
        self.fileNames = fileNames
    }

    /// The ledger's class for what is left out; nil for what is wanted. On demand the filter does not ask.
    package func reasonToSkip(_ info: AnalysisInfo, onDemand: Bool) -> String? {
        if info.encrypted { return "encrypted" }
        if info.isReverser { return "reverser" }
        return onDemand || wants(info) ? nil : "filtered"
    }

    private func wants(_ info: AnalysisInfo) -> Bool {
        if let minimumScore, (info.score ?? 0) < minimumScore { return false }
        if !detections.isEmpty, !detections.contains(info.detection ?? "unknown") { return false }
        if !tags.isEmpty {
            let wanted = Set(tags.map { $0.lowercased() })
            guard info.tags.contains(where: { wanted.contains($0.lowercased()) }) else { return false }
        }
        guard !fileNames.isEmpty else { return true }
        // Joe Sandbox renames some samples; people know them by the name that was submitted.
        let names = [info.filename ?? "", info.originalFilename ?? ""].map { Array($0.lowercased()) }
        return fileNames.contains { pattern in
            names.contains { Self.matches($0, Array(pattern.lowercased())) }
        }
    }

    /// Glob with `*` and `?`, by backtracking to the last star only, so that no pattern is slow.
    static func matches(_ text: [Character], _ pattern: [Character]) -> Bool {
        var (at, position) = (0, 0)
        var star: (pattern: Int, text: Int)?
        while at < text.count {
            if position < pattern.count, pattern[position] == "*" {
                star = (position, at)
                position += 1
            } else if position < pattern.count, pattern[position] == "?" || pattern[position] == text[at] {
                at += 1
                position += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                position = last.pattern + 1
                at = last.text + 1
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == "*" }
    }
}
