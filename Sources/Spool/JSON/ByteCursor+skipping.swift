// Skipping: past a value without decoding it. Containers go through StructureScan; strings only look for their end;
// words and numbers are short and are checked in full.

extension ByteCursor {
    /// Passes the value under the cursor, whose first byte is `first`. `depth` containers may be open in it.
    mutating func skipValue(startingWith first: UInt8, depth: Int) throws(JSONError) -> JSONSlice {
        let start = offset
        let kind = try kind(startingWith: first)
        switch kind {
        case .object, .array: try skipContainer(depth: depth)
        case .string: try skipString()
        case .number: try readNumber { _ in }
        case .bool, .null: try readWord()
        }
        return JSONSlice(kind: kind, range: start..<offset)
    }

    private mutating func skipContainer(depth: Int) throws(JSONError) {
        var scan = StructureScan(limit: depth)
        while true {
            let start = offset
            let step = try withWindow { window throws(JSONError) in
                Self.step(&scan, over: UnsafeRawBufferPointer(window))
            }
            guard let (finding, taken) = step else { throw .end(at: offset, inside: scan.place) }
            switch finding {
            case .open:
                advance(taken)
            case .ends(let length):
                return advance(taken + length)
            case .fault(let code, let place):
                advance(taken + place)
                throw try fault(code, at: start + taken + place)
            }
        }
    }

    /// Scans the blocks of a window. The finding's places are counted from the block that starts at `taken`.
    private static func step(_ scan: inout StructureScan, over window: UnsafeRawBufferPointer) -> (
        StructureScan.Finding, taken: Int
    ) {
        guard let base = window.baseAddress else { return (.open, 0) }
        var taken = 0
        while taken + BlockMasks.size <= window.count {
            let finding = scan.scan(base + taken, count: BlockMasks.size)
            guard case .open = finding else { return (finding, taken) }
            taken += BlockMasks.size
        }
        let rest = window.count - taken
        guard rest > 0 else { return (.open, taken) }
        var block: [64 of UInt8] = InlineArray(repeating: 0x20)
        let finding = withUnsafeMutableBytes(of: &block) { padded in
            padded.copyMemory(from: UnsafeRawBufferPointer(rebasing: window[taken...]))
            return padded.baseAddress.map { scan.scan($0, count: rest) } ?? .open
        }
        guard case .open = finding else { return (finding, taken) }
        return (.open, window.count)
    }

    private mutating func fault(_ code: JSONError.Code, at offset: Int) throws(JSONError) -> JSONError {
        let name = JSONError.name(of: try peek() ?? 0)
        return switch code {
        case .tooDeep: JSONError(code, at: offset, "more nested containers than allowed")
        case .mismatchedBracket: JSONError(code, at: offset, "\(name) closes the wrong container")
        case .controlCharacter: JSONError(code, at: offset, "\(name) in a string")
        default: JSONError(code, at: offset, "\(name) outside a string")
        }
    }

    /// Passes a string, whose opening quote is under the cursor: the same check as in a skipped container.
    private mutating func skipString() throws(JSONError) {
        advance()
        while true {
            let run = try withWindow { window throws(JSONError) in ByteRuns.unescaped(window) }
            guard let run else { throw .end(at: offset, inside: "a string") }
            advance(run)
            guard let byte = try peek() else { throw .end(at: offset, inside: "a string") }
            switch byte {
            case Mark.quote:
                return advance()
            case Mark.backslash:
                advance()
                guard let letter = try peek() else { throw .end(at: offset, inside: "a string") }
                if letter >= 0x20 { advance() }
            case ..<0x20:
                throw JSONError(.controlCharacter, at: offset, "\(JSONError.name(of: byte)) in a string")
            default:
                break
            }
        }
    }
}
