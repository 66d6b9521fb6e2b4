// Both mocks in a process of their own, and a configuration that leads to them.

import Glibc
import Spool
import SystemPackage
import Testing

enum Mocked {
    /// `more`: further lines of the configuration.
    static func with(
        _ arguments: [String] = [], more: String = "", _ body: (Bench, String) async throws -> Void
    ) async throws {
        try await Bench.with { bench in
            let mocks = try Talking(
                ["mock", "--joe-port", "0", "--trustar-port", "0", "--seed", "7", "--analyses", "12", "--json"]
                    + arguments, listeningTo: .out)
            do {
                let urls = try JSONValue(parsing: Array(try await mocks.heard { _ in true }.utf8))
                let config = try bench.write("c.yaml", configuration(urls) + "\n" + more)
                try await body(bench, config.string)
            } catch {
                _ = try await mocks.ended(by: SIGTERM)
                throw error
            }
            #expect(try await mocks.ended(by: SIGTERM) == 0)
        }
    }

    private static func configuration(_ urls: JSONValue) throws -> String {
        func text(_ mock: String, _ name: String) throws -> String { try #require(urls[mock]?[name]?.stringValue) }
        return """
            spool: {path: spool}
            joe: {base_url: "\(try text("joe", "url"))", api_key: "\(try text("joe", "apiKey"))"}
            trustar:
              api_url: "\(try text("trustar", "apiUrl"))"
              auth_url: "\(try text("trustar", "authUrl"))"
              api_key: "\(try text("trustar", "apiKey"))"
              api_secret: "\(try text("trustar", "apiSecret"))"
              enclave_id: "\(try text("trustar", "enclave"))"
              calls_per_minute: 1000000
            """
    }
}
