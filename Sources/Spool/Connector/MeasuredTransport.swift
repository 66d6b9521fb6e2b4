// A transport that says how long each request took and how it ended, and gives a sign of life with each piece that
// comes: a download of half an hour is no stall as long as something arrives.

import NIOCore
import Synchronization

struct MeasuredTransport: HTTPTransport {
    let inner: any HTTPTransport
    /// Which call it is, for labels.
    let name: @Sendable (HTTPRequest) -> String
    /// Told of each request that ended: call, how, after how long.
    let ended: @Sendable (String, String, Duration) -> Void
    let signOfLife: @Sendable () -> Void

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPAnswer {
        signOfLife()
        let measurement = Measurement(call: name(request), ended: ended)
        do {
            var answer = try await inner.send(request)
            signOfLife()
            measurement.status = "\(answer.status / 100)xx"
            answer.body = MeasuredBody(inner: answer.body, measurement: measurement, signOfLife: signOfLife)
            return answer
        } catch {
            measurement.finish(error.kind.rawValue)
            throw error
        }
    }
}

private struct MeasuredBody: HTTPBodyReader {
    var inner: any HTTPBodyReader
    let measurement: Measurement
    let signOfLife: @Sendable () -> Void

    mutating func next() async throws(TransportFailure) -> ByteBuffer? {
        do {
            let piece = try await inner.next()
            signOfLife()
            if piece == nil { measurement.finish() }
            return piece
        } catch {
            measurement.finish(error.kind.rawValue)
            throw error
        }
    }
}

/// One request's time, told once: at the end of its body, at its failure, or when nobody wants the rest.
private final class Measurement: Sendable {
    private let call: String
    private let ended: @Sendable (String, String, Duration) -> Void
    private let start = ContinuousClock.now
    private let state = Mutex((status: "none", isOver: false))

    init(call: String, ended: @escaping @Sendable (String, String, Duration) -> Void) {
        self.call = call
        self.ended = ended
    }

    deinit { finish() }

    var status: String {
        get { state.withLock(\.status) }
        set { state.withLock { $0.status = newValue } }
    }

    /// `failure` takes the place of the status.
    func finish(_ failure: String? = nil) {
        let status = state.withLock { state -> String? in
            guard !state.isOver else { return nil }
            state.isOver = true
            return failure ?? state.status
        }
        if let status { ended(call, status, ContinuousClock.now - start) }
    }
}
