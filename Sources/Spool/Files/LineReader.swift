// Lines of a text file, read in windows: ledgers and journals grow for years.

import Glibc
package import SystemPackage

package struct LineReader {
    private let path: FilePath
    /// A longer line is damage; only its beginning is handed over.
    private static let longest = 64 << 10
    private static let window = 256 << 10

    package init(_ path: FilePath) {
        self.path = path
    }

    /// Calls `body` for each line without its end; the last one only if it has an end, since a torn line says nothing.
    package func forEach(_ body: (String) -> Void) throws(FileError) {
        try forEach(containing: []) { body($0) }
    }

    /// The same, but only for lines that hold `needle`: the others are passed over without being looked at twice.
    package func forEach(containing needle: [UInt8], _ body: (String) -> Void) throws(FileError) {
        let file = try OpenFile.record(path, .read)
        guard try file.status().kind == .regular else { throw FileError(.read, path, .illegalSeek) }
        var offset = 0
        var line: [UInt8] = []
        while true {
            let window = try file.bytes(at: offset, limit: Self.window)
            if window.isEmpty { return }
            offset += window.count
            var start = window.startIndex
            while let end = Self.lineEnd(in: window, from: start) {
                let room = max(0, Self.longest - line.count)
                line.append(contentsOf: window[start..<end].prefix(room))
                if Self.holds(line, needle) { body(String(decoding: line, as: UTF8.self)) }
                line.removeAll(keepingCapacity: true)
                start = end + 1
            }
            let room = max(0, Self.longest - line.count)
            line.append(contentsOf: window[start...].prefix(room))
        }
    }

    private static func lineEnd(in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard start < buffer.count, let base = buffer.baseAddress else { return nil }
            guard let found = memchr(base + start, 0x0a, buffer.count - start) else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private static func holds(_ line: [UInt8], _ needle: [UInt8]) -> Bool {
        guard let first = needle.first else { return true }
        return line.withUnsafeBytes { text in
            needle.withUnsafeBytes { part in
                guard let base = text.baseAddress, let wanted = part.baseAddress else { return false }
                var start = 0
                while text.count - start >= part.count,
                    let found = memchr(base + start, Int32(first), text.count - start - part.count + 1)
                {
                    if memcmp(found, wanted, part.count) == 0 { return true }
                    start = UnsafeRawPointer(found) - base + 1
                }
                return false
            }
        }
    }
}
