// The 512 bytes before each file of a tar archive: POSIX ustar, and of pax only `path` and `size`. Whatever else tar has grown
// (links, devices, sparse files, GNU's long names) is refused by its name: a bundle needs none of it.

struct TarHeader: Equatable {
    enum Kind: Equatable { case file, folder, extended }

    static let block = 512
    private static let largestOctal = 0o77_777_777_777

    var kind: Kind
    var path: String
    var size: Int
    /// Seconds since 1970.
    var modified: Int = 0

    // MARK: Writing

    /// The header, with a pax header before it if the path or the size need one.
    func encoded() -> [UInt8] {
        let split = Self.split(path)
        var bytes: [UInt8] = []
        if split == nil || size > Self.largestOctal {
            let records =
                (split == nil ? Self.record("path", path) : [])
                + (size > Self.largestOctal ? Self.record("size", "\(size)") : [])
            let header = TarHeader(
                kind: .extended, path: "pax/\(path.utf8.count)", size: records.count, modified: modified)
            bytes += header.plain(prefix: "", name: header.path) + records + Self.padding(records.count)
        }
        let short = String(decoding: path.utf8.suffix(100), as: UTF8.self)
        return bytes + plain(prefix: split?.prefix ?? "", name: split?.name ?? short)
    }

    static func padding(_ size: Int) -> [UInt8] { [UInt8](repeating: 0, count: (block - size % block) % block) }

    /// `prefix/name` with at most 155 and 100 bytes; nil if it cannot be.
    private static func split(_ path: String) -> (prefix: String, name: String)? {
        let bytes = Array(path.utf8)
        if bytes.count <= 100 { return ("", path) }
        guard bytes.count <= 256 else { return nil }
        for slash in bytes.indices.reversed() where bytes[slash] == 0x2f && slash <= 155 && slash > 0 {
            let name = bytes[(slash + 1)...]
            guard name.count <= 100 else { return nil }
            return (String(decoding: bytes[..<slash], as: UTF8.self), String(decoding: name, as: UTF8.self))
        }
        return nil
    }

    /// `<length> <key>=<value>\n`, where the length counts itself.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = key.utf8.count + value.utf8.count + 3
        var length = rest + 1
        while rest + String(length).utf8.count != length { length = rest + String(length).utf8.count }
        return Array("\(length) \(key)=\(value)\n".utf8)
    }

    private func plain(prefix: String, name: String) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.block)
        func put(_ text: String, _ offset: Int) {
            bytes.replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
        }
        func octal(_ value: Int, _ offset: Int, _ width: Int) {
            let digits = String(value, radix: 8)
            put(String(repeating: "0", count: max(0, width - digits.count)) + digits, offset)
        }
        put(name, 0)
        octal(kind == .folder ? 0o700 : 0o600, 100, 7)
        octal(0, 108, 7)
        octal(0, 116, 7)
        octal(size > Self.largestOctal ? 0 : size, 124, 11)
        octal(max(0, min(modified, Self.largestOctal)), 136, 11)
        put(kind == .file ? "0" : kind == .folder ? "5" : "x", 156)
        put("ustar", 257)
        put("00", 263)
        octal(0, 329, 7)
        octal(0, 337, 7)
        put(prefix, 345)
        put(String(repeating: " ", count: 8), 148)
        octal(bytes.reduce(0) { $0 + Int($1) }, 148, 6)
        bytes[154] = 0
        return bytes
    }

    // MARK: Reading

    /// nil for a block of zeros, which ends the archive.
    static func parse(_ block: [UInt8]) throws(TransferError) -> TarHeader? {
        guard block.contains(where: { $0 != 0 }) else { return nil }
        let name = text(block[0..<100])
        let prefix = text(block[345..<500])
        guard Array(block[257..<263]) == Array("ustar\0".utf8), Array(block[263..<265]) == Array("00".utf8) else {
            throw .refused(
                "\(name.prefix(100)): the archive is no POSIX ustar (GNU tar writes one with --format=ustar)")
        }
        let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
        guard let sum = octal(block[148..<156]), sum == checksum(block) else {
            throw .refused("\(path): a damaged tar header (its checksum does not match)")
        }
        guard let size = octal(block[124..<136]) else { throw .refused("\(path): a size that is no octal number") }
        let kind = try self.kind(block[156], path)
        guard block[157..<257].allSatisfy({ $0 == 0 }) else { throw .refused("\(path): names another file (a link)") }
        guard kind != .folder || size == 0 else { throw .refused("\(path): a folder with contents of its own") }
        return TarHeader(kind: kind, path: path, size: size, modified: octal(block[136..<148]) ?? 0)
    }

    private static func kind(_ flag: UInt8, _ path: String) throws(TransferError) -> Kind {
        let what: String
        switch flag {
        case UInt8(ascii: "0"): return .file
        case UInt8(ascii: "5"): return .folder
        case UInt8(ascii: "x"): return .extended
        case UInt8(ascii: "1"): what = "a hard link"
        case UInt8(ascii: "2"): what = "a symbolic link"
        case UInt8(ascii: "3"), UInt8(ascii: "4"): what = "a device"
        case UInt8(ascii: "6"): what = "a FIFO"
        case UInt8(ascii: "S"): what = "a sparse file"
        case UInt8(ascii: "L"), UInt8(ascii: "K"): what = "a long name in GNU's own form"
        case UInt8(ascii: "g"): what = "a pax header for all that follows"
        default: what = "a member of type \(flag)"
        }
        throw .refused("\(path): \(what), which a bundle never has")
    }

    private static func checksum(_ block: [UInt8]) -> Int {
        block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 0x20 : Int(block[$1])) }
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Digits, then blanks or zeros only.
    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.prefix { (0x30...0x37).contains($0) }
        guard !digits.isEmpty, field.dropFirst(digits.count).allSatisfy({ $0 == 0 || $0 == 0x20 }) else { return nil }
        return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
    }

    /// The records of a pax header: `path` and `size`, each once at most.
    static func records(_ bytes: [UInt8]) throws(TransferError) -> (path: String?, size: Int?) {
        var found: (path: String?, size: Int?)
        var rest = bytes[...]
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard let length = Int(String(decoding: digits, as: UTF8.self)), digits.count < 6, length <= rest.count,
                length > digits.count + 2, rest[rest.startIndex + length - 1] == 0x0a,
                let record = String(
                    validating: rest[(digits.endIndex + 1)..<(rest.startIndex + length - 1)], as: UTF8.self),
                let equals = record.firstIndex(of: "=")
            else { throw .refused("a damaged pax header") }
            let value = String(record[record.index(after: equals)...])
            switch record[..<equals] {
            case "path" where found.path == nil && !value.isEmpty: found.path = value
            case "size" where found.size == nil && Int(value).map { $0 >= 0 && "\($0)" == value } ?? false:
                found.size = Int(value)
            case let key:
                throw .refused("\(key): a pax header of this kind, twice, or with a value that makes no sense")
            }
            rest = rest.dropFirst(length)
        }
        return found
    }
}
