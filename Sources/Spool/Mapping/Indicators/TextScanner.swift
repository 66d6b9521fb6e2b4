// Indicators in running text: what can be told from its look alone wherever it stands (Bitcoin address, CVE, e-mail
// address). Addresses and URLs are taken only from the fields that hold them; in running text version numbers look like
// addresses.

/// Finds indicators in strings, in one pass over the bytes.
struct TextScanner {
    let bitcoin: Bool
    let cve: Bool
    let email: Bool

    init(types: Set<IndicatorType>) {
        bitcoin = types.contains(.bitcoin)
        cve = types.contains(.cve)
        email = types.contains(.email)
    }

    /// Calls `found` for each indicator, in order, with the first of its bytes.
    func scan(_ text: UnsafeBufferPointer<UInt8>, found: (Indicator, Int) -> Void) {
        guard bitcoin || cve || email else { return }
        var position = 0
        while position < text.count {
            let byte = text[position]
            if byte.isASCIIAlphanumeric {
                var end = position + 1
                while end < text.count, text[end].isASCIIAlphanumeric { end += 1 }
                word(text, position..<end, found: found)
                position = end
            } else {
                if email, byte == UInt8(ascii: "@"), let range = URLIndicator.email(in: text, at: position) {
                    let value = String(decoding: text[range].asciiLowercased, as: UTF8.self)
                    found(Indicator(type: .email, value: value), range.lowerBound)
                }
                position += 1
            }
        }
    }

    private func word(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, found: (Indicator, Int) -> Void) {
        let first = text[range.lowerBound] | 0x20
        if bitcoin, range.count >= BitcoinAddress.segwitLengths.lowerBound,
            range.count <= BitcoinAddress.segwitLengths.upperBound,
            first == UInt8(ascii: "b") || first == UInt8(ascii: "1") || first == UInt8(ascii: "3"),
            let address = BitcoinAddress.canonical(text[range])
        {
            found(Indicator(type: .bitcoin, value: address), range.lowerBound)
        }
        if cve, first == UInt8(ascii: "c"), range.count == 3, let value = vulnerability(text, at: range.lowerBound) {
            found(Indicator(type: .cve, value: value), range.lowerBound)
        }
    }

    /// `CVE-2017-11882`: four digits of a year, four to nineteen of a number, and no word that goes on.
    private func vulnerability(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> String? {
        let rest = text[start...].prefix(29)
        guard rest.prefix(4).asciiLowercased.elementsEqual("cve-".utf8) else { return nil }
        let year = rest.dropFirst(4).prefix(4)
        guard year.count == 4, year.allSatisfy(\.isASCIIDigit), rest.dropFirst(8).first == UInt8(ascii: "-") else {
            return nil
        }
        let number = rest.dropFirst(9).prefix(while: \.isASCIIDigit)
        guard (4...19).contains(number.count),
            number.endIndex == text.endIndex || !text[number.endIndex].isASCIIAlphanumeric
        else { return nil }
        return "CVE-\(String(decoding: year, as: UTF8.self))-\(String(decoding: number, as: UTF8.self))"
    }
}
