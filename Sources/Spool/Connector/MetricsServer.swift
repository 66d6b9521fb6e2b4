// `GET /metrics` for a Prometheus that scrapes: the same text as the file, put together when it is asked for.
//
// As small as it can be: HTTP/1.1, one answer per connection, a few connections at a time, ten seconds for each. What goes
// wrong here stops no stage; a port that is taken (another stage's process has it) is tried again.

import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle
import Synchronization

package struct MetricsServer: Service {
    private let address: ListenAddress
    private let retry: Duration
    private let logger: Logger
    private let text: @Sendable () throws -> String

    /// `retry`: how long to wait before an address that cannot be had is tried again.
    package init?(_ telemetry: Telemetry, retry: Duration = .seconds(30)) {
        guard let address = telemetry.settings.metrics.listen else { return nil }
        let export = telemetry.export
        self.init(address, retry: retry, logger: telemetry.logger) { try export.text() }
    }

    init(
        _ address: ListenAddress, retry: Duration, logger: Logger, text: @escaping @Sendable () throws -> String
    ) {
        self.address = address
        self.retry = retry
        self.logger = logger
        self.text = text
    }

    package func run() async throws {
        var isTold = false
        // Ends with the service; every turn but the first comes after an address that could not be had.
        for await _ in Periodically(retry) {
            do {
                let server = try await bind()
                let bound = server.localAddress.map { "\($0.ipAddress ?? address.host):\($0.port ?? address.port)" }
                logger.say(.metricsServed, [.address: bound ?? address.text])
                await withTaskCancellationOrGracefulShutdownHandler {
                    // Ends when the channel does; why it did is of no use to anybody.
                    try? await server.closeFuture.get()
                } onCancelOrGracefulShutdown: {
                    server.close(promise: nil)
                }
                return
            } catch {
                if !isTold { logger.say(.metricsNotServed, [.address: address.text, .reason: "\(error)"]) }
                isTold = true
            }
        }
    }

    private func bind() async throws -> any Channel {
        let (text, open) = (text, OpenConnections())
        return try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard open.enter() else { throw ChannelError.inputClosed }
                    channel.closeFuture.whenComplete { _ in open.leave() }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(ScrapeHandler(text))
                }
            }
            .bind(host: address.host, port: address.port).get()
    }
}

/// How many there are at a time.
private final class OpenConnections: Sendable {
    private static let limit = 16
    private let count = Mutex(0)

    func enter() -> Bool {
        count.withLock { count in
            guard count < Self.limit else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}

/// One request, one answer, then the end.
private final class ScrapeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let longest = TimeAmount.seconds(10)

    private let text: @Sendable () throws -> String
    private var head: HTTPRequestHead?
    private var limit: Scheduled<Void>?

    init(_ text: @escaping @Sendable () throws -> String) { self.text = text }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        limit = context.eventLoop.scheduleTask(in: Self.longest) { channel.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        limit?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            answer(head, context)
        }
    }

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let path = head.uri.prefix { $0 != "?" }
        guard path == "/metrics" else { return Self.send(.notFound, "see /metrics\n", head, context.channel) }
        guard head.method == .GET || head.method == .HEAD else {
            return Self.send(.methodNotAllowed, "GET only\n", head, context.channel)
        }
        let (text, channel) = (text, context.channel)
        NIOThreadPool.singleton.runIfActive(eventLoop: context.eventLoop) { try text() }.whenComplete { result in
            switch result {
            case .success(let text): Self.send(.ok, text, head, channel)
            case .failure(let error): Self.send(.internalServerError, "\(error)\n", head, channel)
            }
        }
    }

    private static func send(
        _ status: HTTPResponseStatus, _ text: String, _ request: HTTPRequestHead, _ channel: any Channel
    ) {
        let headers: HTTPHeaders = [
            "Content-Type": status == .ok ? PrometheusText.contentType : "text/plain; charset=utf-8",
            "Content-Length": "\(text.utf8.count)", "Connection": "close",
        ]
        channel.write(
            HTTPServerResponsePart.head(.init(version: .http1_1, status: status, headers: headers)), promise: nil)
        if request.method != .HEAD {
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text))), promise: nil)
        }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in channel.close(promise: nil) }
    }
}
