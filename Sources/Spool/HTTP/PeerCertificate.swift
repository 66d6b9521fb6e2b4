// What a server's certificate says, for people who must find out why it is not trusted. Nothing is decided by it: trust
// is the TLS library's business. The only file here that imports X509.

import FoundationEssentials
import NIOSSL
import SwiftASN1
import X509

package struct PeerCertificate: Sendable, Equatable {
    /// Seconds since 1970.
    package var validFrom: Int64
    package var validUntil: Int64
    /// Who has signed it, e.g. `CN=Corporate proxy,O=Example`.
    package var issuer: String
    /// DNS names and addresses that it is for.
    package var names: [String]

    package init(validFrom: Int64, validUntil: Int64, issuer: String, names: [String]) {
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.issuer = issuer
        self.names = names
    }

    init(_ certificate: NIOSSLCertificate) throws {
        let parsed = try Certificate(derEncoded: certificate.toDERBytes())
        self.init(
            validFrom: Int64(parsed.notValidBefore.timeIntervalSince1970),
            validUntil: Int64(parsed.notValidAfter.timeIntervalSince1970),
            issuer: RemoteText.clean(parsed.issuer.description, limit: 120),
            names: Self.names(try parsed.extensions.subjectAlternativeNames))
    }

    private static func names(_ alternatives: SubjectAlternativeNames?) -> [String] {
        (alternatives ?? SubjectAlternativeNames()).compactMap { name in
            switch name {
            case .dnsName(let text): RemoteText.clean(text, limit: 100)
            case .ipAddress(let address): Self.address(Array(address.bytes))
            default: nil
            }
        }
    }

    private static func address(_ bytes: [UInt8]) -> String? {
        switch bytes.count {
        case 4: bytes.map(String.init).joined(separator: ".")
        case 16:
            stride(from: 0, to: 16, by: 2)
                .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
        default: nil
        }
    }

    /// Whether one of its names is this host; a `*` stands for one label.
    package func isFor(_ host: String) -> Bool {
        let host = host.lowercased()
        return names.contains { name in
            let name = name.lowercased()
            if name == host { return true }
            guard name.hasPrefix("*."), let dot = host.firstIndex(of: ".") else { return false }
            return host[dot...] == name.dropFirst()
        }
    }
}
