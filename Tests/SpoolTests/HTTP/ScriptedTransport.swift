// A transport without a network: a function answers each request, and every request is remembered.

import NIOCore
import NIOHTTP1
import Spool
import Synchronization

final class ScriptedTransport: HTTPTransport {
    /// What the other side does.
    struct Reply: Sendable {
        var status = 200
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        var pieces: [ByteBuffer] = []
        /// After the pieces.
        var failure: TransportFailure?
        /// Instead of an answer.
        var refusal: TransportFailure?

        static func json(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> Reply {
            var reply = Reply(status: status, pieces: [ByteBuffer(string: text)])
            for header in headers { reply.headers.replaceOrAdd(name: header.name, value: header.value) }
            return reply
        }

        static func page(_ status: Int = 200) -> Reply {
            Reply(
                status: status, headers: ["Content-Type": "text/html"],
                pieces: [ByteBuffer(string: "<html>Login</html>")])
        }

        static func text(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> Reply {
            Reply(status: status, headers: headers, pieces: [ByteBuffer(string: text)])
        }

        static func failing(_ kind: TransportFailure.Kind, sent: Bool) -> Reply {
            Reply(refusal: TransportFailure(kind, requestSent: sent))
        }
    }

    private let requestsSeen = Mutex<[HTTPRequest]>([])
    private let reply: @Sendable (HTTPRequest) async -> Reply

    init(_ reply: @escaping @Sendable (HTTPRequest) async -> Reply) {
        self.reply = reply
    }

    convenience init(_ replies: Reply...) {
        self.init(Self.sequence(replies))
    }

    /// The replies in their order; the last one is repeated.
    static func sequence(_ replies: [Reply]) -> @Sendable (HTTPRequest) async -> Reply {
        let rest = Mutex(replies[...])
        return { _ in
            rest.withLock { rest in
                rest.count > 1 ? rest.removeFirst() : rest.first ?? Reply(status: 500)
            }
        }
    }

    var requests: [HTTPRequest] { requestsSeen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPAnswer {
        requestsSeen.withLock { $0.append(request) }
        let reply = await reply(request)
        if let refusal = reply.refusal { throw refusal }
        let body = Body(pieces: reply.pieces[...], failure: reply.failure)
        return HTTPAnswer(status: reply.status, headers: reply.headers, body: body)
    }

    private struct Body: HTTPBodyReader {
        var pieces: ArraySlice<ByteBuffer>
        var failure: TransportFailure?

        mutating func next() async throws(TransportFailure) -> ByteBuffer? {
            if let piece = pieces.popFirst() { return piece }
            if let failure { throw failure }
            return nil
        }
    }
}

extension HTTPRequest {
    var bodyText: String { body.map { String(buffer: $0) } ?? "" }

    /// The fields of a form, decoded.
    var form: [String: String] {
        let fields = bodyText.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        return Dictionary(fields.map { (String($0[0]), $0.count > 1 ? String($0[1]) : "") }) { $1 }
    }
}

/// Runs `body` and gives the fault that it ends with.
func fault<Value>(of body: () async throws -> Value) async -> Fault? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? Fault
    }
}
