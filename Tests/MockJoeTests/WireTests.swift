// Over a real socket: what only the wire can show.

import AsyncHTTPClient
import HTTPTypes
import MockKit
import NIOCore
import NIOHTTP1
import Testing

@testable import MockJoe

struct WireTests {
    private func withServer(
        _ change: (inout JoeOptions) -> Void = { _ in }, _ body: (String, JoeServer) async throws -> Void
    ) async throws {
        var options = JoeOptions()
        options.seed = 7
        change(&options)
        let settings = MockServerOptions()
        let joe = try JoeServer(options, clock: settings.clock)
        try await withMocks(try MockServer(joe, options: settings)) { urls in try await body(urls[0], joe) }
    }

    private func post(_ url: String, _ form: String, method: String = "POST") async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method)
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: form))
        return try await HTTPClient.shared.execute(request, timeout: .seconds(20))
    }

    private var key: String { "apikey=" + String(repeating: "mock", count: 16) }

    @Test func `a report arrives whole, with its length, however large it is`() async throws {
        try await withServer({ $0.reportSize = 5_000_000 }) { url, joe in
            let response = try await post("\(url)/api/v2/analysis/download", "\(key)&webid=752112&type=jsonfixed")
            #expect(response.status == .ok && response.headers.first(name: "content-length") == "5000000")
            #expect(response.headers.first(name: "content-disposition")?.hasSuffix(".json\";") ?? false)
            var received: [UInt8] = []
            for try await chunk in response.body { received += chunk.readableBytesView }
            #expect(received == joe.generator.report(at: 0, form: .jsonfixed).bytes)
        }
    }

    @Test func `an encrypted report arrives as the zip that was promised`() async throws {
        try await withServer { url, joe in
            let response = try await post(
                "\(url)/api/v2/analysis/download", "\(key)&webid=\(joe.library.webid(at: 3))&type=json")
            let body = try await response.body.collect(upTo: 10_000_000)
            #expect(response.headers.first(name: "content-length") == String(body.readableBytes))
            #expect(Array(body.readableBytesView.prefix(4)) == [0x50, 0x4B, 3, 4])
        }
    }

    @Test func `calls that do not exist and methods other than POST are code 8`() async throws {
        try await withServer { url, _ in
            for (path, method, status) in [
                ("api/v2/analysis/nothing", "POST", 404), ("", "POST", 404), ("api/v2/analysis/list", "GET", 405),
                ("api/v2/analysis/list", "HEAD", 405),
                ("api/v2/analysis/list", "DELETE", 405),
            ] {
                let response = try await post("\(url)/\(path)", key, method: method)
                #expect(Int(response.status.code) == status)
                guard method != "HEAD" else {
                    #expect(response.headers.first(name: "content-length") == "0")
                    continue
                }
                let body = try JSONValue(parsing: try await response.body.collect(upTo: 10_000).readableBytesView)
                #expect(body["errors"]?.array?.first?["code"] == 8)
            }
        }
    }

    @Test func `files of a folder are streamed from disk`() async throws {
        let report = ReportGenerator(seed: 1, count: 1, reportSize: 600_000).report(at: 0, form: .jsonfixed).bytes
        let folder = try Folder(["joe-77.json": report])
        defer { folder.remove() }
        try await withServer({ $0.reportsDirectory = folder.path }) { url, _ in
            let response = try await post("\(url)/api/v2/analysis/download", "\(key)&webid=77&type=jsonfixed")
            #expect(Array(try await response.body.collect(upTo: 1_000_000).readableBytesView) == report)
        }
    }
}
