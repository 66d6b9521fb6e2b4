// A place in a source, seen through one window. Everything in this room reads through it: a byte at a time where the
// grammar decides, and the rest of the window at once where speed does. A window can be as small as one byte, because
// nothing here ever looks further ahead than the byte it stands on.

/// A window that moves forward over the bytes of a source.
struct ByteCursor {
    /// Enough that the cost of a system call disappears, little enough to stay in a processor's second cache.
    static let usualWindow = 256 * 1024

    private let source: any ByteSource
    /// One past the last byte that belongs to us.
    let end: Int
    /// Where the window starts in the source.
    private var base: Int
    /// The window; bytes from `filled` on are of no meaning.
    private var window: [UInt8] = []
    private var filled = 0
    /// The next byte, counted from the window's start.
    private var index = 0
    private let windowSize: Int

    init(_ source: any ByteSource, range: Range<Int>, windowSize: Int?) {
        self.source = source
        self.end = range.upperBound
        self.base = range.lowerBound
        self.windowSize = max(1, windowSize ?? Self.usualWindow)
    }

    /// Where the next byte stands in the source.
    var offset: Int { base + index }

    /// The next byte without taking it; nil at the end.
    @inline(__always)
    mutating func peek() throws(JSONError) -> UInt8? {
        if index < filled { return window[index] }
        return try refill() ? window[0] : nil
    }

    /// Takes `count` bytes, which must be in the window.
    @inline(__always)
    mutating func advance(_ count: Int = 1) {
        index += count
    }

    /// Goes to another place; the window is kept if the place is inside it.
    mutating func seek(to offset: Int) {
        if offset >= base, offset <= base + filled {
            index = offset - base
        } else {
            base = offset
            filled = 0
            index = 0
        }
    }

    /// Shows what is left of the window, at least one byte unless at the end, when the answer is nil.
    @inline(__always)
    mutating func withWindow<Answer>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(JSONError) -> Answer
    ) throws(JSONError) -> Answer? {
        if index >= filled, try !refill() { return nil }
        let (start, stop) = (index, filled)
        return try window.withUnsafeBufferPointer { whole throws(JSONError) in
            try body(UnsafeBufferPointer(rebasing: whole[start..<stop]))
        }
    }

    /// Reads the next window. False at the end.
    @inline(never)
    private mutating func refill() throws(JSONError) -> Bool {
        let next = base + filled
        guard next < end else { return false }
        guard next >= 0 else { throw JSONError(.sourceChanged, at: next, "there is no such place in the source") }
        let wanted = min(windowSize, end - next)
        if window.count < wanted { window = [UInt8](repeating: 0, count: wanted) }
        let got: Int
        do {
            got = try window.withUnsafeMutableBytes { [source] whole in
                try source.read(at: next, into: UnsafeMutableRawBufferPointer(rebasing: whole[..<wanted]))
            }
        } catch {
            throw JSONError(.readFailed, at: next, "cannot read: \(error)")
        }
        guard got == wanted else {
            throw JSONError(
                .sourceChanged, at: next, "\(max(0, got)) bytes where \(wanted) should be: cut while it was read")
        }
        base = next
        filled = wanted
        index = 0
        return true
    }
}
