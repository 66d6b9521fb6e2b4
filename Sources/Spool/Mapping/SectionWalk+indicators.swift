// Strings: written, and searched for indicators, by the field that they stand in and by their look.

extension SectionWalk {
    /// Writes a string. `isCut` says that the reader did not keep all of it, which began at or after `start`.
    mutating func write(_ text: String, _ member: Place.Member, isCut: Bool, start: Int) throws(JSONError) {
        guard cutting == nil else { return writeCutting(text, member, isCut: isCut) }
        let types = types
        let scanner = scanner
        IndicatorFields.scan(text, member.field, types, scanner) { indicator, _ in collector.add(indicator) }
        if isCut { try scanLongText(from: start) }
        sink.append(quoted: text)
    }

    /// Indicators of a string that is longer than a body may be: read once more, in pieces.
    private mutating func scanLongText(from start: Int) throws(JSONError) {
        var cursor = ByteCursor(source, range: start..<reader.offset, windowSize: nil)
        if try cursor.skipBlanks() == Mark.comma {
            cursor.advance()
            _ = try cursor.skipBlanks()
        }
        var text = LongText(scanner: scanner)
        try cursor.readText(into: &text)
        text.finish()
        for indicator in text.found { collector.add(indicator) }
    }
}

/// Which indicators a string holds.
enum IndicatorFields {
    /// Calls `found` with each indicator of the wanted types and the byte where it starts.
    static func scan(
        _ text: String, _ field: Place.Field?, _ types: Set<IndicatorType>, _ scanner: TextScanner,
        found: (Indicator, Int) -> Void
    ) {
        var text = text
        text.withUTF8 { bytes in
            if let field { scan(bytes, field) { if types.contains($0.type) { found($0, $1) } } }
            scanner.scan(bytes, found: found)
        }
    }

    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>, _ field: Place.Field, found: (Indicator, Int) -> Void)
    {
        switch field {
        case .ip:
            for part in bytes.split(whereSeparator: {
                $0.isASCIIWhitespace || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";")
            }) {
                if let address = address(part) { found(address, part.startIndex) }
            }
        case .domain:
            if let indicator = host(bytes[...]) { found(indicator, 0) }
        case .url:
            if let url = URLIndicator.url(bytes) {
                found(Indicator(type: .url, value: url), 0)
            } else if let indicator = host(bytes[...]) {
                found(indicator, 0)
            }
        case .hash:
            if let indicator = hash(bytes[...]) { found(indicator, 0) }
        }
    }

    private static func address(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Indicator? {
        guard let address = IPAddress(text.trimmedASCII), address.isGlobal else { return nil }
        return Indicator(type: .ip, value: address.text)
    }

    private static func host(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Indicator? {
        if let name = URLIndicator.domain(text) { return Indicator(type: .domain, value: name) }
        return address(text)
    }

    /// A digest of hexadecimal digits, told by their number.
    private static func hash(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Indicator? {
        let digits = text.trimmedASCII
        let type: IndicatorType
        switch digits.count {
        case 32: type = .md5
        case 40: type = .sha1
        case 64: type = .sha256
        default: return nil
        }
        guard digits.allSatisfy({ $0.hexDigitValue != nil }) else { return nil }
        return Indicator(type: type, value: String(decoding: digits.asciiLowercased, as: UTF8.self))
    }
}

/// Searches a text of any length in pieces that overlap by more than an indicator is long.
private struct LongText: TextSink {
    private static let size = 64 * 1024
    private static let overlap = 1024

    let scanner: TextScanner
    private(set) var found: [Indicator] = []
    private var piece: [UInt8] = []

    init(scanner: TextScanner) {
        self.scanner = scanner
    }

    mutating func plain(_ bytes: UnsafeBufferPointer<UInt8>) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.size)
            piece.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            scanIfFull()
        }
    }

    mutating func escape(_ scalar: Unicode.Scalar, _ spelling: EscapeSpelling) {
        if let encoded = UTF8.encode(scalar) { piece.append(contentsOf: encoded) }
        scanIfFull()
    }

    mutating func replace(_ defect: Defect) {
        piece.append(contentsOf: "\u{FFFD}".utf8)
    }

    private mutating func scanIfFull() {
        guard piece.count >= Self.size else { return }
        // What starts near the end may be cut in two: it is whole in the next piece, which starts between two words.
        let edge = piece.count - Self.overlap
        scan(before: edge)
        piece = Array(piece[edge...].drop(while: { $0 > 0x20 && $0 < 0x80 }))
    }

    mutating func finish() {
        scan(before: piece.count)
    }

    private mutating func scan(before edge: Int) {
        let scanner = scanner
        piece.withUnsafeBufferPointer { bytes in
            scanner.scan(bytes) { indicator, start in
                if start < edge { found.append(indicator) }
            }
        }
    }
}
