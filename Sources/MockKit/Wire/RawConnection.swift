// A connection below HTTP: bytes that the encoder would never write (a body without its end, a length that is
// wrong, no HTTP at all), an end by FIN or by RST. A small handler next to the socket (above TLS, where there is
// TLS) lends its place in the pipeline; each `send` returns when the bytes are with the kernel, so that what
// precedes a cut has really left.

import Glibc
import NIOCore
import NIOSSL

/// One client's connection.
struct RawConnection: Sendable {
    let channel: any Channel

    /// Sends bytes past the HTTP encoder.
    @concurrent
    func send(_ buffer: ByteBuffer) async throws {
        let channel = self.channel
        try await channel.eventLoop.flatSubmit {
            let promise = channel.eventLoop.makePromise(of: Void.self)
            do {
                let context = try Self.outlet(of: channel, belowTLS: false)
                context.writeAndFlush(NIOAny(buffer), promise: promise)
            } catch {
                promise.fail(error)
            }
            return promise.futureResult
        }.get()
    }

    /// Ends the connection by FIN; for a client that is an end of file. Over TLS the end is announced, and the client's
    /// announcement not awaited.
    @concurrent
    func close() async {
        await end(announced: true, reset: false)
    }

    /// Ends the connection by RST: the client's next read fails with "connection reset by peer".
    @concurrent
    func reset() async {
        await end(announced: false, reset: true)
    }

    private func end(announced: Bool, reset: Bool) async {
        let channel = self.channel
        let done = channel.eventLoop.flatSubmit {
            let promise = channel.eventLoop.makePromise(of: Void.self)
            do {
                let context = try Self.outlet(of: channel, belowTLS: true)
                if announced, Self.tls(of: channel) != nil { channel.close(promise: nil) }
                guard reset, let options = channel as? any SocketOptionProvider else {
                    context.close(promise: promise)
                    return promise.futureResult
                }
                let bound = NIOLoopBound(context, eventLoop: channel.eventLoop)
                options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
                    bound.value.close(promise: promise)
                }
            } catch {
                promise.fail(error)
            }
            return promise.futureResult
        }
        // A client that went first leaves nothing to end.
        try? await done.get()
    }

    /// Ends the connection at once, without waiting for anything.
    func drop() {
        let channel = self.channel
        channel.eventLoop.execute {
            // No outlet means that the pipeline is gone already.
            (try? Self.outlet(of: channel, belowTLS: true))?.close(promise: nil)
        }
    }

    /// Waits until the client or the server gives up, at most `duration`; sends nothing.
    @concurrent
    func hang(for duration: Duration) async {
        let channel = self.channel
        let gone = channel.eventLoop.makePromise(of: Void.self)
        let watch = channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(GoneWatch(promise: gone), position: .first)
        }
        watch.whenFailure { gone.fail($0) }
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(duration)) { gone.succeed() }
        await withTaskCancellationHandler {
            // However it ends, the wait is over.
            try? await gone.futureResult.get()
        } onCancel: {
            channel.eventLoop.execute { gone.succeed() }
        }
        timer.cancel()
    }

    /// Plain http has none.
    private static func tls(of channel: any Channel) -> NIOSSLServerHandler? {
        try? channel.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
    }

    private static func outlet(of channel: any Channel, belowTLS: Bool) throws -> ChannelHandlerContext {
        let pipeline = channel.pipeline.syncOperations
        let name = belowTLS ? "mock.bottom" : "mock.outlet"
        if let context = try? pipeline.context(name: name) { return context }  // absent until its first use
        let tls = belowTLS ? nil : tls(of: channel)
        try pipeline.addHandler(Outlet(), name: name, position: tls.map { .after($0) } ?? .first)
        return try pipeline.context(name: name)
    }
}

/// Only lends its place in the pipeline.
private final class Outlet: ChannelOutboundHandler {
    typealias OutboundIn = Any
}

/// Sees the client go.
private final class GoneWatch: ChannelInboundHandler {
    typealias InboundIn = Any
    private let promise: EventLoopPromise<Void>

    init(promise: EventLoopPromise<Void>) { self.promise = promise }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { promise.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.succeed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.succeed()
        context.fireErrorCaught(error)
    }
}
