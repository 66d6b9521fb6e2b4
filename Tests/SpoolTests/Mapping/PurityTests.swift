// Mapping is a function of bytes and options. What it could look at besides, it would have to import.

import FoundationEssentials
import Testing

@testable import Spool

@Suite struct PurityTests {
    @Test func `the mapping imports nothing but digests`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../Sources/Spool/Mapping")
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".swift") }
        try #require(names.count > 20)
        for name in names {
            let text = String(decoding: try Data(contentsOf: root.appending(path: name)), as: UTF8.self)
            for line in text.split(separator: "\n") where line.contains("import ") && !line.hasPrefix("//") {
                #expect(line == "import Crypto", "\(name): \(line)")
            }
        }
    }

    @Test func `a source that fails is unreadable, not a bad report`() throws {
        let bytes = Array(Samples.report(#""comments":"x""#).utf8)
        for missing in [1, 40] {
            #expect {
                try ReportMapper(MappingOptions()).map(
                    ShortSource(bytes: bytes, missing: missing), context: Samples.context)
            } throws: { ($0 as? MappingError)?.code == .unreadable }
        }
        #expect {
            try ReportMapper(MappingOptions()).map(FailingSource(), context: Samples.context)
        } throws: { ($0 as? MappingError)?.code == .unreadable }
    }

    @Test func `it reads a source in windows and never all of it at once`() throws {
        let long = Array(Samples.report(#""behavior":{"x":"\#(String(repeating: "y", count: 3_000_000))"}"#).utf8)
        let source = WatchedSource(bytes: long)
        _ = try ReportMapper(MappingOptions()).map(source, context: Samples.context)
        #expect(source.largest <= 1 << 20)
        // The bulk once, the rest at most a few times.
        #expect(source.total < long.count + 2 << 20)
    }
}

/// Says that it has more than it gives.
private struct ShortSource: ByteSource {
    let bytes: [UInt8]
    let missing: Int
    var count: Int { bytes.count }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try MemorySource(Array(bytes.dropLast(missing))).read(at: offset, into: buffer)
    }
}

private struct FailingSource: ByteSource {
    struct Failure: Error {}
    var count: Int { 1000 }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        throw Failure()
    }
}

/// Remembers how it was read.
private final class WatchedSource: ByteSource {
    let bytes: [UInt8]
    private(set) var largest = 0
    private(set) var total = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var count: Int { bytes.count }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        largest = max(largest, buffer.count)
        total += buffer.count
        return try MemorySource(bytes).read(at: offset, into: buffer)
    }
}
