// https with a generated certificate, and a state that outlives the server.

import AsyncHTTPClient
import FoundationEssentials
import MockKit
import NIOCore
import NIOSSL
import Testing

@Suite struct TLSTests {
    private func get(_ url: String, authority: String?) async throws -> String {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        if let authority {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
            configuration.tlsConfiguration = tls
        }
        let client = HTTPClient(configuration: configuration)
        do {
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(60))
            let body = try await response.body.collect(upTo: 1 << 20)
            try await client.shutdown()
            return String(buffer: body)
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    @Test func `a client that has the authority's certificate is served, one that has not is not`() async throws {
        let tls = try MockTLS()
        try await withToyURL(tls) { url in
            let body = try await get(url + "/things/first", authority: tls.authority)
            #expect(body == "the first")
            let byName = try await get(
                url.replacing("127.0.0.1", with: "localhost") + "/things/first", authority: tls.authority)
            #expect(byName == "the first")
            await #expect(throws: (any Error).self) { try await get(url + "/things/first", authority: nil) }
        }
    }

    @Test func `faults below HTTP work through TLS`() async throws {
        let tls = try MockTLS()
        let rules: JSONValue = [
            ["fault": "reset-before", "first": 1], ["fault": "truncated", "after": 1, "first": 1],
        ]
        try await withToyURL(tls, faults: rules) { url in
            for _ in 0..<2 {
                await #expect(throws: (any Error).self) {
                    try await get(url + "/things/first", authority: tls.authority)
                }
            }
            let body = try await get(url + "/things/first", authority: tls.authority)
            #expect(body == "the first")
        }
    }

    private func withToyURL(
        _ tls: MockTLS, faults: JSONValue = [], _ body: @Sendable (String) async throws -> Void
    ) async throws {
        var options = MockServerOptions()
        options.tls = tls
        options.faults = try FaultPlan(faults)
        try await withMocks(MockServer(ToyMock(), options: options)) { try await body($0[0]) }
    }
}

@Suite struct StateTests {
    private func inTemporaryFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mockkit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // a leftover folder harms nobody
        try await body(folder.path)
    }

    @Test func `what a mock knew when it stopped, the next one with the same file knows`() async throws {
        try await inTemporaryFolder { folder in
            let file = folder + "/state/toy.json"
            try await withToy {
                $0.stateFile = file
            } body: { _, wire in
                _ = try await wire.send("POST", "/things/a")
            }
            try await withToy {
                $0.stateFile = file
            } body: { _, wire in
                let answer = try await wire.get("/things/a")
                #expect(answer.json?["count"]?.integer == 1)
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/state")
            #expect(names == ["toy.json"], "nothing but the state is left")
        }
    }

    @Test func `a state file that is none is an error that names it`() async throws {
        try await inTemporaryFolder { folder in
            let file = folder + "/toy.json"
            for text in ["[1]", "{"] {
                try Data(text.utf8).write(to: URL(filePath: file))
                var options = MockServerOptions()
                options.stateFile = file
                let error = #expect(throws: MockError.self) { try MockServer(ToyMock(), options: options) }
                #expect(error?.description.hasPrefix(file) == true)
            }
        }
    }
}
