// Small JSON answers into Swift values, leniently where vendors vary: a number where a string was promised, a string
// where a number was, null for nothing. Errors say where and what, and never quote the answer.

import FoundationEssentials
package import NIOCore

package enum WireJSON {
    /// Why an answer could not be read.
    package struct Problem: Error, Sendable, Equatable {
        /// The text is no JSON at all, as opposed to JSON of another shape.
        package var isSyntax: Bool
        package var reason: String
    }

    /// Thrown by a wire type that misses something.
    package struct Mismatch: Error {
        package var reason: String

        package init(_ reason: String) {
            self.reason = reason
        }
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, from body: ByteBuffer) throws(Problem) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch let error as DecodingError {
            throw problem(error)
        } catch let error as Mismatch {
            throw Problem(isSyntax: false, reason: error.reason)
        } catch {
            throw Problem(isSyntax: true, reason: "")
        }
    }

    package static func encode(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ByteBuffer(bytes: try encoder.encode(value))
    }

    private static func problem(_ error: DecodingError) -> Problem {
        func at(_ path: [any CodingKey]) -> String {
            let names = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return names.isEmpty ? "at the top" : "at " + RemoteText.clean(names.joined(separator: "."), limit: 80)
        }
        switch error {
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            return Problem(isSyntax: true, reason: "")
        case .dataCorrupted(let context):
            return Problem(isSyntax: false, reason: "an impossible value \(at(context.codingPath))")
        case .typeMismatch(_, let context):
            return Problem(isSyntax: false, reason: "another kind of value than expected \(at(context.codingPath))")
        case .keyNotFound(let key, let context):
            return Problem(isSyntax: false, reason: "no \(key.stringValue) \(at(context.codingPath))")
        case .valueNotFound(_, let context):
            return Problem(isSyntax: false, reason: "nothing \(at(context.codingPath))")
        @unknown default:
            return Problem(isSyntax: false, reason: "")
        }
    }
}

/// Any JSON scalar, as the text that stands for it.
private struct Scalar: Decodable {
    var text: String?

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // One attempt after the other is how a value of unknown kind is read.
        if container.decodeNil() {
            text = nil
        } else if let value = try? container.decode(String.self) {
            text = value
        } else if let value = try? container.decode(Int64.self) {
            text = String(value)
        } else if let value = try? container.decode(Bool.self) {
            text = String(value)
        } else if let value = try? container.decode(Double.self) {
            text = String(value)
        }
    }
}

extension KeyedDecodingContainer {
    /// The text of a scalar; nil if it is missing, null, a list or an object.
    package func lenientString(_ key: Key) throws -> String? {
        try decodeIfPresent(Scalar.self, forKey: key)?.text
    }

    /// A whole number, also from a string; nil if it is none.
    package func lenientInt(_ key: Key) throws -> Int? {
        guard let text = try lenientString(key) else { return nil }
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0.rounded()) }
    }

    /// `true`, `"true"`, `1` and their opposites.
    package func lenientBool(_ key: Key) throws -> Bool? {
        switch try lenientString(key)?.lowercased() {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }

    /// A list of scalars, or one alone; what is none is left out.
    package func lenientStrings(_ key: Key) throws -> [String] {
        // A single value instead of a list is the other form, not a mistake.
        if let list = try? decodeIfPresent([Scalar].self, forKey: key) { return list.compactMap(\.text) }
        return try lenientString(key).map { [$0] } ?? []
    }
}
