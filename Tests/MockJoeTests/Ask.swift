// Calls a server without a socket: the same handlers, the same forms, the same answers.

import HTTPTypes
import MockKit
import NIOCore

@testable import MockJoe

/// A server whose clock stands still at `start` until told otherwise.
struct Desk {
    static let start = 1_790_000_000_000
    let clock = VirtualClock(frozenAt: Desk.start)
    let server: JoeServer
    var library: Library { server.library }
    var generator: ReportGenerator { server.generator }

    init(_ change: (inout JoeOptions) -> Void = { _ in }) throws {
        var options = JoeOptions()
        options.seed = 7
        change(&options)
        server = try JoeServer(options, clock: clock)
    }

    func ask(_ name: String, _ fields: [(String, String)] = [], key: String? = nil, fault: Fault? = nil) throws
        -> Answer
    {
        var items = [("apikey", key ?? server.options.apiKey)] + fields
        if key == "" { items.removeFirst() }
        let body = items.map { "\(Desk.encoded($0.0))=\(Desk.encoded($0.1))" }.joined(separator: "&")
        return try send(name, type: "application/x-www-form-urlencoded", ByteBuffer(string: body), fault: fault)
    }

    func send(_ name: String, type: String, _ body: ByteBuffer, fault: Fault? = nil) throws -> Answer {
        let request = MockRequest(
            method: "POST", path: "/api/v2/\(name)", headers: [.contentType: type], body: body, time: clock.now,
            fault: fault)
        guard let call = JoeServer.calls.first(where: { $0.name == name }) else { throw MockError("no call \(name)") }
        return Answer(response: try server.answer(request, call.name, call.handle))
    }

    /// As multipart, with the given boundary.
    func upload(_ name: String, _ fields: [(String, String)], files: [(String, String, [UInt8])]) throws -> Answer {
        var body = ByteBuffer()
        for (field, value) in [("apikey", server.options.apiKey)] + fields {
            body.writeString("--b0undary\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n\(value)\r\n")
        }
        for (field, file, content) in files {
            body.writeString(
                "--b0undary\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"\(file)\"\r\n\r\n")
            body.writeBytes(content)
            body.writeString("\r\n")
        }
        body.writeString("--b0undary--\r\n")
        return try send(name, type: "multipart/form-data; boundary=b0undary", body)
    }

    func webids(_ fields: [(String, String)] = []) throws -> [String] {
        try ask("analysis/list", fields).list.compactMap { $0["webid"]?.string }
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (byte >= 48 && byte <= 57) || (byte | 32 >= 97 && byte | 32 <= 122)
            return isPlain ? String(Unicode.Scalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

struct Answer {
    var response: MockResponse
    var status: Int { response.status }

    var json: JSONValue? {
        guard case .bytes(let buffer) = response.body else { return nil }
        return try? JSONValue(parsing: buffer.readableBytesView)  // nil is what the tests look at
    }

    var data: JSONValue? { json?["data"] }
    var list: [JSONValue] { data?.array ?? [] }
    var code: Int? { json?["errors"]?.array?.first?["code"]?.integer }
    var message: String { json?["errors"]?.array?.first?["message"]?.string ?? "" }
    var next: String? { json?["pagination"]?["next"]?.string }
}
