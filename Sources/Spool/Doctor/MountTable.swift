// Where file systems are mounted, from /proc/self/mountinfo. A mount inside of a spool, even one of the same file system
// (a bind mount, which no device number gives away), is a border that no rename crosses.

package import SystemPackage

package struct MountTable: Sendable, Equatable {
    package let points: [FilePath]

    /// The text of mountinfo: the fifth word of each line, with blanks and the like as `\040`.
    package init(parsing text: String) {
        points = text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 5)
            return words.count > 4 ? FilePath(Self.unescaped(words[4])) : nil
        }
    }

    /// Empty where the kernel does not tell.
    package static func current() -> MountTable {
        // /proc may be missing (a bare chroot): then device numbers are all there is.
        guard let bytes = try? WholeFile.read("/proc/self/mountinfo", limit: 8 << 20) else {
            return MountTable(parsing: "")
        }
        return MountTable(parsing: String(decoding: bytes, as: UTF8.self))
    }

    /// Mount points strictly below a path.
    package func below(_ root: FilePath) -> [FilePath] {
        points.filter { $0 != root && $0.starts(with: root) }
    }

    private static func unescaped(_ word: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(word.utf8)[...]
        while let byte = rest.first {
            rest = rest.dropFirst()
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
