// Lines of a tag file as RFC 8493 has them: UTF-8 without a byte order mark, ended by LF, CR or CRLF.

enum TagText {
    /// The lines without their ends; the last one may lack its own.
    static func lines(_ bytes: [UInt8], of tag: TagFile) throws(TransferError) -> [String] {
        guard !bytes.starts(with: [0xef, 0xbb, 0xbf]) else {
            throw .refused("\(tag.rawValue): begins with a byte order mark, which no bag has")
        }
        guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
            throw .refused("\(tag.rawValue): is not UTF-8 text")
        }
        var lines: [String] = []
        var line: [UInt8] = []
        var last: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case 0x0a where last == 0x0d: break
            case 0x0a, 0x0d:
                lines.append(String(decoding: line, as: UTF8.self))
                line.removeAll(keepingCapacity: true)
            default: line.append(byte)
            }
            last = byte
        }
        if !line.isEmpty { lines.append(String(decoding: line, as: UTF8.self)) }
        return lines
    }
}
