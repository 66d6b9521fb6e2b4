// Queries and urlencoded forms, read the way servers of the field do: `+` is a blank, `%xx` a byte, invalid
// escapes stay as they are, invalid UTF-8 becomes the replacement character. Nothing in here can fail.

/// The fields of a query or of an urlencoded form, in their order.
public struct QueryItems: Sendable, Equatable {
    public let items: [Item]

    public struct Item: Sendable, Equatable {
        public let name: String
        public let value: String
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(items: [Item]) { self.items = items }

    /// Reads `a=1&b=2`.
    public init(_ encoded: some StringProtocol) {
        items = encoded.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = percentDecoded(parts[0], plusIsBlank: true)
            return Item(name: name, value: parts.count > 1 ? percentDecoded(parts[1], plusIsBlank: true) : "")
        }
    }

    /// The first value of a field.
    public subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    /// All values of a repeated field.
    public func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// All values of a list that comes repeated or separated by commas; blanks around and empty ones are dropped.
    public func list(_ name: String) -> [String] {
        all(name).flatMap { $0.split(separator: ",") }.map { $0.trimmingBlanks() }.filter { !$0.isEmpty }
    }

    /// A boolean as clients of many languages write it: `true`, `True`, `1`.
    public func flag(_ name: String) -> Bool? {
        switch self[name]?.lowercased() {
        case "true", "1", "yes": true
        case "false", "0", "no": false
        default: nil
        }
    }

    /// Written back, values of `secrets` hidden.
    func masked(_ secrets: Set<String>) -> String {
        items.map { item in
            let value = secrets.contains(item.name) ? "<masked>" : percentEncoded(item.value)
            return "\(percentEncoded(item.name))=\(value)"
        }.joined(separator: "&")
    }
}

/// Decodes `%xx` (and `+`, in queries).
public func percentDecoded(_ bytes: some Sequence<UInt8>, plusIsBlank: Bool) -> String {
    let bytes = Array(bytes)
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
        let byte = bytes[index]
        if byte == UInt8(ascii: "%"), index + 2 < bytes.count, let high = bytes[index + 1].hexValue,
            let low = bytes[index + 2].hexValue
        {
            decoded.append(high << 4 | low)
            index += 3
            continue
        }
        decoded.append(plusIsBlank && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        index += 1
    }
    return String(decoding: decoded, as: UTF8.self)
}

func percentEncoded(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
            encoded.unicodeScalars.append(Unicode.Scalar(byte))
        default:
            encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
    return encoded
}

extension UInt8 {
    /// 0…15 for a hexadecimal digit.
    public var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    public func trimmingBlanks() -> String {
        var part = self[...]
        while let first = part.first, first.isWhitespace { part.removeFirst() }
        while let last = part.last, last.isWhitespace { part.removeLast() }
        return String(part)
    }
}
