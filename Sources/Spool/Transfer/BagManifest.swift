// `manifest-sha256.txt` and `tagmanifest-sha256.txt`: one line per file, `<digest>  <path>`, as `sha256sum` writes and checks
// them. In a path, and only there, LF, CR and % are written as %0A, %0D and %25 (RFC 8493, 2.1.3).

package struct BagManifest: Sendable, Equatable {
    /// Path → digest in lower case.
    package private(set) var digests: [String: String] = [:]

    package init() {}

    package subscript(path: String) -> String? {
        get { digests[path] }
        set { digests[path] = newValue }
    }

    package init(parsing bytes: [UInt8], of tag: TagFile) throws(TransferError) {
        for (index, line) in try TagText.lines(bytes, of: tag).enumerated() {
            guard let (digest, path) = Self.parse(line) else {
                throw .refused("\(tag.rawValue): line \(index + 1) is not '<SHA-256> <path>'")
            }
            guard digests.updateValue(digest, forKey: path) == nil else {
                throw .refused("\(tag.rawValue): lists \(path) twice")
            }
        }
    }

    /// Digits in any case, then blanks or tabs, then the path with all that follows.
    private static func parse(_ line: String) -> (String, String)? {
        let bytes = Array(line.utf8)
        guard bytes.count > 65 else { return nil }
        let digest = String(decoding: bytes[..<64], as: UTF8.self).lowercased()
        guard Envelope.isDigest(digest), bytes[64] == 0x20 || bytes[64] == 0x09 else { return nil }
        let path = bytes[64...].drop { $0 == 0x20 || $0 == 0x09 }
        return path.isEmpty ? nil : (digest, decoded(path))
    }

    private static func decoded(_ path: ArraySlice<UInt8>) -> String {
        guard path.contains(0x25) else { return String(decoding: path, as: UTF8.self) }
        var text: [UInt8] = []
        var rest = path
        while let byte = rest.first {
            let code = byte == 0x25 ? String(decoding: rest.dropFirst().prefix(2), as: UTF8.self).uppercased() : ""
            if let plain = ["0A": 0x0a, "0D": 0x0d, "25": 0x25][code] as UInt8? {
                text.append(plain)
                rest = rest.dropFirst(3)
            } else {
                text.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func encoded(_ path: String) -> String {
        guard path.utf8.contains(where: { $0 == 0x0a || $0 == 0x0d || $0 == 0x25 }) else { return path }
        return path.unicodeScalars.map { scalar in
            switch scalar {
            case "\n": "%0A"
            case "\r": "%0D"
            case "%": "%25"
            default: String(scalar)
            }
        }.joined()
    }

    /// By path, so that the same files give the same bytes.
    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        for (path, digest) in digests.sorted(by: { $0.key < $1.key }) {
            bytes += "\(digest)  \(Self.encoded(path))\n".utf8
        }
        return bytes
    }
}
