// Puts an outcome on the wire.

import HTTPTypes
import HummingbirdCore
import NIOCore

extension MockServer {
    @concurrent
    func send(
        _ outcome: Outcome, _ verdict: Verdict, _ request: MockRequest, _ connection: RawConnection,
        _ writer: consuming ResponseWriter
    ) async throws {
        switch outcome {
        case .answer(let response):
            return try await send(response, bytesPerSecond: verdict.bytesPerSecond, time: request.time, to: writer)
        case .mangled(let response, let framing):
            try? await send(response, framing, verdict.bytesPerSecond, request.time, connection)  // cut either way
            await connection.close()
        case .bytes(let buffer):
            try? await connection.send(buffer)  // cut either way
            await connection.close()
        case .close: await connection.close()
        case .reset: await connection.reset()
        case .hang(let duration, _):
            await connection.hang(for: duration)
            await connection.close()
        }
        // The connection is over; the server shall not look for another request on it.
        throw BodyCut()
    }

    /// An ordinary answer.
    @concurrent
    func send(
        _ response: MockResponse, bytesPerSecond: Int?, time: Int, to writer: consuming ResponseWriter
    ) async throws {
        var headers = response.headers
        headers[.date] = HTTPDate.text(milliseconds: time)
        if let length = response.body.length { headers[.contentLength] = String(length) }
        let head = HTTPResponse(
            status: .init(code: response.status, reasonPhrase: reasonPhrase(response.status)), headerFields: headers)
        if case .bytes(let buffer) = response.body, bytesPerSecond == nil {
            return try await writer.write(response: head, body: ResponseBody(byteBuffer: buffer))
        }
        let sink = HTTPSink(writer: try await writer.writeHead(head))
        let body = MockBodyWriter(sink, bytesPerSecond: bytesPerSecond)
        switch response.body {
        case .bytes(let buffer): try await body.write(buffer)
        case .stream(_, let produce): try await produce(body)
        }
        try await sink.writer.finish(nil)
    }

    /// An answer whose framing is a lie.
    @concurrent
    private func send(
        _ response: MockResponse, _ framing: Outcome.Framing, _ bytesPerSecond: Int?, _ time: Int,
        _ connection: RawConnection
    ) async throws {
        var headers = response.headers
        headers[.date] = HTTPDate.text(milliseconds: time)
        headers[.contentLength] = nil
        var limit: Int?
        switch framing {
        case .length(let declared, let sent):
            headers[.contentLength] = String(declared)
            limit = sent
        case .chunked(let sent):
            headers[.transferEncoding] = "chunked"
            limit = sent
        case .untilClose(let sent):
            headers[.connection] = "close"
            limit = sent
        }
        var head = "HTTP/1.1 \(response.status) \(reasonPhrase(response.status))\r\n"
        for field in headers { head += "\(field.name.rawName): \(field.value)\r\n" }
        try await connection.send(ByteBuffer(string: head + "\r\n"))
        let sink: any BodySink =
            if case .chunked = framing { ChunkSink(connection: connection) } else { RawSink(connection: connection) }
        let body = MockBodyWriter(sink, limit: limit, bytesPerSecond: bytesPerSecond)
        switch response.body {
        case .bytes(let buffer): try await body.write(buffer)
        case .stream(_, let produce): try await produce(body)
        }
    }
}

/// Chunks without the last one.
private struct ChunkSink: BodySink {
    let connection: RawConnection

    @concurrent
    mutating func send(_ buffer: ByteBuffer) async throws {
        var chunk = ByteBuffer(string: String(buffer.readableBytes, radix: 16) + "\r\n")
        chunk.writeImmutableBuffer(buffer)
        chunk.writeString("\r\n")
        try await connection.send(chunk)
    }
}
