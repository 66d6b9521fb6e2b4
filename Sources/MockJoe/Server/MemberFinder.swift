// Finds a few sections of a report file without reading it into memory: follows strings and brackets, keeps the
// bytes of the members that are wanted, skips the rest. It does not check what it skips; a file is served whatever
// it contains.

import MockKit

struct MemberFinder {
    private static let largest = 1 << 20

    private let wanted: Set<String>
    private var found: [String: [UInt8]] = [:]
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var text: [UInt8] = []
    private var key: String?
    private var capture: [UInt8]?

    init(wanted: Set<String>) { self.wanted = wanted }

    /// All found; the rest of the file need not be read.
    var isDone: Bool { found.count == wanted.count }

    func value(_ name: String) -> JSONValue? {
        // A section that is not JSON tells nothing.
        found[name].flatMap { try? JSONValue(parsing: $0) }
    }

    mutating func read(_ chunk: [UInt8]) {
        for byte in chunk where !isDone { step(byte) }
    }

    /// Sections are members of the object at depth 2: `{"analysis":{"generalinfo":…}}`.
    private mutating func step(_ byte: UInt8) {
        let isEnd =
            capture != nil && depth == 2 && !isInString && (byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}"))
        if isEnd { keep() }
        if let size = capture?.count {
            if size < Self.largest { capture?.append(byte) } else { capture = nil }
        }
        if isInString { return stepInString(byte) }
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            text = []
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: ":") where depth == 2 && capture == nil:
            let name = String(decoding: text, as: UTF8.self)
            if wanted.contains(name), found[name] == nil {
                key = name
                capture = []
            }
        default: break
        }
    }

    private mutating func stepInString(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
        }
        if isInString, depth == 2, text.count < 64 { text.append(byte) }
    }

    private mutating func keep() {
        if let key, let capture { found[key] = capture }
        key = nil
        capture = nil
    }
}
