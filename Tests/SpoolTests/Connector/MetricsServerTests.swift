import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization
import Testing

@testable import Spool

@Suite struct MetricsServerTests {
    /// A log whose lines a test can wait for.
    private struct Lines: LogHandler {
        let lines: AsyncStream<(String, Logger.Metadata)>.Continuation
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace
        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
        func log(event: LogEvent) { lines.yield(("\(event.message)", event.metadata ?? [:])) }
    }

    private struct Broken: Error {}

    /// Serves while `body` runs, which is handed the address as the log says it.
    private func serving(
        _ text: @escaping @Sendable () throws -> String, _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        let (lines, line) = AsyncStream.makeStream(of: (String, Logger.Metadata).self)
        let logger = Logger(label: "test") { _ in Lines(lines: line) }
        let server = MetricsServer(
            ListenAddress(host: "127.0.0.1", port: 0), retry: .seconds(1), logger: logger, text: text)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(services: [server], logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await (message, metadata) in lines {
                #expect(message == LogMessage.metricsServed.rawValue)
                try await body("\(metadata[LogKey.address.rawValue] ?? "")")
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func ask(
        _ address: String, _ path: String, query: String? = nil, _ method: HTTPRequest.Method = .get
    ) async throws
        -> (status: Int, type: String, text: String)
    {
        let transport = try AsyncHTTPClientTransport()
        do {
            let request = HTTPRequest(
                method, try Endpoint("http://\(address)").appending(path, query: query), timeout: .seconds(30))
            var answer = try await transport.send(request)
            var body = ByteBuffer()
            while var piece = try await answer.body.next() { body.writeBuffer(&piece) }
            await transport.shutdown()
            return (answer.status, answer.headers.first(name: "Content-Type") ?? "", String(buffer: body))
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    @Test func `a scrape gets the text of this moment, and nothing else is there`() async throws {
        let count = Atomic<Int>(0)
        let text: @Sendable () -> String = { "a \(count.add(1, ordering: .relaxed).newValue)\n" }
        try await serving(text) { address in
            let first = try await ask(address, "metrics")
            #expect(first == (200, PrometheusText.contentType, "a 1\n"))
            #expect(try await ask(address, "metrics", query: "x=1").text == "a 2\n")
            #expect(try await ask(address, "other").status == 404)
            #expect(try await ask(address, "metrics", .delete).status == 405)
        }
        #expect(count.load(ordering: .relaxed) == 2)
    }

    @Test func `numbers that cannot be had are the server's error`() async throws {
        try await serving({ throw Broken() }) { address in
            let answer = try await ask(address, "metrics")
            #expect(answer.status == 500)
        }
    }

    @Test func `a port that is taken is said once, and had when it is free`() async throws {
        try await serving({ "a 1\n" }) { address in
            let port = try #require(address.split(separator: ":").last.flatMap { Int($0) })
            let (lines, line) = AsyncStream.makeStream(of: (String, Logger.Metadata).self)
            let logger = Logger(label: "test") { _ in Lines(lines: line) }
            let second = MetricsServer(
                ListenAddress(host: "127.0.0.1", port: port), retry: .milliseconds(10), logger: logger, text: { "" })
            let task = Task { try await second.run() }
            var heard = lines.makeAsyncIterator()
            #expect(await heard.next()?.0 == LogMessage.metricsNotServed.rawValue)
            task.cancel()
            try await task.value
            line.finish()
            #expect(await heard.next() == nil)
        }
    }
}
