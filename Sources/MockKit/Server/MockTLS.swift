// A certificate for `--tls`, made when it is needed: an authority of its own and a leaf for this machine's names.
// The authority's key is thrown away with this value; clients are given its certificate as their CA file.

import Crypto
import NIOSSL
import SwiftASN1
import X509
import struct FoundationEssentials.Date

/// A generated authority and the certificate that it has issued.
public struct MockTLS: Sendable {
    /// The authority's certificate, PEM: what a client's CA file holds.
    public let authority: String
    private let certificate: String
    private let key: String

    /// Makes keys and certificates (P-256) for `localhost`, 127.0.0.1, ::1 and `names`, good for a year.
    public init(names: [String] = []) throws {
        do {
            let authorityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
            let leafKey = P256.Signing.PrivateKey()
            let now = Date()
            let validity = now.addingTimeInterval(-86_400)...now.addingTimeInterval(366 * 86_400)
            let issuer = try DistinguishedName {
                OrganizationName("spoolctl")
                CommonName("spoolctl mock authority")
            }
            let root = try Self.authority(issuer, key: authorityKey, validity: validity)
            let leaf = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(),
                publicKey: Certificate.PublicKey(leafKey.publicKey), notValidBefore: validity.lowerBound,
                notValidAfter: validity.upperBound, issuer: issuer,
                subject: DistinguishedName { CommonName("localhost") }, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames(Self.names(names))
                },
                issuerPrivateKey: authorityKey)
            authority = try root.serializeAsPEM().pemString + "\n"
            certificate = try leaf.serializeAsPEM().pemString
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
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }
}
