// For tests and demos: mocks that run exactly as long as a piece of work.

/// Runs the servers, hands their URLs (in the same order) to `body`, stops them.
public func withMocks<Result: Sendable>(
    _ servers: MockServer..., body: ([String]) async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for server in servers {
            group.addTask { try await server.run() }
        }
        defer { group.cancelAll() }
        var urls: [String] = []
        for server in servers { urls.append(try await server.url) }
        let result = try await body(urls)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}
