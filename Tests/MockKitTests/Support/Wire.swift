// A client that hides nothing: it sends bytes over a socket and reports exactly the bytes that came back and how the
// connection ended. HTTP libraries repair or refuse what these tests are about.

import Glibc
import MockKit
import NIOPosix

struct Wire: Sendable {
    let port: UInt16

    enum End: Sendable, Equatable { case eof, reset, timeout }

    struct Answer: Sendable {
        let text: String
        let end: End
        let seconds: Double

        var status: Int? { text.hasPrefix("HTTP/1.1 ") ? Int(text.dropFirst(9).prefix(3)) : nil }
        var head: String { String(text.prefix(upTo: text.firstRange(of: "\r\n\r\n")?.lowerBound ?? text.endIndex)) }
        var body: String {
            guard let range = text.firstRange(of: "\r\n\r\n") else { return "" }
            return String(text[range.upperBound...])
        }
        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name.lowercased() { return parts[1].trimmingBlanks() }
            }
            return nil
        }
        var json: JSONValue? { try? JSONValue(parsing: Array(body.utf8)) }
    }

    init(_ url: String) { port = UInt16(url.split(separator: ":").last ?? "") ?? 0 }

    /// One request on a connection of its own, read to its end.
    func send(
        _ method: String, _ target: String, body: String = "", headers: [String] = [], timeout: Double = 5
    ) async throws -> Answer {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        for header in headers { head += header + "\r\n" }
        if !body.isEmpty { head += "Content-Length: \(body.utf8.count)\r\n" }
        return try await raw(head + "\r\n" + body, timeout: timeout)
    }

    func get(_ target: String, timeout: Double = 5) async throws -> Answer {
        try await send("GET", target, timeout: timeout)
    }

    func raw(_ bytes: String, timeout: Double = 5) async throws -> Answer {
        try await NIOThreadPool.singleton.runIfActive { try exchange(Array(bytes.utf8), timeout: timeout) }
    }

    private func exchange(_ bytes: [UInt8], timeout: Double) throws -> Answer {
        let start = ContinuousClock.now
        let descriptor = try connected(timeout: timeout)
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count <= 0 { break }
            rest = rest.dropFirst(count)
        }
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        var end = End.eof
        while true {
            let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count > 0 {
                received += chunk[..<count]
                continue
            }
            if count < 0 { end = errno == ECONNRESET || errno == EPIPE ? .reset : .timeout }
            break
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Answer(text: String(decoding: received, as: UTF8.self), end: end, seconds: seconds)
    }

    private func connected(timeout: Double) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: Int(timeout), tv_usec: Int(timeout.truncatingRemainder(dividingBy: 1) * 1_000_000))
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw MockError("cannot connect to \(port)")
        }
        return descriptor
    }
}
