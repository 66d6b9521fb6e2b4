// A certificate authority that lives as long as a test.

import Crypto
import FoundationEssentials
import NIOSSL
import SwiftASN1
import X509

struct TestAuthority {
    private let key = P256.Signing.PrivateKey()
    private let certificate: Certificate
    private let name: DistinguishedName

    init() throws {
        name = try DistinguishedName { CommonName("Test authority") }
        let publicKey = Certificate.PublicKey(key.publicKey)
        certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: publicKey, notValidBefore: .now - 3_600,
            notValidAfter: .now + 3_600, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try .init {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            },
            issuerPrivateKey: .init(key)
        )
    }

    var pem: [UInt8] {
        get throws { Array(try certificate.serializeAsPEM().pemString.utf8) }
    }

    /// A certificate for a name or, as here mostly, the address 127.0.0.1; and its key.
    func issue(dnsName: String? = nil, expired: Bool = false) throws -> (chain: [UInt8], key: [UInt8]) {
        let leaf = P256.Signing.PrivateKey()
        let names: [GeneralName] =
            dnsName.map { [.dnsName($0)] } ?? [.ipAddress(.init(contentBytes: [127, 0, 0, 1])), .dnsName("localhost")]
        let issued = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(leaf.publicKey), notValidBefore: .now - 7_200,
            notValidAfter: expired ? .now - 3_600 : .now + 3_600, issuer: name,
            subject: try DistinguishedName { CommonName("leaf") }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try .init {
                SubjectAlternativeNames(names)
            },
            issuerPrivateKey: .init(key)
        )
        return (Array(try issued.serializeAsPEM().pemString.utf8), Array(leaf.pemRepresentation.utf8))
    }

    func server(dnsName: String? = nil, expired: Bool = false, clientsMustProve: Bool = false) throws -> NIOSSLContext {
        let issued = try issue(dnsName: dnsName, expired: expired)
        var settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(issued.chain).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: issued.key, format: .pem))
        )
        if clientsMustProve {
            settings.certificateVerification = .noHostnameVerification
            settings.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(try pem))
        }
        return try NIOSSLContext(configuration: settings)
    }

    /// A server that knows nothing later than TLS 1.1.
    func oldServer() throws -> NIOSSLContext {
        let issued = try issue()
        var settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(issued.chain).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: issued.key, format: .pem))
        )
        settings.minimumTLSVersion = .tlsv1
        settings.maximumTLSVersion = .tlsv11
        return try NIOSSLContext(configuration: settings)
    }
}
