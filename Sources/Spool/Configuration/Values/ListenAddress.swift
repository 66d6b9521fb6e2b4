// An address to listen at: a numeric one with its port, so that nothing is looked up and nobody is surprised by where a name
// leads.

import Glibc

package struct ListenAddress: Sendable, Equatable {
    /// `127.0.0.1`, `::1`, …
    package let host: String
    /// 0: any that is free; the log says which.
    package let port: Int

    /// Whether only this machine can reach it.
    package var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }

    package var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ListenAddress {
    init(parsing text: String) throws(ValueFault) {
        guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") else {
            throw ValueFault("has no port; write it like 127.0.0.1:9469")
        }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = UInt16(digits) else {
            throw ValueFault("has a wrong port; it must be from 0 to 65535")
        }
        var host = text[..<colon]
        if host == "localhost" { host = "127.0.0.1" }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            var address = in6_addr()
            guard inet_pton(AF_INET6, String(host), &address) == 1 else {
                throw ValueFault("has a wrong IPv6 address")
            }
        } else {
            var address = in_addr()
            guard inet_pton(AF_INET, String(host), &address) == 1 else {
                throw ValueFault("is no numeric address with a port; write it like 127.0.0.1:9469 or [::1]:9469")
            }
        }
        self.init(host: host.lowercased(), port: Int(port))
    }
}

extension ValueKind where Value == ListenAddress {
    static var listenAddress: ValueKind {
        ValueKind(
            name: "address `host:port`",
            parse: { (text: String) throws(ValueFault) -> ListenAddress in try ListenAddress(parsing: text) },
            show: { .text($0.text) })
    }
}
