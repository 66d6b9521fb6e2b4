// The body of a call: a form, urlencoded or multipart. Written for hostile input: whatever the bytes are, the
// result is fields, files and at worst a refusal; parts of an upload are slices of the body, not copies.

import HTTPTypes
import MockKit
import NIOCore

struct JoeForm: Sendable {
    struct File: Sendable {
        var field: String
        var name: String
        var content: ByteBuffer
    }

    private(set) var fields = QueryItems("")
    private(set) var files: [File] = []

    private static let mostParts = 1000

    init(_ request: MockRequest) throws {
        let type = request.headers[.contentType] ?? ""
        if type.lowercased().hasPrefix("multipart/form-data") {
            guard let boundary = Self.parameter("boundary", of: type), !boundary.isEmpty, boundary.utf8.count <= 200
            else {
                throw JoeError(.invalidParameter, "The multipart body has no boundary.")
            }
            try readParts(request.body, boundary: boundary)
        } else {
            fields = request.form
        }
    }

    /// The first value of a field.
    subscript(_ name: String) -> String? { fields[name] }

    /// The value of a field that must be there and must not be empty.
    func required(_ name: String) throws -> String {
        guard let value = fields[name], !value.isEmpty else { throw JoeError.missing(name) }
        return value
    }

    /// "1" and "0"; anything else is refused.
    func flag(_ name: String) throws -> Bool? {
        switch fields[name] {
        case nil: nil
        case "1": true
        case "0": false
        default: throw JoeError.invalid(name)
        }
    }

    func whole(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = fields[name] else { return nil }
        guard let number = Int(text), range.contains(number) else { throw JoeError.invalid(name) }
        return number
    }

    func file(_ field: String) -> File? { files.first { $0.field == field } }

    // MARK: Multipart

    private mutating func readParts(_ body: ByteBuffer, boundary: String) throws {
        let view = body.readableBytesView
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter may stand at the very start, without a line break before it.
        let first = Array("--\(boundary)".utf8)
        var items: [QueryItems.Item] = []
        var count = 0
        guard
            var start = view.starts(with: first)
                ? view.startIndex + first.count : Self.end(of: delimiter, in: view[...])
        else { throw JoeError(.invalidParameter, "The multipart body is not complete.") }
        while true {
            let rest = view[start...]
            if rest.starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-")]) { break }
            guard let next = Self.end(of: delimiter, in: rest),
                let head = Self.end(of: Array("\r\n\r\n".utf8), in: rest), head <= next
            else {
                throw JoeError(.invalidParameter, "The multipart body is not complete.")
            }
            count += 1
            guard count <= Self.mostParts, head - start <= 16_384 else {
                throw JoeError(.invalidParameter, "The multipart body has too many parts or too large headers.")
            }
            let stop = next - delimiter.count
            let content = head <= stop ? body.getSlice(at: head, length: stop - head) ?? ByteBuffer() : ByteBuffer()
            add(String(decoding: rest[start..<head], as: UTF8.self), content, to: &items)
            start = next
        }
        fields = QueryItems(items: items)
    }

    private mutating func add(_ head: String, _ content: ByteBuffer, to items: inout [QueryItems.Item]) {
        let lines = head.split(whereSeparator: \.isNewline)
        guard let found = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }) else { return }
        let line = String(found)
        guard let name = Self.parameter("name", of: line) else { return }
        if let fileName = Self.encodedParameter("filename", of: line) ?? Self.parameter("filename", of: line) {
            files.append(File(field: name, name: fileName, content: content))
        } else if content.readableBytes <= 1 << 20 {
            items.append(QueryItems.Item(name: name, value: String(buffer: content)))
        }
    }

    /// The index behind the first occurrence.
    private static func end(of pattern: [UInt8], in bytes: ByteBufferView) -> Int? {
        guard let first = pattern.first, bytes.count >= pattern.count else { return nil }
        var from = bytes.startIndex
        let last = bytes.endIndex - pattern.count
        while from <= last, let hit = bytes[from...last].firstIndex(of: first) {
            if bytes[hit...].starts(with: pattern) { return hit + pattern.count }
            from = hit + 1
        }
        return nil
    }

    /// `name="value"` or `name=value` of a header field; `%22` is a quote, as browsers and urllib3 write it.
    private static func parameter(_ name: String, of field: String) -> String? {
        for part in pieces(of: field).dropFirst() {
            guard let equals = part.firstIndex(of: "="), part[..<equals].trimmingBlanks().lowercased() == name else {
                continue
            }
            let value = part[part.index(after: equals)...].trimmingBlanks()
            guard value.hasPrefix("\"") else { return value }
            let inner = value.dropFirst().prefix { $0 != "\"" }
            return String(inner).replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
        }
        return nil
    }

    /// `filename*=utf-8''na%C3%AFve.exe`
    private static func encodedParameter(_ name: String, of field: String) -> String? {
        guard let value = parameter(name + "*", of: field), value.lowercased().hasPrefix("utf-8''") else { return nil }
        return percentDecoded(value.dropFirst(7).utf8, plusIsBlank: false)
    }

    /// Split at semicolons outside quotes.
    private static func pieces(of field: String) -> [Substring] {
        var quoted = false
        return field.split(omittingEmptySubsequences: false) { character in
            if character == "\"" { quoted.toggle() }
            return character == ";" && !quoted
        }
    }
}
