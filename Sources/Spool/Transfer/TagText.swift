// Lines of a tag file as RFC 8493 has them: UTF-8 without a byte order mark, ended by LF, CR or CRLF.

enum TagText {
    /// The lines without their ends; the last one may lack its own.
    static func lines(_ bytes: [UInt8], of tag: TagFile) throws(TransferError) -> [String] {
        guard !bytes.starts(with: [0xef, 0xbb, 0xbf]) else {
            throw .refused("\(tag.rawValue): begins with a byte order mark, which no bag has")
        }
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw .refused("\(tag.rawValue): is not UTF-8 text")
        }
        var lines: [String] = []
        var start = bytes.startIndex
        for (index, byte) in bytes.enumerated() where byte == 0x0a || byte == 0x0d {
            // The second half of a CRLF ends nothing.
            let isEnd = byte == 0x0d || index == 0 || bytes[index - 1] != 0x0d
            if isEnd { lines.append(String(decoding: bytes[start..<index], as: UTF8.self)) }
            start = index + 1
        }
        if start < bytes.endIndex { lines.append(String(decoding: bytes[start...], as: UTF8.self)) }
        return lines
    }
}
