// Somebody else's opinion on a document: FoundationEssentials' JSONDecoder, read into a tree that can be compared.

import FoundationEssentials

@testable import Spool

/// A value as the decoder sees it.
indirect enum OracleValue: Equatable, Decodable {
    case object([String: OracleValue])
    case array([OracleValue])
    case string([UInt8])
    case number(Double)
    case bool(Bool)
    case null

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Name.self) {  // nil: not an object
            self = .object(
                try container.allKeys.reduce(into: [:]) { members, key in
                    members[key.stringValue] = try container.decode(OracleValue.self, forKey: key)
                })
            return
        }
        if var container = try? decoder.unkeyedContainer() {  // nil: not an array
            var elements: [OracleValue] = []
            while !container.isAtEnd { elements.append(try container.decode(OracleValue.self)) }
            self = .array(elements)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {  // nil: another kind
            self = .bool(value)
        } else if let text = try? container.decode(String.self) {  // nil: another kind
            self = .string(Array(text.utf8))
        } else {
            self = .number(try container.decode(Double.self))
        }
    }

    init(decoding bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(OracleValue.self, from: Data(bytes))
    }
}

extension OracleValue {
    /// Our tree, as the decoder would see it. Nil if it has what the decoder cannot take: names
    /// that Swift's strings hold equal, a number that no Double holds, a zero with an exponent.
    init?(_ value: JSONValue) {
        switch value {
        case .object(let members):
            var seen: [String: OracleValue] = [:]
            for (name, value) in members {
                guard let value = OracleValue(value), seen.updateValue(value, forKey: name) == nil else { return nil }
            }
            self = .object(seen)
        case .array(let elements):
            let values = elements.compactMap { OracleValue($0) }
            guard values.count == elements.count else { return nil }
            self = .array(values)
        case .string(let text): self = .string(Array(text.utf8))
        case .number(let text):
            let digits = text.drop { $0 == "-" }
            guard let number = Double(text), number.isFinite, !digits.hasPrefix("0e"), !digits.hasPrefix("0E") else {
                return nil
            }
            self = .number(number)
        case .bool(let value): self = .bool(value)
        case .null: self = .null
        }
    }
}
