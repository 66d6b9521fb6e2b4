// "did you mean": the nearest known word, if one is near enough to be a slip of the fingers.

enum Suggestion {
    private static let longest = 40

    /// The candidate with the fewest slips, if those are few for its length; on a tie the first in order.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let wanted = normalized(word)
        guard !wanted.isEmpty, wanted.count <= longest else { return nil }
        let allowed = max(1, wanted.count / 3)
        var best: (word: String, distance: Int)?
        for candidate in candidates {
            let other = normalized(candidate)
            guard abs(other.count - wanted.count) <= allowed else { continue }
            let distance = distance(wanted, other)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// `apiKey`, `API-KEY` and `api_key` are the same word.
    private static func normalized(_ word: String) -> [UInt8] {
        word.utf8.prefix(longest + 1).compactMap { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
            case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: " "): nil
            default: byte
            }
        }
    }

    /// Optimal string alignment: insertions, deletions, replacements, and two neighbours swapped.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var row = [i + 1]
            for (j, y) in b.enumerated() {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (x == y ? 0 : 1))
                if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last.last ?? a.count
    }
}
