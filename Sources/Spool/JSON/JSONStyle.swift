// How JSON is laid out. Compact is what machines send each other; indented is what Python's `json.dumps(…, indent=2)`
// writes: a blank after the colon, empty containers closed at once.

/// The layout of written JSON.
package enum JSONStyle: Sendable, Equatable {
    case compact
    /// Each member and element on a line of its own, `by` blanks deeper than its container, which itself stands `level`
    /// levels deep. The first line is not indented, so that a value can follow its name.
    case indented(by: Int = 2, level: Int = 0)
}

/// Puts commas, line breaks and blanks between the tokens of one document.
struct Layout {
    private let step: Int
    private let level: Int
    private let isCompact: Bool
    /// For each open container, whether something is in it.
    private var filled: [Bool] = []
    private var followsName = false

    init(_ style: JSONStyle) {
        switch style {
        case .compact: (isCompact, step, level) = (true, 0, 0)
        case .indented(let step, let level): (isCompact, self.step, self.level) = (false, max(0, step), max(0, level))
        }
    }

    var depth: Int { filled.count }

    /// To be called before a name, and before a value.
    mutating func separate(in bytes: inout [UInt8]) {
        if followsName {
            followsName = false
            return
        }
        guard let last = filled.indices.last else { return }
        if filled[last] { bytes.append(Mark.comma) }
        filled[last] = true
        breakLine(in: &bytes)
    }

    /// To be called after a name.
    mutating func nameEnded(in bytes: inout [UInt8]) {
        bytes.append(Mark.colon)
        if !isCompact { bytes.append(0x20) }
        followsName = true
    }

    mutating func open(_ bracket: UInt8, in bytes: inout [UInt8]) {
        separate(in: &bytes)
        bytes.append(bracket)
        filled.append(false)
    }

    mutating func close(_ bracket: UInt8, in bytes: inout [UInt8]) {
        if filled.popLast() ?? false { breakLine(in: &bytes) }
        bytes.append(bracket)
    }

    private func breakLine(in bytes: inout [UInt8]) {
        if isCompact { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: (level + filled.count) * step))
    }
}
