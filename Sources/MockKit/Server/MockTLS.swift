// A certificate for `--tls`, made when it is needed: an authority of its own and a leaf for this machine's names.
// The authority's key is thrown away with this value; clients are given its certificate as their CA file.

import Crypto
import NIOSSL
import SwiftASN1
import X509
import struct FoundationEssentials.Date

/// A generated authority and the certificate that it has issued.
public struct MockTLS: Sendable {
    /// What can be wrong with it, for tests of clients.
    public enum Flaw: String, Sendable, CaseIterable {
        /// The certificate expired yesterday.
        case expired
        /// The certificate is for another host.
        case otherName = "other-name"
        /// The server knows no TLS later than 1.1.
        case old
    }

    /// The authority's certificate, PEM: what a client's CA file holds.
    public let authority: String
    private let certificate: String
    private let key: String
    private let flaw: Flaw?
    /// What a client must show, if it must: certificate and key, PEM.
    public let client: (certificate: String, key: String)?

    /// Makes keys and certificates (P-256) for `localhost`, 127.0.0.1, ::1 and `names`, good for a year. With
    /// `clientsMustProve` nobody gets in without the certificate that ``client`` then is.
    public init(names: [String] = [], flaw: Flaw? = nil, clientsMustProve: Bool = false) throws {
        self.flaw = flaw
        do {
            let authorityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
            let leafKey = P256.Signing.PrivateKey()
            let now = Date()
            let day = 86_400.0
            let validity = now.addingTimeInterval(-3 * day)...now.addingTimeInterval(366 * day)
            let end = flaw == .expired ? now.addingTimeInterval(-day) : validity.upperBound
            let issuer = try DistinguishedName {
                OrganizationName("spoolctl")
                CommonName("spoolctl mock authority")
            }
            let root = try Self.authority(issuer, key: authorityKey, validity: validity)
            func leaf(
                _ key: P256.Signing.PrivateKey, _ name: String, _ names: [GeneralName], _ usage: ExtendedKeyUsage.Usage
            ) throws -> Certificate {
                try Certificate(
                    version: .v3, serialNumber: Certificate.SerialNumber(),
                    publicKey: Certificate.PublicKey(key.publicKey), notValidBefore: validity.lowerBound,
                    notValidAfter: end, issuer: issuer, subject: DistinguishedName { CommonName(name) },
                    signatureAlgorithm: .ecdsaWithSHA256,
                    extensions: Certificate.Extensions {
                        Critical(BasicConstraints.notCertificateAuthority)
                        Critical(KeyUsage(digitalSignature: true))
                        try ExtendedKeyUsage([usage])
                        SubjectAlternativeNames(names)
                    },
                    issuerPrivateKey: authorityKey)
            }
            let names = flaw == .otherName ? [.dnsName("elsewhere.test")] : Self.names(names)
            let server = try leaf(leafKey, "localhost", names, .serverAuth)
            let clientKey = P256.Signing.PrivateKey()
            client =
                clientsMustProve
                ? (
                    try leaf(clientKey, "client", [.dnsName("client.test")], .clientAuth).serializeAsPEM().pemString,
                    clientKey.pemRepresentation
                ) : nil
            authority = try root.serializeAsPEM().pemString + "\n"
            certificate = try server.serializeAsPEM().pemString
            key = leafKey.pemRepresentation
        } catch {
            throw MockError("cannot make a certificate: \(error)")
        }
    }

    private static func authority(
        _ name: DistinguishedName, key: Certificate.PrivateKey, validity: ClosedRange<Date>
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: validity.lowerBound, notValidAfter: validity.upperBound, issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            },
            issuerPrivateKey: key)
    }

    private static func names(_ further: [String]) -> [GeneralName] {
        [
            .dnsName("localhost"),
            .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
            .ipAddress(ASN1OctetString(contentBytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
        ] + further.map(GeneralName.dnsName)
    }

    func serverConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
        configuration.minimumTLSVersion = flaw == .old ? .tlsv1 : .tlsv12
        if flaw == .old { configuration.maximumTLSVersion = .tlsv11 }
        if client != nil {
            configuration.certificateVerification = .noHostnameVerification
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
        }
        return configuration
    }
}
