import NIOCore
import NIOHTTP1
import Spool
import Testing

struct JoeDownloadTests {
    static func download(
        _ reply: ScriptedTransport.Reply, type: String = "jsonfixed", limits: JoeClient.Limits = .init()
    ) async throws -> String {
        var text = ""
        try await TinyJoe.client(reply, limits: limits).download("752112", type: type, run: 1) {
            text += String(buffer: $0)
        }
        return text
    }

    static func pieces(_ text: String, by size: Int, headers: HTTPHeaders = [:]) -> ScriptedTransport.Reply {
        let bytes = Array(text.utf8)
        let starts = stride(from: 0, to: bytes.count, by: size)
        let pieces = starts.map { ByteBuffer(bytes: bytes[$0..<min($0 + size, bytes.count)]) }
        return .init(headers: headers, pieces: pieces)
    }

    static let long = "{\"analysis\":{\"x\":\"" + String(repeating: "0123456789", count: 1_000) + "\"}}"

    @Test(arguments: [1, 7, 1_023, 1_024, 1_025, 100_000])
    func `a report arrives as it was sent, however it is cut into pieces`(size: Int) async throws {
        let length: HTTPHeaders = ["Content-Length": "\(Self.long.utf8.count)", "Content-Type": "application/json"]
        #expect(try await Self.download(Self.pieces(Self.long, by: size, headers: length)) == Self.long)
        #expect(try await Self.download(Self.pieces(" \n{\"analysis\":1}", by: size)) == " \n{\"analysis\":1}")
    }

    @Test func `the request asks for the run and the type`() async throws {
        let transport = ScriptedTransport(.json("{\"analysis\":{}}"))
        let client = try TinyJoe.client(transport)
        try await client.download("752112", type: "jsonfixed", run: 1) { _ in }
        try await client.download("752112", type: "json", run: nil) { _ in }
        #expect(transport.requests.first?.bodyText == "apikey=\(TinyJoe.key)&webid=752112&type=jsonfixed&run=1")
        #expect(transport.requests.last?.bodyText == "apikey=\(TinyJoe.key)&webid=752112&type=json")
    }

    @Test func `a report shorter than its length is a fault, and its last piece is not even needed`() async throws {
        let reply = Self.pieces(Self.long, by: 100, headers: ["Content-Length": "\(Self.long.utf8.count + 1)"])
        let fault = await fault { try await Self.download(reply) }
        #expect(fault?.code == .truncated)
        #expect(fault?.scope == .entryDeferred)
    }

    @Test func `a connection that breaks in the middle is a fault`() async throws {
        var reply = Self.pieces(Self.long, by: 100)
        reply.failure = TransportFailure(.cutShort, requestSent: true)
        #expect(await fault { try await Self.download(reply) }?.code == .truncated)
        reply.failure = TransportFailure(.timedOut, requestSent: true)
        #expect(await fault { try await Self.download(reply) }?.code == .timedOut)
        reply.failure = TransportFailure(.inflation, requestSent: true)
        #expect(await fault { try await Self.download(reply) }?.code == .tooLarge)
    }

    @Test func `a report over the limit fails, and nothing beyond the limit is handed on`() async throws {
        var received = 0
        let limits = JoeClient.Limits(reportBytes: 5_000)
        let client = try TinyJoe.client(Self.pieces(Self.long, by: 1_000), limits: limits)
        let fault = await fault {
            try await client.download("7", type: "json", run: nil) { received += $0.readableBytes }
        }
        #expect(fault?.code == .tooLarge)
        #expect(fault?.scope == .entryFailed)
        #expect(received <= 5_000)
        #expect(try await Self.download(Self.pieces("{\"a\":1}", by: 9), limits: .init(reportBytes: 7)) == "{\"a\":1}")
    }

    @Test(arguments: [
        ("<!DOCTYPE html><html>", Fault.Code.htmlAnswer), ("PK\u{3}\u{4}\u{14}", .encrypted), ("", .notJSON),
        ("   ", .notJSON), ("Error", .notJSON), ("<?xml version=\"1.0\"?>", .notJSON),
    ])
    func `what does not begin like a report never reaches the receiver`(text: String, code: Fault.Code) async throws {
        for filler in ["", String(repeating: "x", count: 5_000)]
        where !(text.allSatisfy(\.isWhitespace) && !filler.isEmpty) {
            var received = 0
            let client = try TinyJoe.client(Self.pieces(text + filler, by: 3))
            let fault = await fault {
                try await client.download("7", type: "json", run: nil) { received += $0.readableBytes }
            }
            #expect(fault?.code == code)
            #expect(received == 0)
        }
    }

