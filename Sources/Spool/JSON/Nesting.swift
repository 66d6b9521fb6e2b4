// Which containers are open, one bit for each: 512 levels in 64 bytes, so that no depth of nesting costs memory or the
// machine's stack.

/// A stack of bits.
struct Nesting {
    private var words = InlineArray<8, UInt64>(repeating: 0)
    private(set) var depth = 0
    /// Whether the innermost open container is an object. False when there is none.
    private(set) var isObject = false

    var isEmpty: Bool { depth == 0 }

    /// Opens a container; false if there are `limit` (at most 512) already.
    mutating func push(object: Bool, limit: Int) -> Bool {
        guard depth < min(limit, JSONLimits.deepest) else { return false }
        let bit: UInt64 = 1 << UInt64(depth & 63)
        if object {
            words[depth >> 6] |= bit
        } else {
            words[depth >> 6] &= ~bit
        }
        depth += 1
        isObject = object
        return true
    }

    /// Closes the innermost container; false if it is of the other kind, or if there is none.
    mutating func pop(object: Bool) -> Bool {
        guard depth > 0, isObject == object else { return false }
        depth -= 1
        let outer = depth - 1
        isObject = depth > 0 && words[outer >> 6] & (1 << UInt64(outer & 63)) != 0
        return true
    }
}
