// An answer that is read as a whole: everything but reports. Bounded, so that a server cannot fill our memory, and
// checked for completeness, so that half a list never passes for a short one.

package import NIOCore
package import NIOHTTP1

package struct SmallAnswer: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: ByteBuffer

    package init(status: Int, headers: HTTPHeaders, body: ByteBuffer) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// An HTML page by its content type, or by how it begins.
    package var isHTML: Bool {
        headers.isHTML || AnswerStart(body.readableBytesView) == .html
    }

    package var text: String { String(buffer: body) }
}

/// What the beginning of a body looks like.
package enum AnswerStart: Sendable, Equatable {
    case empty, json, html, zip, other

    package init(_ bytes: some Collection<UInt8>) {
        if bytes.starts(with: [0x50, 0x4b, 0x03, 0x04]) {
            self = .zip
            return
        }
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let unmarked = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes.dropFirst(0)
        let text = unmarked.drop { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0d) }
        switch text.first {
        case nil:
            self = .empty
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            self = .json
        case UInt8(ascii: "<"):
            let start = String(decoding: text.prefix(15), as: UTF8.self).lowercased()
            let marks = ["<!doctype html", "<html", "<head", "<body", "<script", "<title"]
            self = marks.contains { start.hasPrefix($0) } ? .html : .other
        default:
            self = .other
        }
    }
}

extension HTTPHeaders {
    /// Whether the content type says HTML.
    package var isHTML: Bool {
        let type = first(name: "Content-Type")?.lowercased() ?? ""
        return type.hasPrefix("text/html") || type.hasPrefix("application/xhtml")
    }

    /// How long the body on the wire must be as it is; nil if it is compressed or no length was said.
    package var plainLength: Int? {
        guard (first(name: "Content-Encoding")?.lowercased() ?? "identity") == "identity" else { return nil }
        return first(name: "Content-Length").flatMap { Int($0) }
    }
}

extension HTTPTransport {
    /// Sends a request and reads its answer, at most `limit` bytes, whatever its status is.
    package func exchange(_ request: HTTPRequest, limit: Int, for call: Call) async throws(Fault) -> SmallAnswer {
        let answer: HTTPAnswer
        do {
            answer = try await send(request)
        } catch {
            throw call.fault(error)
        }
        return try await answer.collect(limit: limit, for: call)
    }
}

extension HTTPAnswer {
    package var isSuccess: Bool { (200..<300).contains(status) }

    /// Reads the rest of the body. Of an answer that is no success a part is enough: its status says the most, and a
    /// failed call whose explanation is cut off is still that failed call.
    package consuming func collect(limit: Int, for call: Call) async throws(Fault) -> SmallAnswer {
        var whole = ByteBuffer()
        let limit = isSuccess ? limit : min(limit, 65_536)
        while var piece = try await next(for: call) {
            guard whole.readableBytes + piece.readableBytes <= limit else {
                guard isSuccess else { break }
                throw call.fault(.tooLarge, status: status, detail: "the limit is \(limit) bytes")
            }
            whole.writeBuffer(&piece)
        }
        if isSuccess, let expected = headers.plainLength, whole.readableBytes < expected {
            throw call.fault(.truncated, status: status, detail: "\(whole.readableBytes) of \(expected) bytes came")
        }
        return SmallAnswer(status: status, headers: headers, body: whole)
    }

    private mutating func next(for call: Call) async throws(Fault) -> ByteBuffer? {
        do {
            return try await body.next()
        } catch {
            if isSuccess || error.kind == .cancelled { throw call.fault(error) }
            return nil
        }
    }
}
