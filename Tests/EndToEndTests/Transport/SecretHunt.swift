// Looks for secrets in whatever a run leaves behind, in every form that programs write them.

import FoundationEssentials
import Spool
import SystemPackage
import Testing

struct SecretHunt {
    /// Each form with the name of the secret.
    private let forms: [(name: String, bytes: [UInt8])]

    init(_ secrets: [String: String]) {
        forms = secrets.flatMap { name, secret in Self.forms(secret).map { (name, Array($0.utf8)) } }
    }

    /// Plain, percent-encoded in four spellings, base64 wherever it begins, hexadecimal, escaped as JSON does.
    static func forms(_ secret: String) -> [String] {
        let percent = [FormEncoding.encode(secret), PathEncoding.encode(secret)]
        let lower = percent.map { text in
            text.split(separator: "%", omittingEmptySubsequences: false).enumerated()
                .map { $0 == 0 ? String($1) : "%\($1.prefix(2).lowercased())\($1.dropFirst(2))" }.joined()
        }
        let hex = secret.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let escaped = secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let forms = [secret, hex, hex.uppercased(), escaped] + percent + lower + base64(secret)
        return Array(Set(forms))
    }

    /// What of it does not depend on the text around, for each of the three places that it may begin at.
    private static func base64(_ secret: String) -> [String] {
        (0..<3).flatMap { offset -> [String] in
            let bytes = [UInt8](repeating: 0, count: offset) + Array(secret.utf8)
            let whole = bytes.count / 3 * 3
            let text = Data(bytes[..<whole]).base64EncodedString().dropFirst(offset == 0 ? 0 : 4)
            return [String(text), String(text).replacing("+", with: "-").replacing("/", with: "_")]
        }
    }

    /// Which secrets are in it.
    func found(in bytes: [UInt8]) -> Set<String> {
        let text =
            bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self).utf8.elementsEqual($0) }
            ? String(decoding: bytes, as: UTF8.self) : nil
        return Set(
            forms.filter { form in
                text.map { $0.contains(String(decoding: form.bytes, as: UTF8.self)) }
                    ?? Self.contains(bytes, form.bytes)
            }.map(\.name))
    }

    private static func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first, bytes.count >= wanted.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { start in
            bytes[start] == first && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }

    func expectNone(_ text: String, _ place: String) {
        let found = found(in: Array(text.utf8))
        #expect(found.isEmpty, "\(place) holds \(found.sorted())")
    }

    /// Every file below a folder, and the files' names. How many were looked at.
    @discardableResult
    func expectNone(below folder: FilePath, except known: Set<String> = []) throws -> Int {
        var count = 0
        for (name, status) in try Folder.contents(folder) where !known.contains(name) {
            let path = folder.appending(name)
            expectNone(name, "a name in \(folder)")
            if status.kind == .directory {
                count += try expectNone(below: path)
            } else if let bytes = try WholeFile.read(path, limit: 64 << 20) {
                count += 1
                let found = found(in: bytes)
                #expect(found.isEmpty, "\(path) holds \(found.sorted())")
            }
        }
        return count
    }
}
