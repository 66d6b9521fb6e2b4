// Sentences on a narrow terminal: broken between words, what follows stands under its beginning. Without a width nothing is
// broken, so that whoever filters lines finds a sentence on one.

enum Wrapping {
    /// `hanging`: blanks before each line but the first. A word that is wider than the line stands alone, uncut: it may be a path.
    static func lines(_ text: String, hanging: Int, _ width: Int?) -> [String] {
        guard let width, width > hanging + 20 else { return [text] }
        let indent = String(text.prefix { $0 == " " })
        var lines: [String] = []
        var line = indent
        var isEmpty = true
        for word in text.dropFirst(indent.count).split(separator: " ", omittingEmptySubsequences: false) {
            if !isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(String(word)) > width {
                lines.append(line)
                line = String(repeating: " ", count: hanging)
                isEmpty = true
            }
            line += isEmpty ? String(word) : " \(word)"
            isEmpty = false
        }
        return lines + [line]
    }
}
