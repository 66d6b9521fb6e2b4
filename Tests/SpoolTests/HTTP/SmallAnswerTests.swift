import NIOCore
import NIOHTTP1
import Spool
import Testing

struct SmallAnswerTests {
    @Test(arguments: [
        ("", AnswerStart.empty), (" \r\n\t", .empty), ("{\"data\":1}", .json), ("\u{feff}  [", .json),
        ("<!DOCTYPE html>", .html), ("\n <HTML lang=en>", .html), ("<?xml version", .other), ("pong", .other),
        ("PK\u{3}\u{4}rest", .zip), ("P", .other),
    ])
    func `a body is known by its beginning`(text: String, start: AnswerStart) {
        #expect(AnswerStart(Array(text.utf8)) == start)
    }

    static func call(about subject: OutcomeTable.Subject = .entry) throws -> Call {
        let keys = Call.Keys(
            service: "Joe Sandbox", url: "joe.base_url", secret: "joe.api_key", ca: "joe.ca", proxy: "joe.proxy")
        let endpoint = try Endpoint("https://host/api").appending("x")
        return Call("info of analysis 7", endpoint, about: subject, keys: keys, redactor: Redactor(["hunter2"]))
    }

    static func exchange(_ reply: ScriptedTransport.Reply, limit: Int = 100) async throws -> SmallAnswer {
        let call = try call()
        let request = HTTPRequest(.get, call.endpoint, timeout: .seconds(1))
        return try await ScriptedTransport(reply).exchange(request, limit: limit, for: call)
    }

    @Test func `an answer is put together from its pieces`() async throws {
        let reply = ScriptedTransport.Reply(pieces: [ByteBuffer(string: "{\"a\""), ByteBuffer(string: ":1}")])
        #expect(try await Self.exchange(reply).text == "{\"a\":1}")
    }

    @Test func `an answer over the limit is a fault, not memory`() async throws {
        let reply = ScriptedTransport.Reply(pieces: Array(repeating: ByteBuffer(string: "0123456789"), count: 11))
        #expect(await fault { try await Self.exchange(reply) }?.code == .tooLarge)
    }

    @Test func `an answer shorter than its length is cut`() async throws {
        let reply = ScriptedTransport.Reply.json("{}", headers: ["Content-Length": "3"])
        #expect(await fault { try await Self.exchange(reply) }?.code == .truncated)
    }

    @Test func `the length of a compressed answer says nothing about what is read`() async throws {
        let reply = ScriptedTransport.Reply.json("{}", headers: ["Content-Length": "30", "Content-Encoding": "gzip"])
        #expect(try await Self.exchange(reply).text == "{}")
    }

    @Test func `a failed call stays that failed call when its explanation is cut off or endless`() async throws {
        var cut = ScriptedTransport.Reply.json("{\"err", status: 503)
        cut.failure = TransportFailure(.cutShort, requestSent: true)
        #expect(try await Self.exchange(cut).status == 503)
        let endless = ScriptedTransport.Reply(
            status: 500, pieces: Array(repeating: ByteBuffer(repeating: 32, count: 10_000), count: 20)
        )
        #expect(try await Self.exchange(endless, limit: .max).body.readableBytes <= 65_536)
    }

    @Test func `a cut in the middle of a good answer is a fault`() async throws {
        var cut = ScriptedTransport.Reply.json("{\"da")
        cut.failure = TransportFailure(.cutShort, requestSent: true)
        #expect(await fault { try await Self.exchange(cut) }?.code == .truncated)
    }

    @Test func `messages name the call, the place, the reason and the key to look at`() async throws {
        let call = try Self.call(about: .service)
        let page = SmallAnswer(status: 200, headers: ["Content-Type": "text/html"], body: ByteBuffer())
        #expect(
            call.fault(page, said: nil).message
                == "info of analysis 7 at https://host/api/x: got an HTML page from host instead of an answer; is joe.base_url right?"
        )
        let refused = SmallAnswer(status: 401, headers: [:], body: ByteBuffer())
        #expect(
            call.fault(refused, said: "Bad key hunter2").message
                == "info of analysis 7 at https://host/api/x: Joe Sandbox does not accept the credentials: \"Bad key <redacted>\"; check joe.api_key"
        )
        let moved = SmallAnswer(
            status: 302, headers: ["Location": "https://u:p@sso.host/login?token=hunter2"], body: ByteBuffer())
        #expect(
            call.fault(moved, said: nil).message.contains("redirected to https://sso.host/login, which is not followed")
        )
    }
}