    @Test func `an encrypted analysis is recognised and said so`() async throws {
        let fault = await fault { try await Self.download(.text("PK\u{3}\u{4}...")) }
        #expect(fault?.scope == .entryFailed)
        #expect(fault?.message.contains("the analysis is encrypted") == true)
    }

    @Test func `an HTML page for one report defers that report`() async throws {
        let fault = await fault { try await Self.download(.page()) }
        #expect(fault?.code == .htmlAnswer)
        #expect(fault?.scope == .entryDeferred)
    }

    @Test func `an error with status 200 is still an error`() async throws {
        let error = "{\"errors\":[{\"code\":7,\"message\":\"no licence\"}]}"
        let padded = " { \"errors\" : [{\"code\":5,\"message\":\"\(String(repeating: "m", count: 5_000))\"}]}"
        let mixed = "{\"data\":null,\"errors\":[{\"code\":4,\"message\":\"m\"}]}"
        #expect(await fault { try await Self.download(Self.pieces(error, by: 2)) }?.code == .licence)
        #expect(await fault { try await Self.download(Self.pieces(padded, by: 900)) }?.code == .maintenance)
        #expect(await fault { try await Self.download(Self.pieces(mixed, by: 2)) }?.code == .unauthorized)
        let endless = "{\"errors\":[" + String(repeating: " ", count: 100_000)
        #expect(await fault { try await Self.download(Self.pieces(endless, by: 1_000)) }?.code == .malformed)
    }

    @Test func `the licence's fault names the type that was asked for`() async throws {
        let error = "{\"errors\":[{\"code\":7,\"message\":\"no\"}]}"
        let fault = await fault { try await Self.download(.json(error, status: 403)) }
        #expect(fault?.message.contains("download of analysis 752112 (jsonfixed)") == true)
        #expect(fault?.message.contains("joe.report_type") == true)
        #expect(fault?.scope == .stageStops)
    }

    @Test(arguments: [
        (
            ["lightjsonfixed", "lightjson"],
            "it may fetch lightjsonfixed, lightjson: set joe.report_type to one of them"
        ),
        ([], "it may fetch none of jsonfixed, json, lightjsonfixed, lightjson"),
    ])
    func `after a licence's refusal the other types are asked for, and those that come are named`(
        types: [String], words: String
    ) async throws {
        let transport = ScriptedTransport { request in
            types.contains(request.form["type"] ?? "")
                ? .json("{\"analysis\":{}}")
                : .json("{\"errors\":[{\"code\":7,\"message\":\"no\"}]}", status: 403)
        }
        let fault = await fault {
            try await TinyJoe.client(transport).download("7", type: "jsonfixed", run: 1) { _ in }
        }
        #expect(fault?.code == .licence && fault?.scope == .stageStops)
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
        // Each type once, of the same run.
        #expect(transport.requests.map { $0.form["type"] } == ["jsonfixed", "json", "lightjsonfixed", "lightjson"])
        #expect(transport.requests.allSatisfy { $0.form["run"] == "1" })
    }

    @Test func `a licence that cannot be asked about is still a licence's refusal`() async throws {
        let fault = await fault {
            try await TinyJoe.client(
                .json("{\"errors\":[{\"code\":7,\"message\":\"no\"}]}", status: 403), .json("{}", status: 503)
            ).download("7", type: "jsonfixed", run: nil) { _ in }
        }
        #expect(fault?.code == .licence)
        #expect(fault?.message.contains("cannot be told") == true)
    }

    @Test func `other types than JSON come as they are`() async throws {
        #expect(try await Self.download(.page(), type: "lighthtml") == "<html>Login</html>")
        #expect(try await Self.download(.text("PK\u{3}\u{4}"), type: "bins") == "PK\u{3}\u{4}")
    }

    @Test func `what the receiver throws comes back as it is and ends the transfer`() async throws {
        struct DiskFull: Error {}
        var pieces = 0
        let client = try TinyJoe.client(Self.pieces(Self.long, by: 2_000))
        await #expect(throws: DiskFull.self) {
            try await client.download("7", type: "json", run: nil) { _ in
                pieces += 1
                throw DiskFull()
            }
        }
        #expect(pieces == 1)
    }
}
