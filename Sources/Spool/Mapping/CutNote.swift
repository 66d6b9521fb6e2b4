// The words that stand where something was left out. Who reads a report must see that it is not whole, and how much is
// missing of how much; and a report that is cut a second time must still tell the first number.

/// Writes and reads notes about cuts.
enum CutNote {
    private static let mark = "(cut)"

    /// The name of the note about a list; `(cut)` alone is about members of the object that it stands in.
    static func name(of list: String) -> String { list.isEmpty ? mark : "\(list) \(mark)" }

    static func isName(_ name: String) -> Bool { name.hasSuffix(mark) }

    static func elements(kept: Int, of total: Int) -> String { "\(kept) of \(total) kept" }

    static func members(kept: Int, of total: Int) -> String { "\(kept) of \(total) members kept" }

    /// Both numbers of a note.
    static func numbers(_ note: String) -> (kept: Int, total: Int)? {
        let words = note.split(separator: " ")
        guard words.count >= 4, words[1] == "of", let kept = Int(words[0]), let total = Int(words[2]), kept >= 0,
            total >= kept,
            total < 1 << 50
        else { return nil }
        return (kept, total)
    }

    /// In place of a section of which nothing is left.
    static func section(bytes: Int) -> String { "\(mark) \(bytes) bytes left out" }

    // MARK: Strings

    private static let start = "\u{2026} (cut: "
    /// Bytes of JSON that the note at the end of a string takes at most.
    static let longest = 96

    /// The beginning of a text, at most so many bytes of JSON without quotes, and a note. nil if that leaves nothing
    /// worth it.
    ///
    /// `isBeginning`: the text itself is only the beginning of what was sent.
    static func shortened(_ text: String, toJSONBytes limit: Int, before end: Int?, isBeginning: Bool) -> String? {
        let earlier = Self.split(text)
        let content = earlier.content
        var bytes = 0
        var cost = longest
        for byte in content.utf8.prefix(end ?? .max) {
            cost += BodySink.mostBytes(byte)
            if cost > limit { break }
            bytes += 1
        }
        // A slice ends between two characters: an index inside of one counts as its beginning.
        let index = content.utf8.index(content.utf8.startIndex, offsetBy: bytes)
        guard limit > longest else { return nil }
        let beginning = String(content[..<index])
        let total = earlier.total ?? "\(isBeginning ? "more than " : "")\(content.utf8.count)"
        return "\(beginning)\(start)\(beginning.utf8.count) of \(total) bytes kept)"
    }

    /// A text that was cut before, taken apart.
    private static func split(_ text: String) -> (content: String, total: String?) {
        let ending = " bytes kept)"
        guard text.hasSuffix(ending) else { return (text, nil) }
        // A note is ASCII after its first character, and short.
        let bytes = Array(text.utf8)
        let from = max(0, bytes.count - longest - 32)
        let wanted = Array(start.utf8)
        guard let found = (from..<bytes.count).last(where: { bytes[$0...].starts(with: wanted) }) else {
            return (text, nil)
        }
        let note = String(decoding: bytes[(found + wanted.count)..<(bytes.count - ending.utf8.count)], as: UTF8.self)
        guard let separator = note.range(of: " of ") else { return (text, nil) }
        return (String(decoding: bytes[..<found], as: UTF8.self), note[separator.upperBound...].description)
    }
}

extension String {
    /// The first place of some text.
    fileprivate func range(of other: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
            start = index(after: start)
        }
        return nil
    }
}
