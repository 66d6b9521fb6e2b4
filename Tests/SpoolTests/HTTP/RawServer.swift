// A TCP server on a free port that does exactly what a test says with the connection, which no HTTP server would do:
// cut, stall, reset, lie about lengths. With or without TLS.

import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

final class RawServer: Sendable {
    /// What happens once a whole request has come.
    enum Behaviour: Sendable {
        case send([UInt8])
        case sendAndClose([UInt8])
        /// And then a byte now and then, for ever.
        case trickle([UInt8])
        case never
        case reset
        /// As soon as somebody connects.
        case resetAtOnce
        case greet([UInt8])
    }

    private let channel: any Channel
    private let log: RequestLog

    var port: Int { channel.localAddress?.port ?? 0 }
    /// All bytes of all requests, one string per request.
    var requests: [String] { log.all }

    static func with<Value>(
        _ behaviour: Behaviour, tls: NIOSSLContext? = nil, _ body: (RawServer) async throws -> Value
    ) async throws -> Value {
        let server = try await RawServer(tls: tls) { _ in behaviour }
        return try await server.running(body)
    }

    /// The behaviour may depend on the request.
    static func with<Value>(
        deciding behaviour: @escaping @Sendable (String) -> Behaviour, tls: NIOSSLContext? = nil,
        _ body: (RawServer) async throws -> Value
    ) async throws -> Value {
        let server = try await RawServer(tls: tls, behaviour)
        return try await server.running(body)
    }

    private init(tls: NIOSSLContext?, _ behaviour: @escaping @Sendable (String) -> Behaviour) async throws {
        let log = RequestLog()
        self.log = log
        channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(Handler(log, behaviour))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private func running<Value>(_ body: (RawServer) async throws -> Value) async throws -> Value {
        do {
            let value = try await body(self)
            try await channel.close()
            return value
        } catch {
            // The test's own error is the one to show.
            try? await channel.close()
            throw error
        }
    }

    static func response(_ status: String, _ headers: [String], _ body: String = "") -> [UInt8] {
        Array((["HTTP/1.1 \(status)"] + headers + ["", body]).joined(separator: "\r\n").utf8)
    }

    private final class RequestLog: Sendable {
        private let requests = Mutex<[String]>([])

        var all: [String] { requests.withLock { $0 } }

        func append(_ request: String) { requests.withLock { $0.append(request) } }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let log: RequestLog
        private let behaviour: @Sendable (String) -> Behaviour
        private var received = ByteBuffer()

        init(_ log: RequestLog, _ behaviour: @escaping @Sendable (String) -> Behaviour) {
            self.log = log
            self.behaviour = behaviour
        }

        func channelActive(context: ChannelHandlerContext) {
            switch behaviour("") {
            case .resetAtOnce: reset(context)
            case .greet(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .send, .sendAndClose, .trickle, .never, .reset: break
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.writeImmutableBuffer(unwrapInboundIn(data))
            let text = String(buffer: received)
            guard let head = text.firstRange(of: "\r\n\r\n") else { return }
            let length = text.lowercased().firstRange(of: "content-length: ").flatMap { range in
                Int(text[range.upperBound...].prefix { $0.isNumber })
            }
            guard text[head.upperBound...].utf8.count >= length ?? 0 else { return }
            received.clear()
            log.append(text)
            act(behaviour(text), context)
        }

        private func act(_ behaviour: Behaviour, _ context: ChannelHandlerContext) {
            switch behaviour {
            case .send(let bytes):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .sendAndClose(let bytes):
                let written = context.eventLoop.makePromise(of: Void.self)
                let channel = context.channel
                written.futureResult.whenComplete { _ in channel.close(promise: nil) }
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: written)
            case .trickle(let bytes):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                let channel = context.channel
                let task = channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(10)) { _ in
                    channel.writeAndFlush(ByteBuffer(string: " "), promise: nil)
                }
                channel.closeFuture.whenComplete { _ in task.cancel() }
            case .never, .greet:
                break
            case .reset, .resetAtOnce:
                reset(context)
            }
        }

        /// Closing with zero linger sends a reset.
        private func reset(_ context: ChannelHandlerContext) {
            let channel = context.channel
            guard let socket = channel as? any SocketOptionProvider else { return context.close(promise: nil) }
            socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
        }
    }
}
