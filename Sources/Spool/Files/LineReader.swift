// Lines of a text file, read in windows: ledgers and journals grow for years.

package import SystemPackage

package struct LineReader {
    private let path: FilePath
    /// A longer line is damage; its first bytes are handed over.
    private static let longest = 64 << 10

    package init(_ path: FilePath) {
        self.path = path
    }

    /// Calls `body` for each line without its end; the last one only if it has an end, since a torn line says nothing.
    package func forEach(_ body: (String) -> Void) throws(FileError) {
        let file = try OpenFile(path, .read)
        var offset = 0
        var line: [UInt8] = []
        while true {
            let window = try file.bytes(at: offset, limit: 256 << 10)
            if window.isEmpty { return }
            offset += window.count
            var start = window.startIndex
            while let end = window[start...].firstIndex(of: 0x0a) {
                line.append(contentsOf: window[start..<end])
                body(String(decoding: line, as: UTF8.self))
                line.removeAll(keepingCapacity: true)
                start = end + 1
            }
            let room = max(0, Self.longest - line.count)
            line.append(contentsOf: window[start...].prefix(room))
        }
    }
}
