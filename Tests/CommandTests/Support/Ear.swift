// A datagram socket in systemd's place: what a service tells it.

import Glibc
import Spool

/// A datagram socket that is listened to.
final class Ear: Sendable {
    struct Deaf: Error {}
    let name: String
    private let descriptor: Int32

    init(_ name: String) throws {
        self.name = name
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if name.hasPrefix("@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (name.hasPrefix("@") ? 0 : 1))
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard descriptor >= 0, code == 0 else { throw Deaf() }
        // Longer than any machine needs; a process that died says nothing for ever.
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Everything that has come so far.
    var heard: [String] {
        var messages: [String] = []
        var window = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &window, window.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return messages }
            messages.append(String(decoding: window.prefix(count), as: UTF8.self))
        }
    }

    /// The next one, waiting for it.
    func next() async throws -> String {
        let descriptor = descriptor
        return try await BlockingPool.shared.run {
            var window = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &window, window.count, 0)
            guard count > 0 else { throw Deaf() }
            return String(decoding: window.prefix(count), as: UTF8.self)
        }
    }
}
