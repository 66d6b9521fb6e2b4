// One connection, made as the client library makes it (proxy, TLS and all), looked at, and closed. No request is sent, so
// nothing secret leaves but the proxy's credentials, to the proxy.
//
// The calls themselves only say "not trusted". To say why, the certificate must be seen, and the TLS library shows none
// that it refuses. So after a refusal, and only then, a second connection is made that takes any certificate, reads it and
// is closed: nothing is ever sent on it.

import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

package struct ConnectionProbe: Sendable {
    /// A connection that came about.
    package struct Sight: Sendable, Equatable {
        /// nil without TLS.
        package var certificate: PeerCertificate?
        /// `TLS 1.3`; nil without TLS.
        package var version: String?

        package init(certificate: PeerCertificate? = nil, version: String? = nil) {
            self.certificate = certificate
            self.version = version
        }
    }

    /// What came of it.
    package enum Outcome: Sendable, Equatable {
        case connected(Sight)
        /// The certificate is there if it was refused and could be seen.
        case failed(TransportFailure, PeerCertificate?)
    }

    private let host: String
    private let port: Int
    private let isTLS: Bool
    private let options: TransportOptions
    private let limit: Duration

    /// `host` without brackets; `limit` is for everything.
    package init(host: String, port: Int, isTLS: Bool, options: TransportOptions, limit: Duration) {
        self.host = host
        self.port = port
        self.isTLS = isTLS
        self.options = options
        self.limit = limit
    }

    /// A certificate file that cannot be used is a `Fault` that says which, without TLS, too.
    package func look() async throws(Fault) -> Outcome {
        let settings = try TLSSettings.make(options)
        let tls = isTLS ? settings : nil
        do throws(TransportFailure) {
            return .connected(try await connect(tls))
        } catch {
            guard error.kind == .tls, var tls else { return .failed(error, nil) }
            tls.certificateVerification = .none
            // No certificate to see: the first failure says all there is.
            return .failed(error, try? await connect(tls).certificate)
        }
    }

    private func connect(_ tls: TLSConfiguration?) async throws(TransportFailure) -> Sight {
        let progress = Progress()
        do {
            return try await attempt(tls, progress)
        } catch let failure as TransportFailure {
            throw failure
        } catch {
            let hasProxy = options.proxy != nil && !progress.isThrough
            throw TransportFailure(connecting: error, sent: false, hasProxy: hasProxy)
                ?? TransportFailure(below: error, sent: false)
        }
    }

    private func attempt(_ tls: TLSConfiguration?, _ progress: Progress) async throws -> Sight {
        let (first, firstPort) = options.proxy.map { ($0.host, $0.port) } ?? (host, port)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(limit))
            .connect(host: first, port: firstPort).get()
        // Whatever is still awaited then ends with the connection.
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            channel.pipeline.fireErrorCaught(TransportFailure(.timedOut, requestSent: false, "no connection in time"))
            channel.close(promise: nil)
        }
        defer {
            timer.cancel()
            channel.close(promise: nil)
        }
        if let proxy = options.proxy { try await tunnel(channel, proxy) }
        progress.isThrough = true
        guard let tls else { return Sight() }
        return try await handshake(channel, tls)
    }

    private func tunnel(_ channel: any Channel, _ proxy: TransportOptions.Proxy) async throws {
        let through = channel.eventLoop.makePromise(of: Void.self)
        let target = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        var head = "CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n"
        if let user = proxy.username {
            let basic = BasicAuthentication.encode(user: user, password: proxy.password?.reveal() ?? "")
            head += "Proxy-Authorization: Basic \(basic)\r\n"
        }
        let request = ByteBuffer(string: head + "\r\n")
        let added = channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(ProxyAnswer(through))
        }
        do { try await added.get() } catch {
            through.fail(error)
            throw error
        }
        channel.writeAndFlush(request, promise: nil)
        try await through.futureResult.get()
    }

    private func handshake(_ channel: any Channel, _ tls: TLSConfiguration) async throws -> Sight {
        let done = channel.eventLoop.makePromise(of: Void.self)
        let (context, name) = (try NIOSSLContext(configuration: tls), host)
        let added = channel.eventLoop.submit {
            let operations = channel.pipeline.syncOperations
            // An address has no name to be told; it is compared with the certificate all the same.
            let serverName = (try? SocketAddress(ipAddress: name, port: 0)) == nil ? name : nil
            try operations.addHandler(NIOSSLClientHandler(context: context, serverHostname: serverName))
            try operations.addHandler(HandshakeWatch(done))
        }
        do { try await added.get() } catch {
            done.fail(error)
            throw error
        }
        try await done.futureResult.get()
        let certificate = try await channel.nioSSL_peerCertificate().get()
        let version = try await channel.nioSSL_tlsVersion().get()
        return Sight(certificate: try certificate.map(PeerCertificate.init), version: version.map(Self.words))
    }

    private static func words(_ version: TLSVersion) -> String {
        switch version {
        case .tlsv1: "TLS 1.0"
        case .tlsv11: "TLS 1.1"
        case .tlsv12: "TLS 1.2"
        case .tlsv13: "TLS 1.3"
        }
    }

    /// How far it came: what fails before the tunnel stands is the proxy's doing.
    private final class Progress {
        var isThrough = false
    }
}

/// Waits for the proxy's answer to CONNECT.
private final class ProxyAnswer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let through: EventLoopPromise<Void>
    private var received = ByteBuffer()
    private static let longest = 16_384

    init(_ through: EventLoopPromise<Void>) {
        self.through = through
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.writeImmutableBuffer(unwrapInboundIn(data))
        let text = String(buffer: received)
        guard text.contains("\r\n\r\n") || received.readableBytes > Self.longest else { return }
        let status = text.split(separator: " ", maxSplits: 2).dropFirst().first.map(String.init) ?? ""
        switch status {
        case "200":
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
            through.succeed()
        // Some (tinyproxy) say 401 to wrong credentials, and 407 only where there are none.
        case "401", "407": through.fail(TransportFailure(.proxyCredentials, requestSent: false))
        default:
            let words = Int(status) == nil ? "the proxy's answer is not HTTP" : "the proxy answers \(status)"
            through.fail(TransportFailure(.proxy, requestSent: false, words))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { through.fail(error) }

    func channelInactive(context: ChannelHandlerContext) {
        through.fail(TransportFailure(.proxy, requestSent: false, "the proxy closed the connection"))
    }
}

/// Waits for the end of the TLS handshake.
private final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let done: EventLoopPromise<Void>

    init(_ done: EventLoopPromise<Void>) {
        self.done = done
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { done.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { done.fail(error) }

    func channelInactive(context: ChannelHandlerContext) {
        done.fail(TransportFailure(.tls, requestSent: false, "it closed the connection during the TLS handshake"))
    }
}
