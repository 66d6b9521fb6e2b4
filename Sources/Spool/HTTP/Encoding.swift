// How values are written into requests.
//
// Percent-encoding is strict: everything outside RFC 3986's unreserved characters is written as %XX, so that an id with
// a slash, a plus or a question mark in it stays one segment of a path.

import FoundationEssentials

package enum PathEncoding {
    /// One segment of a path.
    package static func encode(_ text: String) -> String {
        percentEncode(text, blank: nil)
    }
}

package enum FormEncoding {
    /// `application/x-www-form-urlencoded`, as Python's `urlencode` writes it: a blank becomes `+`.
    package static func encode(_ text: String) -> String {
        percentEncode(text, blank: UInt8(ascii: "+"))
    }

    /// The fields in their order; repeated names are repeated.
    package static func encode(_ fields: [(String, String)]) -> String {
        fields.map { "\(encode($0.0))=\(encode($0.1))" }.joined(separator: "&")
    }
}

package enum BasicAuthentication {
    /// The credentials of `Authorization: Basic`, as secret as what they are made of.
    package static func encode(user: String, password: String) -> String {
        base64("\(user):\(password)")
    }

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

private func percentEncode(_ text: String, blank: UInt8?) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            bytes.append(byte)
        case UInt8(ascii: " ") where blank != nil:
            bytes.append(blank ?? byte)
        default:
            bytes.append(UInt8(ascii: "%"))
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
