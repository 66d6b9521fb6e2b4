// The whole way over TLS: with the authority's file, and what is said where trust is missing.

import MockJoe
import MockKit
import MockTruStar
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct TrustTests {
    /// Both servers over TLS (or not), a program with a configuration for them.
    static func withTLS(
        _ tls: MockTLS?, host: String = "127.0.0.1", keys: (FilePath) throws -> String,
        _ body: (Program, TruStarServer) async throws -> Void
    ) async throws {
        var (joeOptions, options) = (JoeOptions(), MockServerOptions())
        joeOptions.analyses = 3
        (options.tls, options.host) = (tls, host)
        let joe = try JoeServer(joeOptions, clock: options.clock)
        let trustar = TruStarServer()
        var second = options
        second.clock = VirtualClock()
        let servers = (try MockServer(joe, options: options), try MockServer(trustar, options: second))
        try await withTemporaryFolder { folder in
            try await withMocks(servers.0, servers.1) { urls in
                let more = try keys(folder)
                let text = Scene.configuration(urls, timeout: "30s")
                    .replacing("joe:\n", with: "joe:\n\(more)").replacing("trustar:\n", with: "trustar:\n\(more)")
                try WholeFile.replace(folder.appending("config.yaml"), with: Array(text.utf8))
                try await body(Program(in: folder), trustar)
            }
        }
    }

    static func file(_ name: String, _ text: String, in folder: FilePath) throws -> FilePath {
        let path = folder.appending(name)
        try WholeFile.replace(path, with: Array(text.utf8))
        try Kernel.setMode(path, 0o600)
        return path
    }

    static func authority(_ tls: MockTLS, in folder: FilePath) throws -> String {
        "  ca_file: \(try file("ca.pem", tls.authority, in: folder))\n"
    }

    @Test func `with the authority's file everything goes over TLS`() async throws {
        let tls = try MockTLS()
        try await Self.withTLS(tls, keys: { try Self.authority(tls, in: $0) }) { (program, trustar) async throws in
            let result = try await program("run", "--once")
            #expect(result.status == 0, "\(result.errors)")
            #expect(trustar.reports.count == 3)
        }
    }

    @Test func `a server that asks for a certificate gets ours, and without one the remedy is told`() async throws {
        let tls = try MockTLS(clientsMustProve: true)
        let client = try #require(tls.client)
        try await Self.withTLS(
            tls,
            keys: { folder in
                let certificate = try Self.file("client.pem", client.certificate, in: folder)
                let key = try Self.file("client.key", client.key, in: folder)
                return try Self.authority(tls, in: folder)
                    + "  client_certificate: \(certificate)\n  client_key: \(key)\n"
            }
        ) { (program, trustar) async throws in
            #expect(try await program("run", "--once").status == 0)
            #expect(trustar.reports.count == 3)
        }
        try await Self.withTLS(tls, keys: { try Self.authority(tls, in: $0) }) { (program, trustar) async throws in
            let result = try await program("fetch", "--once")
            #expect(result.status == 69)
            #expect(result.errors.contains("client certificate"), "\(result.errors)")
            #expect(trustar.reports.isEmpty)
        }
    }

    private func refusal(
        _ tls: MockTLS, trusting other: MockTLS?, host: String = "127.0.0.1"
    ) async throws -> (fetch: Program.Result, submit: Program.Result) {
        var results: (Program.Result, Program.Result)?
        try await Self.withTLS(
            tls, host: host, keys: { folder in try other.map { try Self.authority($0, in: folder) } ?? "" }
        ) { (program, _) async throws in
            let fetched = try await program("fetch", "--once")
            // Something to submit.
            let sample = try Self.file(
                "752112.json", #"{"analysis": {"generalinfo": {"id": 1, "target": {"sample": "x"}}}}"#,
                in: program.folder)
            #expect(try await program("add", sample.string).status == 0)
            #expect(try await program("map", "--once").status == 0)
            results = (fetched, try await program("submit", "--once"))
        }
        return try #require(results)
    }

    @Test(arguments: [false, true])
    func `an authority that is not trusted is refused, and the key for its file is named`(other: Bool) async throws {
        let (fetch, submit) = try await refusal(MockTLS(), trusting: other ? MockTLS() : nil)
        #expect(fetch.status == 69 && submit.status == 69)
        #expect(fetch.errors.contains("not signed by an authority that is trusted here"), "\(fetch.errors)")
        #expect(fetch.errors.contains("joe.ca_file") && submit.errors.contains("trustar.ca_file"))
    }

    @Test func `a certificate for another name is refused`() async throws {
        let tls = try MockTLS(flaw: .otherName)
        let (fetch, submit) = try await refusal(tls, trusting: tls)
        #expect(fetch.status == 69 && submit.status == 69)
        #expect(fetch.errors.contains("its certificate is for another host name"), "\(fetch.errors)")
        #expect(submit.errors.contains("its certificate is for another host name"), "\(submit.errors)")
    }

    @Test func `so is an address that the certificate does not name`() async throws {
        let tls = try MockTLS()
        let (fetch, _) = try await refusal(tls, trusting: tls, host: "127.0.0.2")
        #expect(fetch.status == 69 && fetch.errors.contains("another host name"), "\(fetch.errors)")
    }

    @Test func `an expired certificate is refused`() async throws {
        let tls = try MockTLS(flaw: .expired)
        let (fetch, submit) = try await refusal(tls, trusting: tls)
        #expect(fetch.status == 69 && fetch.errors.contains("has expired"), "\(fetch.errors)")
        #expect(submit.status == 69 && submit.errors.contains("has expired"), "\(submit.errors)")
    }

    @Test func `a server without TLS 1·2 is refused, with the reason`() async throws {
        let tls = try MockTLS(flaw: .old)
        let (fetch, submit) = try await refusal(tls, trusting: tls)
        #expect(
            fetch.status == 69 && fetch.errors.contains("it offers only TLS versions before 1.2"), "\(fetch.errors)")
        #expect(submit.status == 69 && submit.errors.contains("only TLS versions before 1.2"), "\(submit.errors)")
    }
}
