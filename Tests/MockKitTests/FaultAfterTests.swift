// Faults behind the application: the request was processed, and the client cannot know.

import MockKit
import Testing

@Suite struct FaultAfterTests {
    /// What the toy answers to `POST /things/a`.
    private let whole = #"{"id":"a","note":"made"}"#

    private func post(_ fault: JSONValue, timeout: Double = 5) async throws -> Wire.Answer {
        try await withToy(faults: [fault]) { server, wire in
            let answer = try await wire.send("POST", "/things/a", timeout: timeout)
            let state = try server.mock.dump()
            #expect(state == ["a": 1], "the request was processed")
            #expect(server.journal.entries.first?.effect == "created")
            return answer
        }
    }

    @Test func `reset-after processes the request and resets the connection`() async throws {
        let answer = try await post(["fault": "reset-after"])
        #expect(answer.end == .reset)
        #expect(answer.text.isEmpty)
    }

    @Test func `close-after processes the request and closes without an answer`() async throws {
        let answer = try await post(["fault": "close-after"])
        #expect(answer.end == .eof)
        #expect(answer.text.isEmpty)
    }

    @Test func `hang-after processes the request and says nothing`() async throws {
        let answer = try await post(["fault": "hang-after"], timeout: 0.2)
        #expect(answer.end == .timeout)
        #expect(answer.text.isEmpty)
    }

    @Test func `answer-lost processes the request and answers with a gateway's error`() async throws {
        let answer = try await post(["fault": "answer-lost"])
        #expect(answer.status == 504)
        let other = try await post(["fault": "answer-lost", "status": 502])
        #expect(other.status == 502)
    }

    @Test func `truncated announces the whole length and sends a part`() async throws {
        let answer = try await post(["fault": "truncated"])
        #expect(answer.header("content-length") == "24")
        #expect(answer.body == whole.prefix(12))
        #expect(answer.end == .eof)
        let some = try await post(["fault": "truncated", "bytes": 5])
        #expect(some.body == whole.prefix(5))
        let most = try await post(["fault": "truncated", "bytes": 500])
        #expect(most.body == whole.prefix(23), "at least one byte is missing")
    }

    @Test func `truncated-chunked ends without the last chunk`() async throws {
        let answer = try await post(["fault": "truncated-chunked", "fraction": 0.25])
        #expect(answer.header("transfer-encoding") == "chunked")
        #expect(answer.header("content-length") == nil)
        #expect(answer.body == "6\r\n{\"id\":\r\n")
        #expect(answer.end == .eof)
    }

    @Test func `truncated-silently has neither length nor chunks, so that nothing shows the cut`() async throws {
        let answer = try await post(["fault": "truncated-silently"])
        #expect(answer.header("transfer-encoding") == nil)
        #expect(answer.header("content-length") == nil)
        #expect(answer.header("connection") == "close")
        #expect(answer.body == whole.prefix(12))
        #expect(answer.end == .eof)
    }

    @Test func `a streamed body is cut like any other`() async throws {
        let answer = try await withToy(faults: [["fault": "truncated", "bytes": 15]]) { _, wire in
            try await wire.get("/stream/1000?length=10000")
        }
        #expect(answer.header("content-length") == "10000")
        #expect(answer.body == "012345678901234")
    }

    @Test func `wrong-length announces more or less than it sends`() async throws {
        let more = try await post(["fault": "wrong-length"])
        #expect(more.header("content-length") == "34")
        #expect(more.body == whole)
        let less = try await post(["fault": "wrong-length", "by": -4])
        #expect(less.header("content-length") == "20")
        #expect(less.body == whole)
    }

    @Test func `empty-body and null-body keep the status and lose the rest`() async throws {
        let empty = try await post(["fault": "empty-body"])
        #expect(empty.status == 200)
        #expect(empty.body.isEmpty)
        let null = try await post(["fault": "null-body"])
        #expect(null.body == "null")
    }

    @Test func `invalid-json is well framed and does not parse`() async throws {
        let answer = try await post(["fault": "invalid-json"])
        #expect(answer.status == 200)
        #expect(answer.header("content-length") == String(answer.body.utf8.count))
        #expect(answer.json == nil)
    }

    @Test func `wrong-content-type changes the type and nothing else`() async throws {
        let answer = try await post(["fault": "wrong-content-type"])
        #expect(answer.header("content-type") == "application/octet-stream")
        #expect(answer.body == whole)
    }

    @Test func `not-ready is carried out by the application`() async throws {
        let (first, second) = try await withToy(faults: [["fault": "not-ready", "route": "GET /things/*", "first": 1]])
        {
            _, wire in
            _ = try await wire.send("POST", "/things/a")
            return (try await wire.get("/things/a"), try await wire.get("/things/a"))
        }
        #expect(first.status == 404)
        #expect(second.status == 200)
    }
}
