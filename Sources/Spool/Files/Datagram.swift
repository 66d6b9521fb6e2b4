// One datagram to a socket of this machine: how a service manager is told things (sd_notify(3)).

import Glibc
import SystemPackage

package enum Datagram {
    /// No signal if the receiver is gone, no waiting if its queue is full.
    private static let quietly = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)

    /// `name` is a path, or `@…` for a socket in the abstract name space. Never waits: a receiver whose queue is full is an error.
    package static func send(_ bytes: [UInt8], to name: String) throws(FileError) {
        let path = FilePath(name)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var text = Array(name.utf8)
        let isAbstract = text.first == UInt8(ascii: "@")
        if isAbstract { text[0] = 0 }
        // A path ends with a zero byte, an abstract name where its length says.
        let room = MemoryLayout.size(ofValue: address.sun_path) - (isAbstract ? 0 : 1)
        guard isAbstract || text.first == UInt8(ascii: "/"), text.count > 1, text.count <= room else {
            throw FileError(.sendto, path, .invalidArgument)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text) }
        let start = MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? MemoryLayout<sa_family_t>.size
        let length = socklen_t(start + text.count + (isAbstract ? 0 : 1))
        let descriptor = Int32(
            try Kernel.call(.sendto, path) {
                Int(socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
            })
        defer { close(descriptor) }
        try Kernel.call(.sendto, path) {
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(
                        descriptor, bytes, bytes.count, Self.quietly, $0, length
                    )
                }
            }
        }
    }
}
