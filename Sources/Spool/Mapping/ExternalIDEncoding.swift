// The external id of a report (Specification, External ID: "encoded value of webid"). Which encoding is not said; these
// are the three candidates (vendor notes, encoded value). All of them are safe in a URL's path for a webid, as clients
// put them there.

/// How a webid becomes TruSTAR's external tracking id.
package enum ExternalIDEncoding: String, Sendable, CaseIterable {
    /// Base64 of the webid.
    case base64
    /// Base64 of `enclave|webid`, TruSTAR's own published encoder: unique in a whole company.
    case enclaveBase64 = "enclave-base64"
    /// The webid as it is.
    case plain

    package func encode(webid: String, enclave: String) -> String {
        switch self {
        case .plain: webid
        case .base64: Self.base64(Array(webid.utf8))
        case .enclaveBase64: Self.base64(Array("\(enclave)|\(webid)".utf8))
        }
    }

    /// RFC 4648, with padding. Its `+` and `/` need bytes that neither a webid nor an enclave's id has.
    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for index in 0..<4 {
                let sextet = bits >> (18 - 6 * index) & 63
                text.append(index <= group.count ? alphabet[sextet] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
