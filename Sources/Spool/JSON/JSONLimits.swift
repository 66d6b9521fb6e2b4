// Bounds on what a document can make us hold in memory. All of them are far above what a report contains.

/// Bounds for scanning and reading.
package struct JSONLimits: Sendable, Equatable {
    /// The deepest nesting there is room for, whatever a caller asks for.
    package static let deepest = 512

    /// How many containers may be open at once: 512 pass, the 513th is an error.
    package var depth: Int
    /// The bytes of one decoded string or name.
    package var string: Int
    /// Whether a longer string is cut (at a character's edge; ``JSONReader/cuts`` counts them) instead of being an error.
    /// Names and numbers are never cut.
    package var cutsLongStrings: Bool
    /// The characters of one number, where its text is handed out. Numbers that are only skipped or copied have no limit.
    package var number: Int
    /// The children of one object or array that is listed.
    package var children: Int
    /// The bytes of all names of one object that is listed.
    package var names: Int

    package init(
        depth: Int = JSONLimits.deepest,
        string: Int = 1 << 20,
        cutsLongStrings: Bool = false,
        number: Int = 4096,
        children: Int = 1 << 16,
        names: Int = 1 << 20
    ) {
        self.depth = max(1, min(depth, JSONLimits.deepest))
        self.string = max(0, string)
        self.cutsLongStrings = cutsLongStrings
        self.number = max(1, number)
        self.children = max(0, children)
        self.names = max(0, names)
    }
}
